package io.streambed.testkit.model;

import io.streambed.testkit.store.SampleTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;

/**
 * Plays random operations on keyed state of every kind and on timers, on one to eight subtasks,
 * takes snapshots while it goes on, incremental ones among them where the store can, several at a
 * time, completes and cancels them in any order, restores those that are kept at other parallelisms
 * and in other stores, looks into it from outside, now and in views of earlier moments, and
 * compares with plain collections all the way.
 *
 * <p>A run is known by its seed. When it fails, steps are left out as long as it still fails, and
 * the error names the seed and the steps that are left.
 *
 * <p>Threading: one thread; parts of the snapshots run on the executor while it goes on.
 */
public final class ModelRunner {
  /** In all replays together: for more a store on a disk takes many minutes. */
  private static final int MAX_REPLAYED_STEPS = 60_000;

  private final ModelOptions options;
  private final Executor executor;

  /**
   * A runner.
   *
   * @param options how much, and with which stores
   * @param executor writes snapshots; with threads of its own, so that they really run beside
   */
  public ModelRunner(ModelOptions options, Executor executor) {
    this.options = options;
    this.executor = executor;
  }

  /**
   * Plays all runs.
   *
   * @return what was done
   * @throws AssertionError if job and model differ, or an operation fails, with the seed and a
   *     short sequence of steps that shows it
   */
  public ModelReport run() {
    List<SampleTypes<?, ?, ?, ?>> types = SampleTypes.all().toList();
    ModelReport total = new ModelReport(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    for (int i = 0; i < options.seeds(); i++) {
      long seed = options.firstSeed() + i;
      SampleTypes<?, ?, ?, ?> typesOfRun =
          types.get((int) Math.floorMod(seed, (long) types.size()));
      List<Step> steps = Step.random(new SplittableRandom(seed), options.operations());
      total = total.plus(run(seed, typesOfRun, steps));
    }
    return total;
  }

  private <K, N, U, V> ModelReport run(long seed, SampleTypes<K, N, U, V> types, List<Step> steps) {
    Play<K, N, U, V> play = new Play<>(types, options.factories(), Shape.of(seed), executor);
    try {
      play.play(steps);
      return play.report();
    } catch (RuntimeException | AssertionError e) {
      int length = Math.min(steps.size(), play.at + 1);
      List<Step> shrunk = shrink(seed, types, steps.subList(0, length));
      throw new AssertionError(message(seed, types, length, shrunk, e), e);
    }
  }

  private String message(
      long seed, SampleTypes<?, ?, ?, ?> types, int length, List<Step> shrunk, Throwable failure) {
    StringBuilder text = new StringBuilder();
    text.append("seed ").append(seed).append(" (-Dstreambed.seed=").append(seed).append(')');
    text.append(", types ").append(types).append(", ").append(Shape.of(seed));
    text.append(", failed at step ").append(length).append(": ").append(failure.getMessage());
    text.append("\n").append(shrunk.size()).append(" steps show it:");
    shrunk.forEach(step -> text.append("\n  ").append(step));
    return text.toString();
  }

  /** Leaves out halves, quarters, and so on down to single steps, while it still fails. */
  private <K, N, U, V> List<Step> shrink(
      long seed, SampleTypes<K, N, U, V> types, List<Step> failing) {
    List<Step> steps = new ArrayList<>(failing);
    int played = 0;
    for (int size = Math.max(1, steps.size() / 2); size >= 1; size /= 2) {
      for (int from = 0; from < steps.size() && played < MAX_REPLAYED_STEPS; ) {
        List<Step> shorter = new ArrayList<>(steps.subList(0, from));
        shorter.addAll(steps.subList(Math.min(steps.size(), from + size), steps.size()));
        played += shorter.size();
        if (fails(seed, types, shorter)) {
          steps = shorter;
        } else {
          from += size;
        }
      }
    }
    return steps;
  }

  private <K, N, U, V> boolean fails(long seed, SampleTypes<K, N, U, V> types, List<Step> steps) {
    try {
      new Play<>(types, options.factories(), Shape.of(seed), executor).play(steps);
      return false;
    } catch (RuntimeException | AssertionError e) {
      return true;
    }
  }
}
