package io.streambed.serial;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import java.util.function.Supplier;

/**
 * Turns values of one type into bytes and back, copies them, and hashes them if they may be keys.
 *
 * <p>Equal values must give equal bytes, and different values different bytes, wherever {@link
 * #keyHasher()} is not null: byte stores compare keys as bytes.
 *
 * <p>Threading: an instance serves one thread at a time. Stores call {@link #duplicate()} before
 * they hand one to another thread.
 *
 * @param <T> the type of the values
 */
public interface Serializer<T> {

  /**
   * Appends one value.
   *
   * @param value the value; null only where the serializer says so
   * @param out where to append
   */
  void write(T value, ByteWriter out);

  /**
   * Reads one value, and exactly the bytes that {@link #write} appended for it: stores check that.
   *
   * @param in positioned at the value's first byte
   * @return a new value, or a shared one if {@link #immutable()}
   * @throws io.streambed.error.MalformedDataException if the bytes do not follow the grammar
   */
  T read(ByteReader in);

  /**
   * Encodes one value from the start of a scratch. A bridge to another system may return a buffer
   * of its own instead.
   *
   * @param value the value
   * @param scratch reset and overwritten
   * @return the bytes, valid until the next call that uses the scratch or this serializer
   */
  default ByteView encode(T value, ByteWriter scratch) {
    scratch.reset();
    write(value, scratch);
    return scratch.view();
  }

  /**
   * A value equal to the given one that shares nothing mutable with it.
   *
   * @param value the value
   * @return a deep copy, or the same object if {@link #immutable()}
   */
  T copy(T value);

  /**
   * Whether no value of this type can change once made, so that stores may share it freely.
   *
   * @return true if copies are never needed
   */
  boolean immutable();

  /**
   * A serializer of the same configuration for another thread.
   *
   * @return this if it keeps no state between calls, else a new one
   */
  Serializer<T> duplicate();

  /**
   * The size of every value's bytes.
   *
   * @return a number of bytes, at least 0, or -1 if it varies
   */
  default int fixedLength() {
    return -1;
  }

  /**
   * A bound of the size of a value's bytes, where there is one that costs far less than writing
   * them. Not asked for where {@link #fixedLength()} tells the size.
   *
   * @return the bound, or null if only writing tells
   */
  default SizeBound<T> sizeBound() {
    return null;
  }

  /**
   * How a value fits into 64 bits, so that stores can keep it unboxed.
   *
   * @return the conversion, or null if there is none
   */
  default LongLane<T> longLane() {
    return null;
  }

  /**
   * The hash that assigns a key to its key group: specified, the same on every Java version and in
   * every process.
   *
   * @return the hasher, or null if values of this type may be neither keys, user keys nor
   *     namespaces
   */
  default KeyHasher<T> keyHasher() {
    return null;
  }

  /**
   * What a checkpoint has to remember of this serializer to judge a later one.
   *
   * @return its type and configuration
   */
  SerializerSnapshot snapshot();

  /**
   * The snapshot of this moment, for whoever needs it later on another thread: a store asks for it
   * when it freezes. A serializer whose {@link #snapshot()} takes long overrides this, notes its
   * configuration here, and leaves the work to the thread that writes the checkpoint.
   *
   * @return gives what {@link #snapshot()} would have given at the call, on any thread; it does not
   *     use this serializer
   */
  default Supplier<SerializerSnapshot> frozenSnapshot() {
    SerializerSnapshot now = snapshot();
    return () -> now;
  }

  /**
   * Whether this serializer can take over what another configuration wrote.
   *
   * @param written the configuration found in a checkpoint
   * @return as is, after migration, or not, with the reason
   */
  default Compatibility<T> resolve(SerializerSnapshot written) {
    return snapshot().equals(written)
        ? Compatibility.asIs()
        : Compatibility.incompatible(
            "the serializer changed from " + written + " to " + snapshot());
  }
}
