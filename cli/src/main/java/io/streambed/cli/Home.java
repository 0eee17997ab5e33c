package io.streambed.cli;

import io.streambed.error.StorageException;
import java.nio.file.Path;

/** The directory that the launcher is in, with the data of the examples. */
final class Home {
  private static final String PROPERTY = "streambed.home";

  private Home() {}

  static Path directory() {
    String home = System.getProperty(PROPERTY);
    if (home == null) {
      throw new StorageException(
          "The example's data cannot be found: start with the launcher ./streambed, or set the"
              + " system property "
              + PROPERTY
              + " to the directory it is in.");
    }
    return Path.of(home);
  }

  static Path january() {
    return directory().resolve("examples/data/flights-2001-01.csv.gz");
  }

  static Path rules() {
    return directory().resolve("examples/data/rules.csv");
  }
}
