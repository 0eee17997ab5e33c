package io.streambed.testkit.fault;

import java.nio.file.Path;

/**
 * One call on a simulated file system.
 *
 * @param number its place in the log, from 0
 * @param kind what was called
 * @param path the file or directory, as it was named when opened
 * @param target a rename's or link's new name, otherwise null
 * @param length number of bytes to write or read, otherwise 0
 */
public record Operation(int number, Kind kind, Path path, Path target, int length) {
  /** The calls that are logged and can fail. */
  public enum Kind {
    /** Creation of a file. */
    CREATE,
    /** Bytes appended to a file. */
    WRITE,
    /** A file's bytes made durable. */
    SYNC,
    /** A rename. */
    RENAME,
    /** A second name given to a file. */
    LINK,
    /** Deletion of a file or an empty directory. */
    DELETE,
    /** Creation of one directory. */
    CREATE_DIRECTORY,
    /** A directory's entries made durable. */
    SYNC_DIRECTORY,
    /** A lock asked for; creates the file if missing. */
    LOCK,
    /** A file opened for reading. */
    OPEN,
    /** Bytes read from a file. */
    READ,
    /** A directory listed. */
    LIST,
    /** A file that was written closed. It is not logged, and can hang but not fail. */
    CLOSE
  }

  /**
   * Whether it changes the disk, or what a crash leaves of it.
   *
   * @return false for reads
   */
  public boolean changesDisk() {
    return kind.compareTo(Kind.LOCK) <= 0;
  }
}
