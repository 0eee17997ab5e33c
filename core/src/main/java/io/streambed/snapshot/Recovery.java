package io.streambed.snapshot;

import java.io.IOException;

/**
 * A restore whose state can be used already, while part of what it was restored from may not have
 * been read yet. A store that takes everything over at once gives {@link #complete}. Another one
 * reads the rest in the background and when it is asked for, and whoever holds the checkpoint keeps
 * the files of it until nothing is left to read.
 *
 * <p>Threading: as its methods say.
 */
public interface Recovery extends AutoCloseable {
  /**
   * How far a restore has come.
   *
   * @param doneBytes how many bytes were read, and need not be there any longer
   * @param totalBytes how many there are
   */
  record Progress(long doneBytes, long totalBytes) {
    /**
     * Whether nothing is left to read.
     *
     * @return true if the restore needs its sources no more
     */
    public boolean isComplete() {
      return doneBytes == totalBytes;
    }
  }

  /**
   * A restore that has read everything.
   *
   * @param bytes how much that was
   * @return one of which nothing is left to do
   */
  static Recovery complete(long bytes) {
    Progress all = new Progress(bytes, bytes);
    return new Recovery() {
      @Override
      public Progress progress() {
        return all;
      }

      @Override
      public void completeNow() {}

      @Override
      public void close() {}
    };
  }

  /**
   * How far the restore has come. Any thread.
   *
   * @return numbers that only grow; they stay as they are once this is closed
   */
  Progress progress();

  /**
   * Reads all that is left. The store's thread; it returns when the restore is complete.
   *
   * @throws IOException if the storage fails, or this is closed meanwhile; what was not read is
   *     still to be read then
   * @throws io.streambed.error.CorruptionException if what is read is damaged
   */
  void completeNow() throws IOException;

  /**
   * Cancels the restore: nothing more is read, and whoever needs what was not read fails. Closing
   * the store does this as well. Any thread; idempotent, and without effect once the restore is
   * complete.
   */
  @Override
  void close();
}
