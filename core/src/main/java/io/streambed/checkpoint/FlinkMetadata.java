package io.streambed.checkpoint;

import io.streambed.bytes.ByteReader;
import io.streambed.error.StorageException;
import io.streambed.file.FileInput;
import io.streambed.file.FileSystem;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Tells checkpoints and savepoints of Apache Flink from Streambed's own: a file {@code _metadata}
 * is in both. Flink's begins with four bytes that are the same in all of its versions.
 */
final class FlinkMetadata {
  private static final int MAGIC = 0x4960672D;

  private FlinkMetadata() {}

  /** Closes the file and throws if it is Flink's. */
  static void refuse(FileInput metadata, Path directory) throws IOException {
    boolean flinks;
    try {
      flinks = isIn(metadata);
    } catch (IOException | RuntimeException e) {
      metadata.close();
      throw e;
    }
    if (flinks) {
      metadata.close();
      throw foreign(directory);
    }
  }

  /** Throws if the path is Flink's file of metadata, or a directory with checkpoints of Flink's. */
  static void refuseDirectory(FileSystem files, Path path) throws IOException {
    if (!files.isDirectory(path)) {
      if (files.exists(path) && isAt(files, path)) {
        throw foreign(path);
      }
      return;
    }
    for (Path child : files.list(path)) {
      Path metadata = child.resolve(FileClaim.METADATA);
      if (files.exists(metadata) && isAt(files, metadata)) {
        throw foreign(child);
      }
    }
  }

  private static boolean isAt(FileSystem files, Path path) throws IOException {
    try (FileInput in = files.open(path)) {
      return isIn(in);
    }
  }

  private static boolean isIn(FileInput in) throws IOException {
    byte[] first = new byte[Integer.BYTES];
    if (in.length() < first.length) {
      return false;
    }
    in.readFully(0, first, 0, first.length);
    return new ByteReader(first).readInt() == MAGIC;
  }

  private static StorageException foreign(Path path) {
    return new StorageException(
        path
            + " is a checkpoint or savepoint of Apache Flink, and not of Streambed's own runtime:"
            + " Flink wrote its _metadata. Restore it in Flink (flink run -s "
            + path
            + " ...). If the job's state backend is Streambed's, the files of keyed state beside"
            + " _metadata are Streambed's, and \"streambed inspect FILE\" shows what one holds.");
  }
}
