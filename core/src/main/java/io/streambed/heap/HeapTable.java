package io.streambed.heap;

import io.streambed.bytes.ByteView;
import io.streambed.entry.Codec;
import io.streambed.entry.Entry;
import io.streambed.entry.SizeLimit;
import io.streambed.entry.StateSchema;
import io.streambed.key.KeyContext;
import io.streambed.store.TableSpec;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** What the store needs of each of its tables and queues, whatever their shape. */
interface HeapTable {
  /**
   * The check of the first value that is met under the current key.
   *
   * @param then given the check of those after it, or null if they need none
   */
  static <V> SizeLimit<V> firstCheck(
      KeyContext<?> context, TableSpec<?, ?, V> spec, Consumer<SizeLimit<V>> then) {
    return new Codec<>(spec.value(), spec.name(), "value")
        .under(context::keyIfSet)
        .firstCheck(then);
  }

  /** The declaration of this moment, as snapshots carry it; it is put together when asked for. */
  Supplier<StateSchema> frozenSchema();

  /** The contents of this moment, with serializers of their own. */
  Frozen freeze();

  /**
   * Takes entries that were written under an older declaration, already found to be of this kind.
   * If the table keeps timestamps and the entries lack them, they get that of the declaration.
   */
  Loader loader(StateSchema written);

  /**
   * Lets go of all contents: whoever still holds the table, or a walk over it, holds no state with
   * it, and is refused.
   */
  void close();

  /** Fails if an invariant is broken; for tests. */
  void checkInvariants();

  /** A table's frozen contents. */
  interface Frozen {
    /** The entries of one key group. */
    Walk walk(int keyGroup);

    /**
     * Those of one key and namespace, and of one user key unless it is null; null if they are found
     * by a walk over the key group only.
     */
    default Walk find(int keyGroup, ByteView key, ByteView namespace, ByteView userKey) {
      return null;
    }
  }

  /** Walks over frozen entries. */
  interface Walk {
    /** A walk over nothing. */
    Walk NOTHING = entry -> false;

    /** Sets the entry to the next one; false at the end. */
    boolean advance(Entry entry);
  }

  /** Puts entries into a table. */
  interface Loader {
    /** Puts one entry. */
    void load(int keyGroup, Entry entry);
  }
}
