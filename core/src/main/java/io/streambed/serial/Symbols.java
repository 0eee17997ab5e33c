package io.streambed.serial;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import java.util.UUID;

/** Flags, characters, UUIDs and the one void namespace. */
final class Symbols {
  static final OfBoolean BOOLEAN = new OfBoolean();
  static final OfChar CHAR = new OfChar();
  static final OfUuid UUIDS = new OfUuid();
  static final OfVoid VOID = new OfVoid();

  private Symbols() {}

  static final class OfBoolean extends Scalar<Boolean> implements LongLane<Boolean> {
    private OfBoolean() {
      super("boolean", 1);
    }

    @Override
    public void write(Boolean value, ByteWriter out) {
      out.writeBoolean(present(value));
    }

    @Override
    public Boolean read(ByteReader in) {
      return in.readBoolean();
    }

    @Override
    public int hash(Boolean key) {
      return Boolean.hashCode(key);
    }

    @Override
    public LongLane<Boolean> longLane() {
      return this;
    }

    @Override
    public long toLong(Boolean value) {
      return value ? 1 : 0;
    }

    @Override
    public Boolean fromLong(long bits) {
      return bits != 0;
    }
  }

  static final class OfChar extends Scalar<Character> implements LongLane<Character> {
    private OfChar() {
      super("char", 2);
    }

    @Override
    public void write(Character value, ByteWriter out) {
      out.writeShort(present(value));
    }

    @Override
    public Character read(ByteReader in) {
      return (char) in.readShort();
    }

    @Override
    public int hash(Character key) {
      return key;
    }

    @Override
    public LongLane<Character> longLane() {
      return this;
    }

    @Override
    public long toLong(Character value) {
      return value;
    }

    @Override
    public Character fromLong(long bits) {
      return (char) bits;
    }
  }

  /** The high eight bytes, then the low ones. */
  static final class OfUuid extends Scalar<UUID> {
    private OfUuid() {
      super("uuid", 16);
    }

    @Override
    public void write(UUID value, ByteWriter out) {
      out.writeLong(present(value).getMostSignificantBits());
      out.writeLong(value.getLeastSignificantBits());
    }

    @Override
    public UUID read(ByteReader in) {
      return new UUID(in.readLong(), in.readLong());
    }

    @Override
    public int hash(UUID key) {
      return Long.hashCode(key.getMostSignificantBits() ^ key.getLeastSignificantBits());
    }
  }

  /** No bytes at all. */
  static final class OfVoid extends Scalar<VoidNamespace> {
    private OfVoid() {
      super("void", 0);
    }

    @Override
    public void write(VoidNamespace value, ByteWriter out) {
      present(value);
    }

    @Override
    public VoidNamespace read(ByteReader in) {
      return VoidNamespace.INSTANCE;
    }

    @Override
    public int hash(VoidNamespace key) {
      return 0;
    }
  }
}
