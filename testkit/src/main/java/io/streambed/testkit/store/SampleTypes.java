package io.streambed.testkit.store;

import io.streambed.serial.Serializers;
import io.streambed.serial.VoidNamespace;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The types of one run of a contract, all different, so that no two can be mixed up unnoticed.
 *
 * @param name for messages
 * @param keys of the keys
 * @param namespaces of the namespaces
 * @param userKeys of the user keys
 * @param values of the values
 * @param <K> the type of the keys
 * @param <N> the type of the namespaces
 * @param <U> the type of the user keys
 * @param <V> the type of the values
 */
public record SampleTypes<K, N, U, V>(
    String name, Samples<K> keys, Samples<N> namespaces, Samples<U> userKeys, Samples<V> values) {

  /** A key of two parts. */
  record Account(String bank, int number) {}

  /** A namespace as time windows make them. */
  record Window(long start, long end) {}

  /** A value that cannot change. */
  record Reading(String unit, long sum) {}

  /**
   * Text keys, windows, UUIDs, values that can change.
   *
   * @return the types
   */
  public static SampleTypes<String, ?, UUID, List<Integer>> objects() {
    return new SampleTypes<>(
        "objects",
        // Short texts, with zeros in them: where key ends and namespace begins must stay clear.
        Samples.of(Serializers.strings(), i -> Integer.toString(i, 36).replace('1', '\0')),
        Samples.of(Serializers.records(Window.class), i -> new Window(i * 10L, i * 10L + 10)),
        Samples.of(Serializers.uuids(), i -> new UUID(i * 0x9E3779B97F4A7C15L, i)),
        new Samples<>(
            Serializers.list(Serializers.ints()), SampleTypes::numbers, SampleTypes::joinNumbers));
  }

  private static List<Integer> numbers(int i) {
    List<Integer> numbers = new ArrayList<>(List.of(i));
    for (int rest = i & 3; rest > 0; rest--) {
      numbers.add(rest);
    }
    return numbers;
  }

  private static List<Integer> joinNumbers(List<Integer> first, List<Integer> second) {
    first.addAll(second);
    if (first.size() > 24) {
      first.subList(1, 13).clear();
    }
    return first;
  }

  /**
   * Record keys, text namespaces, unboxed user keys, record values.
   *
   * @return the types
   */
  public static SampleTypes<?, String, Long, ?> records() {
    return new SampleTypes<>(
        "records",
        Samples.of(Serializers.records(Account.class), i -> new Account("bank" + i % 7, i)),
        Samples.of(Serializers.strings(), i -> "x".repeat(i % 5) + i),
        Samples.of(Serializers.longs(), i -> (long) i << 33 | i),
        new Samples<Reading>(
            Serializers.records(Reading.class),
            i -> new Reading("unit" + i % 3, i),
            (a, b) -> new Reading(a.unit(), a.sum() * 31 + b.sum())));
  }

  /**
   * Keys and values in lanes of 64 bits, no namespaces.
   *
   * @return the types
   */
  public static SampleTypes<Long, VoidNamespace, Integer, Double> lanes() {
    return new SampleTypes<>(
        "lanes",
        Samples.of(Serializers.longs(), i -> i - 5L),
        Samples.of(Serializers.unit(), i -> VoidNamespace.INSTANCE),
        Samples.of(Serializers.ints(), i -> i * 3 - 4),
        new Samples<>(Serializers.doubles(), i -> i / 4.0, (a, b) -> (a + b) % 1e6));
  }

  /**
   * Long keys and long values, no namespaces, text user keys.
   *
   * @return the types
   */
  public static SampleTypes<Long, VoidNamespace, String, Long> longs() {
    return new SampleTypes<>(
        "longs",
        Samples.of(Serializers.longs(), i -> (long) i * i * i),
        Samples.of(Serializers.unit(), i -> VoidNamespace.INSTANCE),
        Samples.of(Serializers.strings(), i -> "user" + i),
        new Samples<>(Serializers.longs(), i -> (long) i, (a, b) -> a * 31 + b));
  }

  /**
   * Keys, namespaces and user keys of few different hashes, values that can change.
   *
   * @return the types
   */
  public static SampleTypes<?, ?, ?, List<Integer>> colliding() {
    return crowded("colliding", 61);
  }

  /**
   * Keys, namespaces and user keys that all have one hash. Slow with many of them.
   *
   * @return the types
   */
  public static SampleTypes<?, ?, ?, List<Integer>> oneHash() {
    return crowded("one hash", 1);
  }

  private static SampleTypes<?, ?, ?, List<Integer>> crowded(String name, int hashes) {
    return new SampleTypes<>(
        name,
        Samples.of(new CrowdedSerializer("key", hashes), i -> new Crowded("key", i)),
        Samples.of(new CrowdedSerializer("namespace", hashes), i -> new Crowded("namespace", i)),
        Samples.of(new CrowdedSerializer("user-key", hashes), i -> new Crowded("user-key", i)),
        new Samples<>(
            Serializers.list(Serializers.ints()), SampleTypes::numbers, SampleTypes::joinNumbers));
  }

  /**
   * All of these but {@link #oneHash()}.
   *
   * @return the types, for parameterized tests
   */
  public static Stream<SampleTypes<?, ?, ?, ?>> all() {
    return Stream.of(objects(), records(), lanes(), longs(), colliding());
  }

  /**
   * Those of {@link #all()} with values that can change.
   *
   * @return the types, for parameterized tests
   */
  public static Stream<SampleTypes<?, ?, ?, ?>> mutable() {
    return all().filter(types -> !types.values().serializer().immutable());
  }

  /**
   * Those of {@link #all()} with more than one namespace.
   *
   * @return the types, for parameterized tests
   */
  public static Stream<SampleTypes<?, ?, ?, ?>> namespaced() {
    return all().filter(types -> !types.namespaces().sole());
  }

  @Override
  public String toString() {
    return name;
  }
}
