package io.streambed.testkit.damage;

import io.streambed.error.CorruptionException;
import io.streambed.error.FormatVersionException;
import io.streambed.error.StorageException;
import io.streambed.error.StreambedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Damages a checkpoint in every way, restores it completely each time, and counts what came of it:
 * the damage was detected, by a typed error that names a damaged file; it was harmless, the
 * restored state being the very same; or the state was silently wrong. An error of any other type
 * counts as a crash, one for want of memory by itself.
 *
 * <p>Threading: one thread. Cost: a restore for each damage.
 */
public final class DamageCampaign {
  private static final int SHOWN = 10;

  private enum Outcome {
    DETECTED,
    HARMLESS,
    SILENTLY_WRONG,
    CRASH,
    OUT_OF_MEMORY
  }

  private final DamageEffort effort;
  private final Map<Mutation.Kind, long[]> counts = new EnumMap<>(Mutation.Kind.class);
  private final Map<String, Integer> errors = new TreeMap<>();
  private final List<String> failures = new ArrayList<>();
  private long failed;

  /**
   * A campaign that has done nothing yet.
   *
   * @param effort how much each run does
   */
  public DamageCampaign(DamageEffort effort) {
    this.effort = effort;
  }

  /**
   * Does all damage to a world, and prints how much that was.
   *
   * @param world what to damage; itself not changed
   */
  public void run(DamagedWorld world) {
    long begin = System.nanoTime();
    long before = trials();
    world.mutations(effort, mutation -> trial(world, mutation));
    System.out.printf(
        "%-20s %s: %d trials in %d s%n",
        world.title(),
        world.size(),
        trials() - before,
        (System.nanoTime() - begin) / 1_000_000_000);
  }

  private void trial(DamagedWorld world, Mutation mutation) {
    MemoryFiles damaged = world.files().copy();
    mutation.applyTo(damaged);
    Outcome outcome = outcome(world, mutation, damaged);
    counts
        .computeIfAbsent(mutation.kind(), kind -> new long[Outcome.values().length])[
        outcome.ordinal()]++;
    for (Path path : world.files().filesBelow(DamagedWorld.ROOT)) {
      byte[] was = mutation.content().getOrDefault(path, world.files().content(path));
      boolean isList = path.endsWith("_checkpoints");
      if (!isList && !mutation.content().containsKey(path) && damaged.content(path) != was) {
        failed(world, mutation, "the restore changed or removed " + path, null);
      }
    }
  }

  private Outcome outcome(DamagedWorld world, Mutation mutation, MemoryFiles damaged) {
    try {
      if (world.restore(damaged).equals(world.expected())) {
        return Outcome.HARMLESS;
      }
      failed(world, mutation, "silently wrong", null);
      return Outcome.SILENTLY_WRONG;
    } catch (StreambedException e) {
      errors.merge(e.getClass().getSimpleName(), 1, Integer::sum);
      check(world, mutation, e);
      return Outcome.DETECTED;
    } catch (OutOfMemoryError e) {
      failed(world, mutation, "out of memory", e);
      return Outcome.OUT_OF_MEMORY;
    } catch (IOException | RuntimeException | Error e) {
      failed(world, mutation, "an error of the wrong type", e);
      return Outcome.CRASH;
    }
  }

  private void check(DamagedWorld world, Mutation mutation, StreambedException e) {
    if (!(e instanceof CorruptionException
        || e instanceof StorageException
        || e instanceof FormatVersionException)) {
      failed(world, mutation, "an error of the wrong type", e);
    }
    boolean named =
        mutation.content().keySet().stream().anyMatch(path -> e.getMessage().contains(named(path)));
    if (!named) {
      failed(world, mutation, "the error does not name the file", e);
    }
  }

  /** A list that is whole but another's shows by what it lists. */
  private static String named(Path path) {
    return path.endsWith("_checkpoints") ? DamagedWorld.ROOT + "/" : path.toString();
  }

  private void failed(DamagedWorld world, Mutation mutation, String what, Throwable e) {
    failed++;
    if (failures.size() < SHOWN) {
      failures.add(world.title() + ", " + mutation + ": " + what + (e == null ? "" : ": " + e));
    }
  }

  private long trials() {
    return counts.values().stream().mapToLong(count -> Arrays.stream(count).sum()).sum();
  }

  /**
   * Prints all counts, by the sort of damage and together, and the first failures.
   *
   * @return true if nothing was silently wrong, every error was as it has to be, and no restore
   *     changed a file
   */
  public boolean finish() {
    System.out.printf(
        "%n%-22s %10s %10s %10s %16s %10s %14s%n",
        "damage", "trials", "detected", "harmless", "silently wrong", "crashes", "out of memory");
    long[] total = new long[Outcome.values().length];
    counts.forEach(
        (kind, count) -> {
          row(kind.name().toLowerCase().replace('_', ' '), count);
          Arrays.setAll(total, i -> total[i] + count[i]);
        });
    row("all", total);
    System.out.println("seed: " + effort.seed() + ", errors: " + errors);
    System.out.printf("in a heap of %d MiB%n", Runtime.getRuntime().maxMemory() >> 20);
    System.out.println("failures: " + failed);
    failures.forEach(System.out::println);
    return failed == 0;
  }

  private static void row(String name, long[] count) {
    System.out.printf(
        "%-22s %10d %10d %10d %16d %10d %14d%n",
        name, Arrays.stream(count).sum(), count[0], count[1], count[2], count[3], count[4]);
  }
}
