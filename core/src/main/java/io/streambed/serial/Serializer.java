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
 * <p><b>What stores check, and when.</b> A broken serializer would lose state, and a store that
 * keeps objects would notice only at a restore. So a store tries the first value of each part (key,
 * namespace, user key, value, element) that it meets after the state was opened, by a write, a
 * read, a removal or a restore, before it uses the value: it is written, read back, written again,
 * copied, and written and read by a duplicate. The operation fails with a {@link
 * io.streambed.error.SerializationException}, which names the state, the part, the serializer and
 * the way out, if
 *
 * <ul>
 *   <li>{@link #write}, {@link #read}, {@link #copy} or {@link #duplicate} throws or gives null;
 *   <li>{@link #read} reads fewer or more bytes than {@link #write} appended;
 *   <li>{@link #fixedLength}, {@link #sizeBound} or {@link #longLane} does not fit the value;
 *   <li>{@link #encode} of a duplicate gives an array of the original;
 *   <li>a value that is read keeps a part of the array that it was read from;
 *   <li>{@link #read} gives one object for the same bytes twice, and that object changes when other
 *       bytes are read, though {@link #immutable} is false: for this check alone, the last bit of
 *       the bytes is changed, and {@link #read} may throw;
 *   <li>{@link #copy} gives the same array, or the same {@code ArrayList}, {@code HashMap} or other
 *       such container of {@code java.util}, though {@link #immutable} is false and it is not
 *       empty;
 *   <li>of a key, a namespace, a user key or an element of a queue: what is read or copied is not
 *       equal to what was written, or what is read has another {@link #keyHasher hash} or other
 *       bytes; also if it has another {@link Object#hashCode}, where a store finds it by that: keys
 *       of broadcast state, and elements of queues that keep objects.
 * </ul>
 *
 * <p>All other objects may be given again, by {@link #read} as by {@link #copy}: constants,
 * interned values and messages that never change cannot be told from those that can.
 *
 * <p>That is done once for each part of an open state; what a restore brings is tried too where the
 * store serializes it anew. A value of more than 8 MiB passes untried. The values after the first
 * one are not tried: a fault that shows with some values only is found by the snapshot or the read
 * that meets it, with the same error. A {@link #bridge} may refuse to read, by any exception but an
 * {@link java.io.UncheckedIOException}, may give objects twice, let them keep a part of the input,
 * and write equal keys differently, and its arrays may be keys that only the same object finds.
 * Nobody can see that an {@link #immutable} is wrong.
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
   * @return a new value, or a shared one that never changes; it keeps nothing of the input's array
   * @throws io.streambed.error.MalformedDataException if the bytes do not follow the grammar
   */
  T read(ByteReader in);

  /**
   * Encodes one value from the start of a scratch. A bridge to another system may return a buffer
   * of its own instead.
   *
   * @param value the value
   * @param scratch reset and overwritten
   * @return the bytes, valid until the next call that uses the scratch or this serializer; in the
   *     scratch's array or in one that no duplicate uses
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
   * @return a deep copy, or the same object if that never changes
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
   * Whether this stands for a serializer that was written to another system's rules. Stores then
   * hold it to less, see above.
   *
   * @return true if it may give one object several times, and different bytes for equal values
   */
  default boolean bridge() {
    return false;
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
