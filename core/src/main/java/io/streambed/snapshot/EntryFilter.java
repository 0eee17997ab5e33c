package io.streambed.snapshot;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.entry.Codec;
import io.streambed.entry.Entry;
import io.streambed.state.StateKind;
import io.streambed.store.SnapshotFilter;
import io.streambed.store.TableSpec;

/**
 * A {@link SnapshotFilter} over entries, for stores that keep bytes: decides on one entry after the
 * other of a frozen state.
 *
 * <p>Threading: made by the store's thread, used by one other; its serializer is its own.
 */
@FunctionalInterface
public interface EntryFilter {
  /** Keeps everything as it is. */
  EntryFilter NONE = entry -> true;

  /**
   * Decides on one entry.
   *
   * @param entry the entry; its value may be replaced by one that is valid until the next call
   * @return true if it stays
   */
  boolean keep(Entry entry);

  /**
   * The filter of a state for one freeze.
   *
   * @param spec the state's declaration, whose filter is asked for
   * @param <V> the type of the values
   * @return a new filter, or {@link #NONE} if the declaration has none
   */
  static <V> EntryFilter of(TableSpec<?, ?, V> spec) {
    SnapshotFilter<V> filter = spec.snapshotFilter();
    if (filter == null) {
      return NONE;
    }
    Codec<V> codec = new Codec<>(spec.value().duplicate(), spec.name(), "value");
    return spec.kind() == StateKind.LIST
        ? ofElements(filter, codec, spec.expiry().stamped())
        : ofValues(filter, codec);
  }

  private static <V> EntryFilter ofValues(SnapshotFilter<V> filter, Codec<V> codec) {
    boolean decodes = filter.looksAtValues();
    return entry -> {
      if (!filter.keeps(entry.stamp)) {
        return false;
      }
      if (entry.nullValue || !decodes) {
        return true;
      }
      V kept = filter.filter(codec.decode(entry.value), entry.stamp);
      if (kept == null) {
        return false;
      }
      ByteView bytes = codec.encode(kept);
      entry.value.set(bytes.array(), bytes.offset(), bytes.length());
      return true;
    };
  }

  private static <V> EntryFilter ofElements(
      SnapshotFilter<V> filter, Codec<V> codec, boolean stamped) {
    ByteWriter run = new ByteWriter();
    ByteView element = new ByteView();
    return entry -> {
      run.reset();
      run.trim(ByteWriter.KEPT_BYTES);
      ByteReader in = new ByteReader().set(entry.value);
      while (in.remaining() > 0) {
        in.readSized(element);
        long stamp = stamped ? in.readLong() : 0;
        ByteView kept = filter.keeps(stamp) ? kept(filter, codec, element, stamp) : null;
        if (kept != null) {
          run.writeSized(kept);
          if (stamped) {
            run.writeLong(stamp);
          }
        }
      }
      entry.value.set(run.array(), 0, run.position());
      return run.position() > 0;
    };
  }

  private static <V> ByteView kept(
      SnapshotFilter<V> filter, Codec<V> codec, ByteView element, long stamp) {
    if (!filter.looksAtValues()) {
      return element;
    }
    V kept = filter.filter(codec.decode(element), stamp);
    return kept == null ? null : codec.encode(kept);
  }
}
