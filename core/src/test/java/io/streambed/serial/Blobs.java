package io.streambed.serial;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;

/** Byte arrays; it knows the scratch it wrote to last, and how large that was before. */
public final class Blobs implements Serializer<byte[]> {
  /** A value after which no scratch may stay as large. */
  public static final int LARGE = 5 << 20;

  private static final Serializer<byte[]> BYTES = Serializers.byteArrays();

  private ByteWriter scratch;
  private int roomBytes;

  /** The size of the scratch as it was given for the last value. */
  public int roomBytes() {
    return roomBytes;
  }

  /** The size of the scratch as it is now. */
  public int heldBytes() {
    return scratch.array().length;
  }

  @Override
  public void write(byte[] value, ByteWriter out) {
    scratch = out;
    roomBytes = out.array().length;
    out.writeBytes(value);
  }

  @Override
  public byte[] read(ByteReader in) {
    return in.readBytes(in.remaining());
  }

  @Override
  public byte[] copy(byte[] value) {
    return value.clone();
  }

  @Override
  public boolean immutable() {
    return false;
  }

  @Override
  public KeyHasher<byte[]> keyHasher() {
    return BYTES.keyHasher();
  }

  @Override
  public Serializer<byte[]> duplicate() {
    return this;
  }

  @Override
  public SerializerSnapshot snapshot() {
    return BYTES.snapshot();
  }
}
