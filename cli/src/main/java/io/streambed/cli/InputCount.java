package io.streambed.cli;

import io.streambed.connector.Line;
import io.streambed.connector.LineFileOptions;
import io.streambed.connector.LineFileSource;
import io.streambed.error.StorageException;
import io.streambed.file.FileSystem;
import io.streambed.job.SplitReader;
import java.io.IOException;
import java.nio.file.Path;

/** Counts the lines of files, headers left out. */
final class InputCount {
  private InputCount() {}

  static long of(FileSystem files, Path... paths) {
    long count = 0;
    for (Path path : paths) {
      LineFileSource<String> source =
          new LineFileSource<>(
              files,
              path,
              LineFileOptions.DEFAULT,
              (number, text) -> new Line.Accepted<>(number, 0, text));
      try (SplitReader<Line<String>> lines = source.open(0, 0)) {
        while (lines.next() != null) {
          count++;
        }
      } catch (IOException e) {
        throw new StorageException("Counting the lines of " + path, e);
      }
      count--;
    }
    return count;
  }
}
