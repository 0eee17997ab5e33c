package io.streambed.fuzz;

import io.streambed.file.FileInput;
import io.streambed.file.FileOutput;
import io.streambed.file.FileSystem;
import io.streambed.testkit.fault.SimulatedFileSystem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;

/** Files in memory, and identities that are the same in each run. */
public final class MemoryDisk {
  private MemoryDisk() {}

  /**
   * A disk with one file.
   *
   * @param path where
   * @param content its bytes
   * @return a new disk
   * @throws IOException never
   */
  public static FileSystem with(Path path, byte[] content) throws IOException {
    FileSystem files = new SimulatedFileSystem();
    put(files, path, content);
    return files;
  }

  /**
   * Writes a file, with the directories that it is in.
   *
   * @param files the disk
   * @param path where, which is free
   * @param content its bytes
   * @throws IOException never
   */
  public static void put(FileSystem files, Path path, byte[] content) throws IOException {
    files.createDirectories(path.getParent());
    try (FileOutput out = files.create(path)) {
      out.write(content);
    }
  }

  /**
   * Reads a file.
   *
   * @param files the disk
   * @param path where it is
   * @return its bytes
   * @throws IOException if it is not there
   */
  public static byte[] content(FileSystem files, Path path) throws IOException {
    try (FileInput in = files.open(path)) {
      byte[] content = new byte[(int) in.length()];
      in.readFully(0, content, 0, content.length);
      return content;
    }
  }

  /**
   * Identities.
   *
   * @return draws a new one at each call, the same ones in each run
   */
  public static Supplier<UUID> ids() {
    Random random = new Random(13);
    return () -> new UUID(random.nextLong(), random.nextLong());
  }
}
