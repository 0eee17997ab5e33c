package io.streambed.testkit.serial;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;

/** Random values with a liking for the odd ones. */
final class Chance {
  private Chance() {}

  /** All magnitudes alike, both signs. */
  static long anyLong(SplittableRandom random) {
    return random.nextLong() >> random.nextInt(Long.SIZE);
  }

  /** Narrow text or any UTF-16 code units, unpaired surrogates among them. */
  static String text(SplittableRandom random) {
    int bound = random.nextBoolean() ? 0x100 : 0x10000;
    char[] chars = new char[random.nextInt(20)];
    for (int i = 0; i < chars.length; i++) {
      chars[i] = (char) random.nextInt(bound);
    }
    return new String(chars);
  }

  static BigInteger bigInteger(SplittableRandom random) {
    byte[] bytes = new byte[1 + random.nextInt(20)];
    random.nextBytes(bytes);
    return new BigInteger(bytes);
  }

  static <E> List<E> list(SplittableRandom random, Function<SplittableRandom, E> element) {
    List<E> list = new ArrayList<>();
    for (int left = random.nextInt(5); left > 0; left--) {
      list.add(element.apply(random));
    }
    return list;
  }
}
