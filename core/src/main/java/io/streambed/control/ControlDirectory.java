package io.streambed.control;

import io.streambed.bytes.ByteWriter;
import io.streambed.file.AtomicFile;
import io.streambed.file.FileOutput;
import io.streambed.file.FileSystem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names in the directory {@code control}, and how a file of it is written.
 *
 * @param files the file system
 * @param path the directory; the job makes it when it claims its directory of checkpoints
 */
record ControlDirectory(FileSystem files, Path path) {
  private static final Pattern NAME =
      Pattern.compile("(request|answer)-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})");

  /** The control directory of a job's directory of checkpoints. */
  static ControlDirectory in(FileSystem files, Path root) {
    return new ControlDirectory(files, root.resolve(ControlRequest.DIRECTORY));
  }

  Path request(UUID id) {
    return path.resolve("request-" + id);
  }

  Path answer(UUID request) {
    return path.resolve("answer-" + request);
  }

  /** The id in the name of a request; empty if it is another file. */
  static Optional<UUID> requestId(Path path) {
    return id("request", path);
  }

  /** The request's id in the name of an answer; empty if it is another file. */
  static Optional<UUID> answeredId(Path path) {
    return id("answer", path);
  }

  private static Optional<UUID> id(String word, Path path) {
    Matcher name = NAME.matcher(path.getFileName().toString());
    return name.matches() && name.group(1).equals(word)
        ? Optional.of(UUID.fromString(name.group(2)))
        : Optional.empty();
  }

  /** Whether a file is one that was being written when its process died. */
  static boolean isTemporary(Path path) {
    String name = path.getFileName().toString();
    return name.endsWith(".tmp") && NAME.matcher(name.substring(0, name.indexOf('.'))).matches();
  }

  /**
   * Writes a new file so that a reader sees all of it or none. It may be gone after a crash, but if
   * this fails it is not there.
   */
  void writeUnsynced(Path file, byte[] content, UUID unique) throws IOException {
    Path temporary = path.resolve(file.getFileName() + "." + unique + ".tmp");
    try {
      try (FileOutput output = files.create(temporary)) {
        output.write(content, 0, content.length);
      }
      files.rename(temporary, file);
    } catch (IOException | RuntimeException e) {
      try {
        files.delete(temporary);
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  /** Writes a file so that a reader sees all of it or none. */
  void write(Path file, byte[] content, UUID unique) throws IOException {
    ByteWriter bytes = new ByteWriter(content.length);
    bytes.writeBytes(content);
    AtomicFile.replace(files, file, bytes.view(), unique);
  }
}
