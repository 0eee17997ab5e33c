package io.streambed.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The inputs that a fuzzer has found worth keeping, one file each. */
final class Corpus {
  private static final Path ROOT = Path.of("corpus");

  private Corpus() {}

  /** The files of one target, sorted; none if it has no directory. */
  static List<Path> of(String target) throws IOException {
    Path directory = ROOT.resolve(target);
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().toList();
    }
  }

  /** The names of the directories, which must be those of targets. */
  static List<String> targets() throws IOException {
    if (!Files.isDirectory(ROOT)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(ROOT)) {
      return files.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }
}
