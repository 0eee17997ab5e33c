package io.streambed.heap;

import io.streambed.store.Entry;
import io.streambed.store.EntrySink;
import io.streambed.store.StateSchema;
import java.io.IOException;

/** What the store needs of each of its tables and queues, whatever their shape. */
interface HeapTable {
  /** The declaration that snapshots carry. */
  StateSchema schema();

  /** The contents of this moment, with serializers of their own. */
  Frozen freeze();

  /**
   * Takes entries that were written under an older declaration, already found to be of this kind.
   */
  Loader loader(StateSchema written);

  /** Fails if an invariant is broken; for tests. */
  void checkInvariants();

  /** A table's frozen contents. */
  interface Frozen {
    /**
     * Writes the entries of one key group.
     *
     * @param keyGroup the key group
     * @param state the state's index in the view's schema
     * @param entry reused for every entry
     * @param sink takes the entries
     */
    void write(int keyGroup, int state, Entry entry, EntrySink sink) throws IOException;
  }

  /** Puts entries into a table. */
  interface Loader {
    /** Puts one entry. */
    void load(int keyGroup, Entry entry);
  }
}
