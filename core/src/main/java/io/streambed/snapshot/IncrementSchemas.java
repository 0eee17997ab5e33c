package io.streambed.snapshot;

import io.streambed.entry.Schema;
import io.streambed.error.IncompatibleStateException;
import java.io.IOException;
import java.util.Collection;

/**
 * Reads the declarations in a store's own files. A store is one. Its factory, and whatever wraps
 * that, should be one too: a job's start judges the checkpoint by it before a store is made. With a
 * factory that is none, the start warns, and a renamed state in such files may begin empty.
 *
 * <p>Threading: of a store, the store's thread; of a factory, any thread.
 */
public interface IncrementSchemas {
  /**
   * The store's name, as in the handles that it reads.
   *
   * @return the name that its factory has
   */
  String name();

  /**
   * Reads the declarations of a checkpoint, and nothing else of it. The keys may be of another type
   * than this store's: whoever restores learns here what wrote them.
   *
   * @param handle of a store of this name
   * @param inputs where the bytes are
   * @return the declarations of its states and keys, as written
   * @throws IOException if the storage fails
   * @throws io.streambed.error.CorruptionException if the manifest is damaged, or is not what the
   *     handle says
   * @throws io.streambed.error.FormatVersionException if it is of another version
   */
  Schema schema(KeyedStateHandle.Incremental handle, SnapshotInputs inputs) throws IOException;

  /**
   * What to throw if files are to be restored by a store that did not write them.
   *
   * @param operatorIds whose state it is, at least one
   * @param writer the name of the store that wrote them
   * @param reader what was to read them, as a message says it
   * @return names both and the way out
   */
  static IncompatibleStateException otherStore(
      Collection<String> operatorIds, String writer, String reader) {
    return new IncompatibleStateException(
        (operatorIds.size() == 1 ? "keyed state of operator \"" : "keyed state of operators \"")
            + String.join("\", \"", operatorIds)
            + "\"",
        "files of store \"" + writer + "\"",
        reader,
        "Restore with the store that wrote them. To change stores, let that one write a"
            + " checkpoint that is not incremental (RunOptions.withIncremental(false), or"
            + " --checkpoint-mode full on the command line), or a savepoint"
            + " (JobHandle.savepoint()), and restore that.");
  }
}
