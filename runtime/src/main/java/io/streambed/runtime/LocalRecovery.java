package io.streambed.runtime;

import io.streambed.file.FileSystem;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Where a job keeps local copies of its checkpoints.
 *
 * @param files the local file system
 * @param directory the directory, of the job alone
 * @param maxBytes how many bytes all copies may take together, from 1
 */
record LocalRecovery(FileSystem files, Path directory, long maxBytes) {
  LocalRecovery {
    Objects.requireNonNull(files, "files");
    Objects.requireNonNull(directory, "directory");
    if (maxBytes < 1) {
      throw new IllegalArgumentException("local copies of at most " + maxBytes + " bytes");
    }
  }
}
