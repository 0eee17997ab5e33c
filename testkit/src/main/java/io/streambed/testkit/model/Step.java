package io.streambed.testkit.model;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * One step of a run: data, so that a run can be played again with some steps left out.
 *
 * @param action what is done
 * @param key with which key, taken modulo the number of keys
 * @param namespace with which namespace, likewise
 * @param number user key, value, time, choice: what the action needs
 */
record Step(Action action, int key, int namespace, int number) {
  private static final int MANY = 1 << 20;

  /**
   * Now and then snapshots come so fast that several are under way, with little changed between.
   */
  private static final int STORM_EVERY = 800;

  private static final int STORM_LENGTH = 32;

  static List<Step> random(SplittableRandom random, int count) {
    List<Step> steps = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      // Half of the steps go to few keys, so that these live through many changes.
      int key = random.nextBoolean() ? random.nextInt(8) : random.nextInt(MANY);
      boolean storm = i % STORM_EVERY >= STORM_EVERY - STORM_LENGTH && random.nextInt(3) > 0;
      Action action = storm ? Action.ofSnapshots(random) : Action.any(random);
      steps.add(new Step(action, key, random.nextInt(MANY), random.nextInt(MANY)));
    }
    return steps;
  }
}
