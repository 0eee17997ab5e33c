package io.streambed.cli;

import io.streambed.connector.Line;
import io.streambed.connector.LineFileOptions;
import io.streambed.connector.LineFileSource;
import io.streambed.error.StorageException;
import io.streambed.file.FileSystem;
import io.streambed.job.Poll;
import io.streambed.job.SplitContext;
import io.streambed.job.SplitReader;
import java.nio.file.Path;
import java.util.Optional;

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
      SplitContext<Long> whole =
          new SplitContext<>(source.splits().get(0), Optional.empty(), () -> {});
      try (SplitReader<Line<String>, Long> lines = source.open(whole)) {
        while (lines.poll() == Poll.ELEMENT) {
          count++;
        }
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new StorageException("Counting the lines of " + path, e);
      }
      count--;
    }
    return count;
  }
}
