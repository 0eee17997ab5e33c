package io.streambed.cli.console;

import java.util.Locale;

/** Sizes, counts and times as a person reads them. */
public final class Amounts {
  private static final String[] BYTE_UNITS = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  private static final int UNIT_BYTES = 1 << 10;
  private static final double LAST_BELOW_NEXT_UNIT = 1023.95;
  private static final String[] TIME_UNITS = {"s", "min", "h", "days"};
  private static final long[] UNIT_SECONDS = {1, 60, 3_600, 86_400};
  private static final long MILLIS_A_SECOND = 1_000;

  private Amounts() {}

  /**
   * A size.
   *
   * @param bytes from 0
   * @return for instance {@code 12.3 MiB}; below a KiB the exact number
   */
  public static String bytes(long bytes) {
    if (bytes < UNIT_BYTES) {
      return bytes + " B";
    }
    double amount = (double) bytes / UNIT_BYTES;
    int unit = 0;
    while (amount >= LAST_BELOW_NEXT_UNIT && unit < BYTE_UNITS.length - 1) {
      amount /= UNIT_BYTES;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %s", amount, BYTE_UNITS[unit]);
  }

  /**
   * A number of things.
   *
   * @param count the number
   * @return for instance {@code 1,234,567}
   */
  public static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  /**
   * A number with the thing's name in the right form.
   *
   * @param count the number
   * @param singular the name of one
   * @return for instance {@code 1 file} or {@code 2,000 files}
   */
  public static String count(long count, String singular) {
    return count(count) + " " + singular + (count == 1 ? "" : "s");
  }

  /**
   * How long ago something was.
   *
   * @param millis the time since then in milliseconds; less than 0 if it is to come
   * @return for instance {@code 3 min ago}, in the largest unit of which there are two
   */
  public static String ago(long millis) {
    if (millis < 0) {
      return "in the future";
    }
    long seconds = millis / MILLIS_A_SECOND;
    int unit = UNIT_SECONDS.length - 1;
    while (unit > 0 && seconds < 2 * UNIT_SECONDS[unit]) {
      unit--;
    }
    return seconds / UNIT_SECONDS[unit] + " " + TIME_UNITS[unit] + " ago";
  }
}
