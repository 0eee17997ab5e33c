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

  static List<Step> random(SplittableRandom random, int count) {
    List<Step> steps = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      // Half of the steps go to few keys, so that these live through many changes.
      int key = random.nextBoolean() ? random.nextInt(8) : random.nextInt(MANY);
      steps.add(new Step(Action.any(random), key, random.nextInt(MANY), random.nextInt(MANY)));
    }
    return steps;
  }
}
