package io.streambed.entry;

import java.io.IOException;

/**
 * Walks over the entries of one key group of an {@link EntrySource}.
 *
 * <p>Threading: one thread. It is done with when {@link #advance} has given false, has failed, or
 * its source is closed; there is nothing else to close.
 */
public interface EntryCursor {
  /**
   * Moves to the next entry.
   *
   * @return false at the end
   * @throws IOException if the source cannot be read
   * @throws io.streambed.error.CorruptionException if the source is damaged
   */
  boolean advance() throws IOException;

  /**
   * The state of the entry here.
   *
   * @return its index in the schema of the source
   */
  int state();

  /**
   * The entry here.
   *
   * @return the same object each time, valid until the next call of {@link #advance}
   */
  Entry entry();
}
