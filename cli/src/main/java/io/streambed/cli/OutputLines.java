package io.streambed.cli;

import io.streambed.error.InvariantViolationException;
import io.streambed.error.StorageException;
import io.streambed.file.AtomicFile;
import io.streambed.file.FileSystem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * All visible lines under a directory of output, sorted: files and their order are not part of what
 * a job gives.
 *
 * @param lines sorted
 */
record OutputLines(List<String> lines) {
  private static final int MAX_FILE_BYTES = Integer.MAX_VALUE - 8;

  static OutputLines read(FileSystem files, Path directory) {
    List<String> lines = new ArrayList<>();
    try {
      collect(files, directory, lines);
    } catch (IOException e) {
      throw new StorageException("Reading the output in " + directory, e);
    }
    lines.sort(null);
    return new OutputLines(lines);
  }

  private static void collect(FileSystem files, Path directory, List<String> lines)
      throws IOException {
    if (!files.isDirectory(directory)) {
      return;
    }
    for (Path path : files.list(directory)) {
      String name = path.getFileName().toString();
      if (name.startsWith("part-")) {
        try {
          byte[] content = AtomicFile.read(files, path, MAX_FILE_BYTES);
          new String(content, StandardCharsets.UTF_8).lines().forEach(lines::add);
        } catch (NoSuchFileException e) {
          // Whoever reads the output has taken it away just now.
          continue;
        }
      } else if (!name.startsWith(".")) {
        collect(files, path, lines);
      }
    }
  }

  /** Number and hash of the lines. */
  String summary() {
    return lines.size() + " lines, SHA-256 " + sha256();
  }

  private String sha256() {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new InvariantViolationException("every Java has SHA-256, this one: " + e);
    }
    for (String line : lines) {
      digest.update(line.getBytes(StandardCharsets.UTF_8));
      digest.update((byte) '\n');
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
