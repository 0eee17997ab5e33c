package io.streambed.cli;

import java.nio.file.Path;

/**
 * Streambed's source tree: the directory that the launcher is in, with the data of the examples.
 * The executable jar runs without it, those commands excepted that need something of it.
 */
final class Home {
  /** The system property by which the launcher tells the directory. */
  static final String PROPERTY = "streambed.home";

  private Home() {}

  static boolean isKnown() {
    return System.getProperty(PROPERTY) != null;
  }

  /**
   * The directory.
   *
   * @throws NoSourceTreeException if it is not known
   */
  static Path directory() {
    if (!isKnown()) {
      throw new NoSourceTreeException();
    }
    return Path.of(System.getProperty(PROPERTY));
  }

  static Path january() {
    return directory().resolve("examples/data/flights-2001-01.csv.gz");
  }

  static Path rules() {
    return directory().resolve("examples/data/rules.csv");
  }
}
