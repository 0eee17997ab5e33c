package io.streambed.serial;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import io.streambed.error.MalformedDataException;
import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * Numbers of any size.
 *
 * <pre>
 * big-integer := length:varint two's complement:length     the fewest bytes, at least one
 * big-decimal := scale:4 unscaled:big-integer
 * </pre>
 */
final class BigNumbers {
  static final OfInteger INTEGER = new OfInteger();
  static final OfDecimal DECIMAL = new OfDecimal();

  private BigNumbers() {}

  private static void writeInteger(BigInteger value, ByteWriter out) {
    byte[] bytes = value.toByteArray();
    out.writeVarInt(bytes.length);
    out.writeBytes(bytes);
  }

  private static BigInteger readInteger(ByteReader in) {
    int length = in.readLength();
    if (length == 0) {
      throw new MalformedDataException("a big integer without bytes");
    }
    byte[] bytes = in.readBytes(length);
    if (length > 1 && bytes[0] == bytes[1] >> 7) {
      // One value, one form: a second one would make equal keys differ.
      throw new MalformedDataException("a big integer with a superfluous first byte");
    }
    try {
      return new BigInteger(bytes);
    } catch (ArithmeticException e) {
      throw new MalformedDataException("a big integer of " + length + " bytes is too large");
    }
  }

  /** 31 * h + word over the magnitude's 32-bit words from the highest on, times the sign. */
  private static int hashInteger(BigInteger value) {
    byte[] magnitude = value.abs().toByteArray();
    int hash = 0;
    int word = 0;
    for (int i = 0; i < magnitude.length; i++) {
      word = word << Byte.SIZE | magnitude[i] & 0xFF;
      if ((magnitude.length - 1 - i) % Integer.BYTES == 0) {
        hash = 31 * hash + word;
        word = 0;
      }
    }
    return hash * value.signum();
  }

  static final class OfInteger extends Scalar<BigInteger> {
    private OfInteger() {
      super("big-integer", -1);
    }

    @Override
    public void write(BigInteger value, ByteWriter out) {
      writeInteger(present(value), out);
    }

    @Override
    public BigInteger read(ByteReader in) {
      return readInteger(in);
    }

    @Override
    public SizeBound<BigInteger> sizeBound() {
      return SizeBound.of(value -> SizeBound.LENGTH_BYTES + value.bitLength() / Byte.SIZE + 1L);
    }

    @Override
    public int hash(BigInteger key) {
      return hashInteger(key);
    }
  }

  /** 1.0 and 1.00 are different values, as {@link BigDecimal#equals} has it. */
  static final class OfDecimal extends Scalar<BigDecimal> {
    private OfDecimal() {
      super("big-decimal", -1);
    }

    @Override
    public void write(BigDecimal value, ByteWriter out) {
      out.writeInt(present(value).scale());
      writeInteger(value.unscaledValue(), out);
    }

    @Override
    public BigDecimal read(ByteReader in) {
      int scale = in.readInt();
      return new BigDecimal(readInteger(in), scale);
    }

    @Override
    public int hash(BigDecimal key) {
      return 31 * hashInteger(key.unscaledValue()) + key.scale();
    }
  }
}
