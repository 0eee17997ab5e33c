package io.streambed.cli.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * What a fork told.
 *
 * @param times of cases
 * @param held memory, by size and kind of state
 * @param failure why it did not come to its end; null if it did
 * @param wrongArguments whether the failure is that of whoever gave sizes and cases
 */
public record ForkResult(
    List<CaseTime> times, List<Held> held, String failure, boolean wrongArguments) {
  /** Copies the lists. */
  public ForkResult {
    times = List.copyOf(times);
    held = List.copyOf(held);
  }

  /**
   * One case.
   *
   * @param entries number of entries in the state
   * @param id the case
   * @param cpuNanos processor time of the thread for one operation
   * @param wallNanos time on the wall for one operation
   */
  public record CaseTime(int entries, String id, double cpuNanos, double wallNanos) {}

  /**
   * What a state takes, in bytes for each entry that it holds.
   *
   * @param entries number of entries that were put in
   * @param id the kind of state, with {@code -after-peak} if most entries were removed again
   * @param heap live in the heap
   * @param resident memory outside the heap
   * @param files below the working directory
   */
  public record Held(int entries, String id, double heap, double resident, double files) {}

  /** Takes up lines as they come. */
  static final class Builder {
    private final List<CaseTime> times = new ArrayList<>();
    private final List<Held> held = new ArrayList<>();
    private String failure = "it ended without a word";

    /** Gives what to tell about the line as progress, or null. */
    String add(String line) {
      String[] words = line.split("\t");
      switch (words[0]) {
        case "case" -> {
          double operations = Double.parseDouble(words[3]);
          CaseTime time =
              new CaseTime(
                  Integer.parseInt(words[1]),
                  words[2],
                  Double.parseDouble(words[4]) / operations,
                  Double.parseDouble(words[5]) / operations);
          times.add(time);
          return String.format("%,d %s %.0f ns", time.entries, time.id, time.cpuNanos);
        }
        case "memory" -> {
          int entries = Integer.parseInt(words[1]);
          double left = Double.parseDouble(words[3]);
          Held one =
              new Held(
                  entries,
                  words[2],
                  Double.parseDouble(words[4]) / left,
                  Double.parseDouble(words[5]) / left,
                  Double.parseDouble(words[6]) / left);
          held.add(one);
          return String.format("%,d %s %.0f bytes", entries, one.id, one.heap);
        }
        case "failed" -> failure = words[1];
        case "done" -> failure = null;
        default -> {
          return null;
        }
      }
      return null;
    }

    ForkResult build(int exitCode) {
      boolean wrongArguments = exitCode == 2;
      String why = failure == null && exitCode != 0 ? "it ended with " + exitCode : failure;
      return new ForkResult(times, held, why, wrongArguments);
    }
  }
}
