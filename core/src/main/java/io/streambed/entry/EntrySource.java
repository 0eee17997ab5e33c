package io.streambed.entry;

import java.io.IOException;

/**
 * Contents that can be read by key group: a frozen store, or a container that was written from one.
 */
public interface EntrySource {
  /**
   * The states of the entries. The first call may have to put the schema together.
   *
   * @return the schema; it does not change
   */
  Schema schema();

  /**
   * All entries of one key group, state by state in the order of the schema. The entries of one
   * list follow each other.
   *
   * @param keyGroup the key group; one that the source does not hold has no entries
   * @return a cursor before the first entry
   */
  EntryCursor entries(int keyGroup);

  /**
   * Gives all entries of one key group to a sink.
   *
   * @param keyGroup the key group; one that the source does not hold has no entries
   * @param sink takes the entries
   * @throws IOException if the source cannot be read or the sink fails
   * @throws io.streambed.error.CorruptionException if the source is damaged
   */
  default void read(int keyGroup, EntrySink sink) throws IOException {
    EntryCursor cursor = entries(keyGroup);
    while (cursor.advance()) {
      sink.accept(keyGroup, cursor.state(), cursor.entry());
    }
  }
}
