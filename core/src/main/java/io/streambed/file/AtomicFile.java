package io.streambed.file;

import io.streambed.bytes.ByteView;
import io.streambed.error.CorruptionException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;

/**
 * Small files that change as a whole: after a crash there is the old content or the new one, and
 * the new one once {@link #replace} has returned. The content carries no checksum of its own.
 */
public final class AtomicFile {
  private AtomicFile() {}

  /**
   * Writes a file in place of the one of that name, if there is one: temporary file {@code
   * <name>.<unique>.tmp}, sync, rename, directory sync. On an error before the rename the old file
   * stays and the temporary one is deleted; after a crash that one may be left over.
   *
   * @param files where
   * @param path the file, in an existing directory
   * @param content all of its bytes
   * @param unique an id never used before for this path
   * @throws IOException if the storage fails; unless the rename had been reached, the old content
   *     is in place
   */
  public static void replace(FileSystem files, Path path, ByteView content, UUID unique)
      throws IOException {
    Path directory = path.toAbsolutePath().getParent();
    Path temporary = path.resolveSibling(path.getFileName() + "." + unique + ".tmp");
    FileOutput output = files.create(temporary);
    try {
      try (output) {
        output.write(content.array(), content.offset(), content.length());
        output.sync();
      }
      files.rename(temporary, path);
    } catch (IOException | RuntimeException e) {
      try {
        files.delete(temporary);
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
    files.syncDirectory(directory);
  }

  /**
   * Reads a whole file.
   *
   * @param files where
   * @param path the file
   * @param maxBytes the most it may hold, checked before memory is taken
   * @return its bytes
   * @throws CorruptionException if it is longer
   * @throws java.nio.file.NoSuchFileException if it is not there
   * @throws IOException if the storage fails
   */
  public static byte[] read(FileSystem files, Path path, int maxBytes) throws IOException {
    try (FileInput input = files.open(path)) {
      long length = input.length();
      if (length > maxBytes) {
        throw new CorruptionException(
            input.name(), -1, "at most " + maxBytes + " bytes", length + " bytes");
      }
      byte[] content = new byte[(int) length];
      input.readFully(0, content, 0, content.length);
      return content;
    }
  }
}
