package io.streambed.testkit.serial;

import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Nested;

/** The contract over numbers, flags and characters. */
class NumberSerializersTest {
  @Nested
  class Booleans extends SerializerContract<Boolean> {
    @Override
    protected Serializer<Boolean> serializer() {
      return Serializers.booleans();
    }

    @Override
    protected List<Boolean> samples() {
      return List.of(true, false);
    }

    @Override
    protected Boolean random(SplittableRandom random) {
      return random.nextBoolean();
    }
  }

  @Nested
  class Bytes extends SerializerContract<Byte> {
    @Override
    protected Serializer<Byte> serializer() {
      return Serializers.bytes();
    }

    @Override
    protected List<Byte> samples() {
      return List.of((byte) 0, (byte) -1, Byte.MIN_VALUE, Byte.MAX_VALUE);
    }

    @Override
    protected Byte random(SplittableRandom random) {
      return (byte) random.nextInt();
    }
  }

  @Nested
  class Shorts extends SerializerContract<Short> {
    @Override
    protected Serializer<Short> serializer() {
      return Serializers.shorts();
    }

    @Override
    protected List<Short> samples() {
      return List.of((short) 0, (short) -1, Short.MIN_VALUE, Short.MAX_VALUE);
    }

    @Override
    protected Short random(SplittableRandom random) {
      return (short) random.nextInt();
    }
  }

  @Nested
  class Chars extends SerializerContract<Character> {
    @Override
    protected Serializer<Character> serializer() {
      return Serializers.chars();
    }

    @Override
    protected List<Character> samples() {
      return List.of('\0', 'a', '\ud800', Character.MAX_VALUE);
    }

    @Override
    protected Character random(SplittableRandom random) {
      return (char) random.nextInt();
    }
  }

  @Nested
  class Ints extends SerializerContract<Integer> {
    @Override
    protected Serializer<Integer> serializer() {
      return Serializers.ints();
    }

    @Override
    protected List<Integer> samples() {
      return List.of(0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    @Override
    protected Integer random(SplittableRandom random) {
      return (int) Chance.anyLong(random);
    }
  }

  @Nested
  class Longs extends SerializerContract<Long> {
    @Override
    protected Serializer<Long> serializer() {
      return Serializers.longs();
    }

    @Override
    protected List<Long> samples() {
      return List.of(0L, -1L, 1L << 32, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    @Override
    protected Long random(SplittableRandom random) {
      return Chance.anyLong(random);
    }
  }

  @Nested
  class Floats extends SerializerContract<Float> {
    @Override
    protected Serializer<Float> serializer() {
      return Serializers.floats();
    }

    @Override
    protected List<Float> samples() {
      return List.of(
          0f,
          -0f,
          Float.NaN,
          Float.intBitsToFloat(0x7fc00001),
          Float.NEGATIVE_INFINITY,
          Float.MIN_VALUE);
    }

    @Override
    protected Float random(SplittableRandom random) {
      return Float.intBitsToFloat(random.nextInt());
    }
  }

  @Nested
  class Doubles extends SerializerContract<Double> {
    @Override
    protected Serializer<Double> serializer() {
      return Serializers.doubles();
    }

    @Override
    protected List<Double> samples() {
      return List.of(
          0.0,
          -0.0,
          Double.NaN,
          Double.longBitsToDouble(-1L),
          Double.NEGATIVE_INFINITY,
          Double.MIN_VALUE);
    }

    @Override
    protected Double random(SplittableRandom random) {
      return Double.longBitsToDouble(random.nextLong());
    }
  }

  @Nested
  class BigIntegers extends SerializerContract<BigInteger> {
    @Override
    protected Serializer<BigInteger> serializer() {
      return Serializers.bigIntegers();
    }

    @Override
    protected List<BigInteger> samples() {
      return List.of(
          BigInteger.ZERO,
          BigInteger.ONE,
          BigInteger.valueOf(-1),
          BigInteger.valueOf(127),
          BigInteger.valueOf(128),
          BigInteger.valueOf(-128),
          BigInteger.valueOf(-129),
          BigInteger.TWO.pow(200));
    }

    @Override
    protected BigInteger random(SplittableRandom random) {
      return Chance.bigInteger(random);
    }
  }

  @Nested
  class BigDecimals extends SerializerContract<BigDecimal> {
    @Override
    protected Serializer<BigDecimal> serializer() {
      return Serializers.bigDecimals();
    }

    @Override
    protected List<BigDecimal> samples() {
      return List.of(
          new BigDecimal("0"),
          new BigDecimal("0.00"),
          new BigDecimal("1.0"),
          new BigDecimal("1.00"),
          new BigDecimal("-1e400"),
          new BigDecimal(BigInteger.ONE, Integer.MAX_VALUE),
          new BigDecimal(BigInteger.ONE, Integer.MIN_VALUE));
    }

    @Override
    protected BigDecimal random(SplittableRandom random) {
      return new BigDecimal(Chance.bigInteger(random), random.nextInt(-9, 10));
    }
  }
}
