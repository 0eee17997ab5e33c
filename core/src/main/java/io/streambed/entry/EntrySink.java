package io.streambed.entry;

import java.io.IOException;

/** Takes entries, one after the other. */
@FunctionalInterface
public interface EntrySink {
  /**
   * Takes one entry.
   *
   * @param keyGroup the key group it belongs to
   * @param state the state's index in the schema of the source
   * @param entry the entry, valid during the call only
   * @throws IOException if it cannot be stored
   */
  void accept(int keyGroup, int state, Entry entry) throws IOException;
}
