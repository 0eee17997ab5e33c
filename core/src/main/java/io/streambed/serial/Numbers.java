package io.streambed.serial;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;

/** The numeric types: plain big-endian, integers in two's complement, each with a long lane. */
final class Numbers {
  static final OfByte BYTE = new OfByte();
  static final OfShort SHORT = new OfShort();
  static final OfInt INT = new OfInt();
  static final OfLong LONG = new OfLong();
  static final OfFloat FLOAT = new OfFloat();
  static final OfDouble DOUBLE = new OfDouble();

  private Numbers() {}

  static final class OfByte extends Scalar<Byte> implements LongLane<Byte> {
    private OfByte() {
      super("byte", 1);
    }

    @Override
    public void write(Byte value, ByteWriter out) {
      out.writeByte(present(value));
    }

    @Override
    public Byte read(ByteReader in) {
      return in.readByte();
    }

    @Override
    public int hash(Byte key) {
      return key;
    }

    @Override
    public LongLane<Byte> longLane() {
      return this;
    }

    @Override
    public long toLong(Byte value) {
      return value;
    }

    @Override
    public Byte fromLong(long bits) {
      return (byte) bits;
    }
  }

  static final class OfShort extends Scalar<Short> implements LongLane<Short> {
    private OfShort() {
      super("short", 2);
    }

    @Override
    public void write(Short value, ByteWriter out) {
      out.writeShort(present(value));
    }

    @Override
    public Short read(ByteReader in) {
      return in.readShort();
    }

    @Override
    public int hash(Short key) {
      return key;
    }

    @Override
    public LongLane<Short> longLane() {
      return this;
    }

    @Override
    public long toLong(Short value) {
      return value;
    }

    @Override
    public Short fromLong(long bits) {
      return (short) bits;
    }

    @Override
    Serializer<Short> widen(String narrower) {
      return narrower.equals("byte") ? new Converted<>(BYTE, Byte::shortValue, this) : null;
    }
  }

  static final class OfInt extends Scalar<Integer> implements LongLane<Integer> {
    private OfInt() {
      super("int", 4);
    }

    @Override
    public void write(Integer value, ByteWriter out) {
      out.writeInt(present(value));
    }

    @Override
    public Integer read(ByteReader in) {
      return in.readInt();
    }

    @Override
    public int hash(Integer key) {
      return key;
    }

    @Override
    public LongLane<Integer> longLane() {
      return this;
    }

    @Override
    public long toLong(Integer value) {
      return value;
    }

    @Override
    public Integer fromLong(long bits) {
      return (int) bits;
    }

    @Override
    Serializer<Integer> widen(String narrower) {
      return switch (narrower) {
        case "byte" -> new Converted<>(BYTE, Byte::intValue, this);
        case "short" -> new Converted<>(SHORT, Short::intValue, this);
        default -> null;
      };
    }
  }

  static final class OfLong extends Scalar<Long> implements LongLane<Long> {
    private OfLong() {
      super("long", 8);
    }

    @Override
    public void write(Long value, ByteWriter out) {
      out.writeLong(present(value));
    }

    @Override
    public Long read(ByteReader in) {
      return in.readLong();
    }

    @Override
    public int hash(Long key) {
      return Long.hashCode(key);
    }

    @Override
    public LongLane<Long> longLane() {
      return this;
    }

    @Override
    public long toLong(Long value) {
      return value;
    }

    @Override
    public Long fromLong(long bits) {
      return bits;
    }

    @Override
    Serializer<Long> widen(String narrower) {
      return switch (narrower) {
        case "byte" -> new Converted<>(BYTE, Byte::longValue, this);
        case "short" -> new Converted<>(SHORT, Short::longValue, this);
        case "int" -> new Converted<>(INT, Integer::longValue, this);
        default -> null;
      };
    }
  }

  /** Bits as {@code Float.equals} compares them: every NaN is one, 0.0 and -0.0 are two. */
  static final class OfFloat extends Scalar<Float> implements LongLane<Float> {
    private OfFloat() {
      super("float", 4);
    }

    @Override
    public void write(Float value, ByteWriter out) {
      out.writeInt(Float.floatToIntBits(present(value)));
    }

    @Override
    public Float read(ByteReader in) {
      return Float.intBitsToFloat(in.readInt());
    }

    @Override
    public int hash(Float key) {
      return Float.floatToIntBits(key);
    }

    @Override
    public LongLane<Float> longLane() {
      return this;
    }

    @Override
    public long toLong(Float value) {
      return Float.floatToIntBits(value);
    }

    @Override
    public Float fromLong(long bits) {
      return Float.intBitsToFloat((int) bits);
    }
  }

  /** Bits as {@code Double.equals} compares them: every NaN is one, 0.0 and -0.0 are two. */
  static final class OfDouble extends Scalar<Double> implements LongLane<Double> {
    private OfDouble() {
      super("double", 8);
    }

    @Override
    public void write(Double value, ByteWriter out) {
      out.writeLong(Double.doubleToLongBits(present(value)));
    }

    @Override
    public Double read(ByteReader in) {
      return Double.longBitsToDouble(in.readLong());
    }

    @Override
    public int hash(Double key) {
      return Long.hashCode(Double.doubleToLongBits(key));
    }

    @Override
    public LongLane<Double> longLane() {
      return this;
    }

    @Override
    public long toLong(Double value) {
      return Double.doubleToLongBits(value);
    }

    @Override
    public Double fromLong(long bits) {
      return Double.longBitsToDouble(bits);
    }

    @Override
    Serializer<Double> widen(String narrower) {
      return narrower.equals("float") ? new Converted<>(FLOAT, Float::doubleValue, this) : null;
    }
  }
}
