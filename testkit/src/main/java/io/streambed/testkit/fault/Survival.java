package io.streambed.testkit.fault;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;

/**
 * Which of the changes that were not yet durable a crash leaves on the disk. They are numbered from
 * 0 in the order they were made; see {@link SimulatedFileSystem#pendingCount}. Immutable.
 */
public final class Survival {
  private final String name;
  private final IntPredicate survives;

  private Survival(String name, IntPredicate survives) {
    this.name = name;
    this.survives = survives;
  }

  /**
   * A choice of one's own.
   *
   * @param name tells it in failure messages
   * @param survives whether the change of that number survives
   * @return what it says survives
   */
  public static Survival of(String name, IntPredicate survives) {
    return new Survival(name, survives);
  }

  /**
   * Only what was durable.
   *
   * @return nothing else survives
   */
  public static Survival none() {
    return new Survival("none", change -> false);
  }

  /**
   * Everything, as after the death of the process alone.
   *
   * @return all survive
   */
  public static Survival all() {
    return new Survival("all", change -> true);
  }

  /**
   * The oldest changes.
   *
   * @param count how many survive
   * @return a prefix survives
   */
  public static Survival first(int count) {
    return new Survival("first " + count, change -> change < count);
  }

  /**
   * One change.
   *
   * @param index its number
   * @return it alone survives
   */
  public static Survival only(int index) {
    return new Survival("only " + index, change -> change == index);
  }

  /**
   * All changes but one.
   *
   * @param index its number
   * @return it alone is lost
   */
  public static Survival without(int index) {
    return new Survival("all but " + index, change -> change != index);
  }

  /**
   * A random half of the changes.
   *
   * @param seed the same seed gives the same half
   * @return a subset survives
   */
  public static Survival seeded(long seed) {
    return new Survival(
        "seed " + seed, change -> new SplittableRandom(seed * 1_000_003 + change).nextInt() < 0);
  }

  /**
   * All of the above for a number of changes: none, all, each prefix, each single one kept, each
   * single one lost, and random ones.
   *
   * @param pendingCount how many changes are not durable
   * @param seeds how many random subsets to add, with seeds from 0
   * @return a new list, without repetitions where there are too few changes for them
   */
  public static List<Survival> sample(int pendingCount, int seeds) {
    List<Survival> sample = new ArrayList<>(List.of(none()));
    if (pendingCount > 0) {
      sample.add(all());
    }
    for (int i = 1; i < pendingCount; i++) {
      sample.add(first(i));
      sample.add(only(i));
      if (pendingCount > 2) {
        sample.add(without(i - 1));
      }
    }
    for (int seed = 0; pendingCount > 2 && seed < seeds; seed++) {
      sample.add(seeded(seed));
    }
    return sample;
  }

  boolean survives(int change) {
    return survives.test(change);
  }

  @Override
  public String toString() {
    return name;
  }
}
