package io.streambed.testkit.damage;

import io.streambed.error.CorruptionException;
import io.streambed.error.FormatVersionException;
import io.streambed.error.StorageException;
import io.streambed.error.StreambedException;
import io.streambed.file.Compression;
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
 * restored state being the very same; or the state was silently wrong.
 *
 * <p>Arguments: {@code every=N} takes each N-th bit and length only (default 1), {@code seed=S}
 * other contents. The exit code is 0 if nothing was silently wrong and every error was as it has to
 * be.
 */
public final class DamageCampaign {
  private static final int SHOWN = 10;

  private final Map<Mutation.Kind, long[]> counts = new EnumMap<>(Mutation.Kind.class);
  private final Map<String, Integer> errors = new TreeMap<>();
  private final List<String> failures = new ArrayList<>();
  private long failed;

  private DamageCampaign() {}

  /** Runs it. */
  public static void main(String[] arguments) throws IOException {
    int every = (int) option(arguments, "every", 1);
    long seed = option(arguments, "seed", 1);
    DamageCampaign campaign = new DamageCampaign();
    for (DamagedWorld world :
        List.of(
            new DamagedWorld("in files", 0, Compression.NONE, 2, seed),
            new DamagedWorld("in files, deflated", 0, Compression.DEFLATE, 3, seed),
            new DamagedWorld("inline", 1 << 20, Compression.NONE, 1, seed),
            new DamagedWorld("inline, deflated", 1 << 20, Compression.DEFLATE, 2, seed))) {
      campaign.run(world, every);
    }
    campaign.print();
    System.exit(campaign.failed == 0 ? 0 : 1);
  }

  private static long option(String[] arguments, String name, long otherwise) {
    return Arrays.stream(arguments)
        .filter(argument -> argument.startsWith(name + "="))
        .mapToLong(argument -> Long.parseLong(argument.substring(name.length() + 1)))
        .findFirst()
        .orElse(otherwise);
  }

  private void run(DamagedWorld world, int every) {
    long begin = System.nanoTime();
    long before = trials();
    world.mutations(every, mutation -> trial(world, mutation));
    System.out.printf(
        "%-20s %d files, %d bytes in %d sectors: %d trials in %d s%n",
        world.title(),
        world.checkpointFiles().size(),
        world.checkpointBytes(),
        world.checkpointFiles().stream()
            .mapToInt(path -> (world.files().content(path).length + 511) / 512)
            .sum(),
        trials() - before,
        (System.nanoTime() - begin) / 1_000_000_000);
  }

  private void trial(DamagedWorld world, Mutation mutation) {
    MemoryFiles damaged = world.files().copy();
    mutation.applyTo(damaged);
    long[] count = counts.computeIfAbsent(mutation.kind(), kind -> new long[3]);
    try {
      if (world.restore(damaged).equals(world.expected())) {
        count[1]++;
      } else {
        count[2]++;
        failed(world, mutation, "silently wrong", null);
      }
    } catch (StreambedException e) {
      count[0]++;
      errors.merge(e.getClass().getSimpleName(), 1, Integer::sum);
      check(world, mutation, e);
    } catch (IOException | RuntimeException | Error e) {
      failed(world, mutation, "an error of the wrong type", e);
    }
    for (Path path : world.files().filesBelow(DamagedWorld.ROOT)) {
      byte[] was = mutation.content().getOrDefault(path, world.files().content(path));
      boolean isList = path.endsWith("_checkpoints");
      if (!isList && !mutation.content().containsKey(path) && damaged.content(path) != was) {
        failed(world, mutation, "the restore changed or removed " + path, null);
      }
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

  private void print() {
    System.out.printf(
        "%n%-22s %10s %10s %10s %16s%n",
        "damage", "trials", "detected", "harmless", "silently wrong");
    long[] total = new long[3];
    counts.forEach(
        (kind, count) -> {
          row(kind.name().toLowerCase().replace('_', ' '), count);
          Arrays.setAll(total, i -> total[i] + count[i]);
        });
    row("all", total);
    System.out.println("errors: " + errors);
    System.out.printf("in a heap of %d MiB%n", Runtime.getRuntime().maxMemory() >> 20);
    System.out.println("failures: " + failed);
    failures.forEach(System.out::println);
  }

  private static void row(String name, long[] count) {
    System.out.printf(
        "%-22s %10d %10d %10d %16d%n",
        name, Arrays.stream(count).sum(), count[0], count[1], count[2]);
  }
}
