package io.streambed.cli.bench;

import java.util.Arrays;
import java.util.List;

/**
 * A figure over some forks.
 *
 * @param median of an even number, the mean of the two in the middle
 * @param min the smallest
 * @param max the largest
 */
public record Spread(double median, double min, double max) {
  /**
   * Of these figures.
   *
   * @param figures at least one, in any order
   */
  public static Spread of(List<Double> figures) {
    double[] sorted = figures.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    if (sorted.length == 0) {
      throw new IllegalArgumentException("no figures");
    }
    int upper = sorted.length / 2;
    int lower = (sorted.length - 1) / 2;
    return new Spread(
        (sorted[lower] + sorted[upper]) / 2, sorted[0], Arrays.stream(sorted).max().getAsDouble());
  }
}
