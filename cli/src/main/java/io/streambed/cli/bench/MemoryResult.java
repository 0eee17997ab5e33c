package io.streambed.cli.bench;

/**
 * What a run under a budget took. Resident memory is all that the process has in RAM, the Java heap
 * among it.
 *
 * @param stateBytes size of the state at its end, values alone
 * @param emptyBytes resident with empty databases, in bytes
 * @param peakBytes the most that was resident while the state grew, in bytes
 * @param medianBytes resident in the middle of all samples, in bytes
 * @param handles native objects open once all stores were closed
 */
public record MemoryResult(
    long stateBytes, long emptyBytes, long peakBytes, long medianBytes, int handles) {
  /** The most that may be resident beyond an empty database, in budgets. */
  public static final double BOUND = 1.15;

  private static final String FIRST_WORD = "memory";

  /**
   * What the state took at its peak.
   *
   * @param budgetBytes positive
   * @return bytes beyond those of empty databases, divided by the budget
   */
  public double ratio(long budgetBytes) {
    return (double) (peakBytes - emptyBytes) / budgetBytes;
  }

  /**
   * Whether the budget was kept and nothing is left open.
   *
   * @param budgetBytes positive
   */
  public boolean isKept(long budgetBytes) {
    return ratio(budgetBytes) <= BOUND && handles == 0;
  }

  String line() {
    return String.join(
        "\t",
        FIRST_WORD,
        "" + stateBytes,
        "" + emptyBytes,
        "" + peakBytes,
        "" + medianBytes,
        "" + handles);
  }

  /** Reads a line back; null if it is some other. */
  static MemoryResult of(String line) {
    String[] words = line.split("\t");
    return words.length != 6 || !words[0].equals(FIRST_WORD)
        ? null
        : new MemoryResult(
            Long.parseLong(words[1]),
            Long.parseLong(words[2]),
            Long.parseLong(words[3]),
            Long.parseLong(words[4]),
            Integer.parseInt(words[5]));
  }
}
