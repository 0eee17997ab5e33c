package io.streambed.serial;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;

/**
 * Arrays of primitives: their length as a varint, then the elements, big-endian. They can change,
 * and have no equality of their own, hence are no keys.
 */
final class PrimitiveArrays {
  static final OfBytes BYTES = new OfBytes();
  static final OfInts INTS = new OfInts();
  static final OfLongs LONGS = new OfLongs();
  static final OfDoubles DOUBLES = new OfDoubles();

  private PrimitiveArrays() {}

  private abstract static class Plain<T> implements Serializer<T> {
    private final SerializerSnapshot snapshot;

    Plain(String type) {
      this.snapshot = SerializerSnapshot.of(type);
    }

    final T present(T value) {
      return Nulls.present(value, snapshot.type());
    }

    @Override
    public final boolean immutable() {
      return false;
    }

    @Override
    public final Serializer<T> duplicate() {
      return this;
    }

    @Override
    public final SerializerSnapshot snapshot() {
      return snapshot;
    }

    @Override
    public final String toString() {
      return snapshot.toString();
    }
  }

  static final class OfBytes extends Plain<byte[]> {
    private OfBytes() {
      super("byte-array");
    }

    @Override
    public void write(byte[] value, ByteWriter out) {
      out.writeVarInt(present(value).length);
      out.writeBytes(value);
    }

    @Override
    public byte[] read(ByteReader in) {
      return in.readBytes(in.readLength());
    }

    @Override
    public SizeBound<byte[]> sizeBound() {
      return SizeBound.of(array -> SizeBound.LENGTH_BYTES + (long) Byte.BYTES * array.length);
    }

    @Override
    public byte[] copy(byte[] value) {
      return value.clone();
    }
  }

  static final class OfInts extends Plain<int[]> {
    private OfInts() {
      super("int-array");
    }

    @Override
    public void write(int[] value, ByteWriter out) {
      out.writeVarInt(present(value).length);
      for (int element : value) {
        out.writeInt(element);
      }
    }

    @Override
    public int[] read(ByteReader in) {
      int[] value = new int[in.readCount(Integer.BYTES)];
      for (int i = 0; i < value.length; i++) {
        value[i] = in.readInt();
      }
      return value;
    }

    @Override
    public SizeBound<int[]> sizeBound() {
      return SizeBound.of(array -> SizeBound.LENGTH_BYTES + (long) Integer.BYTES * array.length);
    }

    @Override
    public int[] copy(int[] value) {
      return value.clone();
    }
  }

  static final class OfLongs extends Plain<long[]> {
    private OfLongs() {
      super("long-array");
    }

    @Override
    public void write(long[] value, ByteWriter out) {
      out.writeVarInt(present(value).length);
      for (long element : value) {
        out.writeLong(element);
      }
    }

    @Override
    public long[] read(ByteReader in) {
      long[] value = new long[in.readCount(Long.BYTES)];
      for (int i = 0; i < value.length; i++) {
        value[i] = in.readLong();
      }
      return value;
    }

    @Override
    public SizeBound<long[]> sizeBound() {
      return SizeBound.of(array -> SizeBound.LENGTH_BYTES + (long) Long.BYTES * array.length);
    }

    @Override
    public long[] copy(long[] value) {
      return value.clone();
    }
  }

  /** Bits as {@code Double.equals} compares them. */
  static final class OfDoubles extends Plain<double[]> {
    private OfDoubles() {
      super("double-array");
    }

    @Override
    public void write(double[] value, ByteWriter out) {
      out.writeVarInt(present(value).length);
      for (double element : value) {
        out.writeLong(Double.doubleToLongBits(element));
      }
    }

    @Override
    public double[] read(ByteReader in) {
      double[] value = new double[in.readCount(Double.BYTES)];
      for (int i = 0; i < value.length; i++) {
        value[i] = Double.longBitsToDouble(in.readLong());
      }
      return value;
    }

    @Override
    public SizeBound<double[]> sizeBound() {
      return SizeBound.of(array -> SizeBound.LENGTH_BYTES + (long) Double.BYTES * array.length);
    }

    @Override
    public double[] copy(double[] value) {
      return value.clone();
    }
  }
}
