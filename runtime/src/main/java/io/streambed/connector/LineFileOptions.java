package io.streambed.connector;

import java.util.Objects;
import java.util.Optional;

/**
 * How {@link LineFileSource} reads a file.
 *
 * @param splits number of splits, from 1; the same for the life of the job's state
 * @param header what the first line must be; without it the first line is data
 * @param failOnRejected whether a rejected line is an error instead of an element
 */
public record LineFileOptions(int splits, Optional<String> header, boolean failOnRejected) {
  /** One split, no header, rejected lines are elements. */
  public static final LineFileOptions DEFAULT = new LineFileOptions(1, Optional.empty(), false);

  /** Checks the ranges. */
  public LineFileOptions {
    Objects.requireNonNull(header, "header");
    if (splits < 1) {
      throw new IllegalArgumentException("splits " + splits + " is below 1");
    }
  }

  /**
   * The same with another number of splits.
   *
   * @param number from 1
   * @return new options
   */
  public LineFileOptions withSplits(int number) {
    return new LineFileOptions(number, header, failOnRejected);
  }

  /**
   * The same with a header.
   *
   * @param text what the first line must be
   * @return new options
   */
  public LineFileOptions withHeader(String text) {
    return new LineFileOptions(splits, Optional.of(text), failOnRejected);
  }

  /**
   * The same, failing on rejected lines or not.
   *
   * @param fail whether a rejected line is an error
   * @return new options
   */
  public LineFileOptions withFailOnRejected(boolean fail) {
    return new LineFileOptions(splits, header, fail);
  }
}
