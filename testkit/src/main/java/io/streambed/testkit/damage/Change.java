package io.streambed.testkit.damage;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * One change to the state of a {@link SampleJob}, applied alike to the job and to its model.
 *
 * @param kind what is done
 * @param key the key, or for operator state the subtask
 * @param namespace the namespace, where the state has them
 * @param item user key or number of a rule
 * @param amount what the value is made from
 */
public record Change(Kind kind, String key, int namespace, int item, long amount) {
  private static final int KEYS = 12;

  /** What is done; keyed state first. */
  public enum Kind {
    /** A value is updated. */
    PUT_LAST,
    /** A value in a namespace is updated. */
    PUT_LAST_BY_HOUR,
    /** Both are cleared. */
    CLEAR_LAST,
    /** A list grows. */
    ADD_DELAY,
    /** A list in a namespace grows. */
    ADD_DELAY_BY_HOUR,
    /** A list is replaced. */
    REPLACE_DELAYS,
    /** An entry is put into a map, its value perhaps null. */
    PUT_DAY,
    /** An entry is put into a map in a namespace. */
    PUT_PLANE,
    /** An entry is removed from a map. */
    REMOVE_DAY,
    /** Reducing state grows. */
    ADD_TOTAL,
    /** Aggregating state grows. */
    ADD_MEAN,
    /** A value is updated that no restored job opens. */
    PUT_RETIRED,
    /** A timer of event time. */
    REGISTER_EVENT_TIMER,
    /** A timer of processing time. */
    REGISTER_PROCESSING_TIMER,
    /** A timer of event time is deleted, if it is there. */
    DELETE_EVENT_TIMER,
    /** A split list grows. */
    ADD_OFFSET,
    /** A union list grows. */
    ADD_SEEN,
    /** An entry is put into broadcast state, its value perhaps null. */
    PUT_RULE,
    /** An entry is removed from broadcast state. */
    REMOVE_RULE,
    /** A split list grows that no restored job opens. */
    ADD_FORMER
  }

  /**
   * The changes of one round; every kind occurs in each run of as many changes as there are kinds.
   *
   * @param seed of the run
   * @param round number of the round
   * @param count how many changes
   * @return a new list, the same for the same arguments
   */
  public static List<Change> round(long seed, int round, int count) {
    SplittableRandom random = new SplittableRandom(seed * 31 + round);
    List<Change> changes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      changes.add(
          new Change(
              Kind.values()[i % Kind.values().length],
              "KEY" + random.nextInt(KEYS),
              random.nextInt(3),
              random.nextInt(6),
              random.nextLong(1_000_000)));
    }
    return changes;
  }

  /** A value for each key and one rule, all of a fixed size. */
  static List<Change> everywhere(long amount) {
    List<Change> changes = new ArrayList<>();
    for (int key = 0; key < KEYS; key++) {
      changes.add(new Change(Kind.PUT_LAST, "KEY" + key, 0, 0, amount + key));
    }
    changes.add(new Change(Kind.PUT_RULE, "KEY0", 0, 0, amount - amount % 3 + 1));
    return changes;
  }

  boolean isKeyed() {
    return kind.compareTo(Kind.ADD_OFFSET) < 0;
  }

  int subtask(int parallelism) {
    return Math.floorMod(key.hashCode(), parallelism);
  }

  Instant instant() {
    return Instant.ofEpochSecond(amount, amount % 1_000);
  }

  LocalDate day() {
    return LocalDate.ofEpochDay(18_000 + item);
  }

  /** Every third one is null, which map and broadcast state keep as a value. */
  String note() {
    return amount % 3 == 0 ? null : "note " + amount;
  }

  BigDecimal total() {
    return BigDecimal.valueOf(amount, 2);
  }

  SampleJob.Delay delay() {
    return new SampleJob.Delay((int) (amount % 600), "cause " + item);
  }

  SampleJob.Offset offset() {
    return new SampleJob.Offset("split-" + item, amount);
  }

  Duration limit() {
    return amount % 3 == 0 ? null : Duration.ofMillis(amount);
  }
}
