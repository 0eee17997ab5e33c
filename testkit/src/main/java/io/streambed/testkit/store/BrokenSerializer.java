package io.streambed.testkit.store;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.serial.KeyHasher;
import io.streambed.serial.Serializer;
import io.streambed.serial.SerializerSnapshot;
import io.streambed.serial.SizeBound;

/** A serializer of objects that can change, which breaks one rule of its contract. */
final class BrokenSerializer implements Serializer<BrokenSerializer.Text> {

  /** An object that can change. */
  static final class Text {
    private String content;

    Text(String content) {
      this.content = content;
    }

    String content() {
      return content;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Text text && text.content.equals(content);
    }

    @Override
    public int hashCode() {
      return content.hashCode();
    }

    @Override
    public String toString() {
      return content;
    }
  }

  /** The rule that is broken, and what the error must say of it. */
  enum Fault {
    WRITE_THROWS("write() failed", "no ink"),
    READ_THROWS("read() failed", "no light"),
    READS_LESS("read() read 3 of the 4 bytes"),
    READS_MORE("read() failed on the 4 bytes"),
    READS_NULL("read() gave null"),
    READS_ONE_OBJECT("read() gave the same object twice", "changed when other bytes were read"),
    DUPLICATES_READ_ONE_OBJECT("read() gave the same object by the original and by a duplicate"),
    DUPLICATES_SHARE_AN_ARRAY("encode() of a duplicate used the same array"),
    DUPLICATE_THROWS("duplicate() failed", "no paper"),
    COPY_THROWS("copy() failed", "no scissors"),
    FIXED_LENGTH_IS_WRONG("fixedLength() says that each value takes 7 bytes"),
    SIZE_BOUND_IS_WRONG("sizeBound() says that the value takes at most 2 bytes"),
    READS_ANOTHER_VALUE("not equal to what was written"),
    COPIES_ANOTHER_VALUE("copy() gave a value that is not equal", Text.class.getName()),
    BYTES_DIFFER("other bytes"),
    HASHES_DIFFER("Equal values must have one hash");

    final String[] told;

    Fault(String... told) {
      this.told = told;
    }

    /** Whether only what entries are found by must keep the rule. */
    boolean ofKeys() {
      return compareTo(READS_ANOTHER_VALUE) >= 0;
    }
  }

  /** Where a serializer, or all duplicates of one, keep the object that they read into. */
  private static final class Reused {
    private Text text;

    Text with(String content) {
      if (text == null) {
        text = new Text(content);
      }
      text.content = content;
      return text;
    }
  }

  private final ByteWriter shared;
  private final Reused ofAll;
  private final Reused own = new Reused();

  /** Null inside if no rule is broken. */
  private final Fault[] fault;

  private int written;

  BrokenSerializer(Fault fault) {
    this(new Fault[] {fault}, new ByteWriter(), new Reused());
  }

  private BrokenSerializer(Fault[] fault, ByteWriter shared, Reused ofAll) {
    this.fault = fault;
    this.shared = shared;
    this.ofAll = ofAll;
  }

  /** From now on it breaks no rule; its duplicates too. */
  void mend() {
    fault[0] = null;
  }

  private boolean has(Fault rule) {
    return fault[0] == rule;
  }

  @Override
  public void write(Text value, ByteWriter out) {
    out.writeByte(has(Fault.BYTES_DIFFER) ? written++ : 1);
    out.writeText(value.content);
    if (has(Fault.WRITE_THROWS)) {
      throw new IllegalStateException("no ink");
    }
  }

  @Override
  public ByteView encode(Text value, ByteWriter scratch) {
    return Serializer.super.encode(value, has(Fault.DUPLICATES_SHARE_AN_ARRAY) ? shared : scratch);
  }

  @Override
  public Text read(ByteReader in) {
    if (has(Fault.READ_THROWS)) {
      throw new IllegalStateException("no light");
    }
    in.readByte();
    if (has(Fault.READS_LESS)) {
      in.skip(in.remaining() - 1);
      return new Text("?");
    }
    String content = in.readText();
    if (has(Fault.READS_MORE)) {
      in.readByte();
    }
    if (has(Fault.READS_NULL)) {
      return null;
    }
    if (has(Fault.READS_ONE_OBJECT)) {
      return own.with(content);
    }
    if (has(Fault.DUPLICATES_READ_ONE_OBJECT)) {
      return ofAll.with(content);
    }
    return new Text(content + (has(Fault.READS_ANOTHER_VALUE) ? "?" : ""));
  }

  @Override
  public Text copy(Text value) {
    if (has(Fault.COPY_THROWS)) {
      throw new IllegalStateException("no scissors");
    }
    return new Text(value.content + (has(Fault.COPIES_ANOTHER_VALUE) ? "?" : ""));
  }

  @Override
  public boolean immutable() {
    return false;
  }

  @Override
  public Serializer<Text> duplicate() {
    if (has(Fault.DUPLICATE_THROWS)) {
      throw new IllegalStateException("no paper");
    }
    return new BrokenSerializer(fault, shared, ofAll);
  }

  @Override
  public int fixedLength() {
    return has(Fault.FIXED_LENGTH_IS_WRONG) ? 7 : -1;
  }

  @Override
  public SizeBound<Text> sizeBound() {
    return has(Fault.SIZE_BOUND_IS_WRONG) ? SizeBound.of(value -> 2) : null;
  }

  @Override
  public KeyHasher<Text> keyHasher() {
    return value ->
        has(Fault.HASHES_DIFFER) ? System.identityHashCode(value) : value.content.hashCode();
  }

  @Override
  public SerializerSnapshot snapshot() {
    return SerializerSnapshot.of("text of tests");
  }
}
