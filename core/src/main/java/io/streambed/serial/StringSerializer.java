package io.streambed.serial;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import io.streambed.error.MalformedDataException;
import java.nio.charset.StandardCharsets;

/**
 * Text, char by char, so that unpaired surrogates survive.
 *
 * <pre>
 * string := header:varint { char:1 or 2 bytes }     header = number of chars * 2 + wide
 * </pre>
 *
 * Chars take two bytes (wide) if and only if one of them is above 0xFF, so each text has one form.
 */
final class StringSerializer extends Scalar<String> {
  static final StringSerializer INSTANCE = new StringSerializer();

  private static final int LARGEST_NARROW = 0xFF;
  private static final SizeBound<String> BOUND = SizeBound.ofText(Short.BYTES);

  private StringSerializer() {
    super("string", -1);
  }

  @Override
  public void write(String value, ByteWriter out) {
    int header = present(value).length() << 1;
    int start = out.position();
    out.writeVarInt(header);
    // Most text is narrow: one pass that starts over is cheaper than a look at each char first.
    if (!writeNarrow(value, out)) {
      out.truncate(start);
      out.writeVarInt(header | 1);
      for (int i = 0; i < value.length(); i++) {
        out.writeShort(value.charAt(i));
      }
    }
  }

  private static boolean writeNarrow(String value, ByteWriter out) {
    int length = value.length();
    int i = 0;
    for (; i <= length - Long.BYTES; i += Long.BYTES) {
      long word = 0;
      int seen = 0;
      for (int j = i; j < i + Long.BYTES; j++) {
        char c = value.charAt(j);
        seen |= c;
        word = word << Byte.SIZE | c;
      }
      if (seen > LARGEST_NARROW) {
        return false;
      }
      out.writeLong(word);
    }
    for (; i < length; i++) {
      char c = value.charAt(i);
      if (c > LARGEST_NARROW) {
        return false;
      }
      out.writeByte(c);
    }
    return true;
  }

  @Override
  public String read(ByteReader in) {
    int header = in.readVarInt();
    int length = header >>> 1;
    if ((header & 1) != 0) {
      return readWide(length, in);
    }
    int from = in.position();
    in.skip(length);
    return new String(in.array(), from, length, StandardCharsets.ISO_8859_1);
  }

  private static String readWide(int length, ByteReader in) {
    if (2L * length > in.remaining()) {
      throw new MalformedDataException(
          "a text of " + length + " wide chars with " + in.remaining() + " bytes left");
    }
    char[] chars = new char[length];
    int seen = 0;
    for (int i = 0; i < length; i++) {
      chars[i] = (char) in.readShort();
      seen |= chars[i];
    }
    if (seen <= LARGEST_NARROW) {
      throw new MalformedDataException("a text is marked as wide, but no char of it is");
    }
    return new String(chars);
  }

  @Override
  public SizeBound<String> sizeBound() {
    return BOUND;
  }

  /** As {@link String#hashCode()} specifies. */
  @Override
  public int hash(String key) {
    return key.hashCode();
  }
}
