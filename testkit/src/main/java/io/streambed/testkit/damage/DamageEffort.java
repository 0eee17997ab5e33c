package io.streambed.testkit.damage;

import java.util.Arrays;

/**
 * How much a {@link DamageCampaign} does.
 *
 * @param every of bits and lengths of a checkpoint's own files every so manieth, at least 1
 * @param samples how many bits, and how many lengths, of the files that checkpoints share, drawn
 *     from all of them together
 * @param seed makes the contents, and draws the samples
 */
public record DamageEffort(int every, int samples, long seed) {
  /** Checks the parts. */
  public DamageEffort {
    if (every < 1 || samples < 0) {
      throw new IllegalArgumentException("every " + every + ", " + samples + " samples");
    }
  }

  /**
   * Reads arguments {@code every=N}, {@code samples=N}, {@code seed=N}.
   *
   * @param arguments any of them; 1, 10,000 and 1 for those that are missing
   * @return the effort
   * @throws IllegalArgumentException if a number is none, or out of range
   */
  public static DamageEffort of(String... arguments) {
    return new DamageEffort(
        Math.toIntExact(option(arguments, "every", 1)),
        Math.toIntExact(option(arguments, "samples", 10_000)),
        option(arguments, "seed", 1));
  }

  private static long option(String[] arguments, String name, long otherwise) {
    return Arrays.stream(arguments)
        .filter(argument -> argument.startsWith(name + "="))
        .mapToLong(argument -> Long.parseLong(argument.substring(name.length() + 1)))
        .findFirst()
        .orElse(otherwise);
  }
}
