package io.streambed.testkit.serial;

import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Nested;

/** The contract over arrays, collections, maps and nullable values. */
class ContainerSerializersTest {
  @Nested
  class ByteArrays extends SerializerContract<byte[]> {
    @Override
    protected Serializer<byte[]> serializer() {
      return Serializers.byteArrays();
    }

    @Override
    protected List<byte[]> samples() {
      return List.of(new byte[] {}, new byte[] {0, -1, 127});
    }

    @Override
    protected byte[] random(SplittableRandom random) {
      return Chance.text(random).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    protected boolean change(byte[] value) {
      if (value.length > 0) {
        value[0]++;
      }
      return value.length > 0;
    }
  }

  @Nested
  class IntArrays extends SerializerContract<int[]> {
    @Override
    protected Serializer<int[]> serializer() {
      return Serializers.intArrays();
    }

    @Override
    protected List<int[]> samples() {
      return List.of(new int[] {}, new int[] {0, -1, Integer.MIN_VALUE});
    }

    @Override
    protected int[] random(SplittableRandom random) {
      return random.ints(random.nextInt(9)).toArray();
    }

    @Override
    protected boolean change(int[] value) {
      if (value.length > 0) {
        value[0]++;
      }
      return value.length > 0;
    }
  }

  @Nested
  class LongArrays extends SerializerContract<long[]> {
    @Override
    protected Serializer<long[]> serializer() {
      return Serializers.longArrays();
    }

    @Override
    protected List<long[]> samples() {
      return List.of(new long[] {}, new long[] {0, -1, Long.MIN_VALUE});
    }

    @Override
    protected long[] random(SplittableRandom random) {
      return random.longs(random.nextInt(9)).toArray();
    }

    @Override
    protected boolean change(long[] value) {
      if (value.length > 0) {
        value[0]++;
      }
      return value.length > 0;
    }
  }

  @Nested
  class DoubleArrays extends SerializerContract<double[]> {
    @Override
    protected Serializer<double[]> serializer() {
      return Serializers.doubleArrays();
    }

    @Override
    protected List<double[]> samples() {
      return List.of(new double[] {}, new double[] {0.0, -0.0, Double.NaN, Double.MIN_VALUE});
    }

    @Override
    protected double[] random(SplittableRandom random) {
      return random.doubles(random.nextInt(9)).toArray();
    }

    @Override
    protected boolean change(double[] value) {
      if (value.length > 0) {
        value[0] = value[0] == 1.5 ? 2.5 : 1.5;
      }
      return value.length > 0;
    }
  }

  @Nested
  class StringArrays extends SerializerContract<String[]> {
    @Override
    protected Serializer<String[]> serializer() {
      return Serializers.array(String.class, Serializers.strings());
    }

    @Override
    protected List<String[]> samples() {
      return List.of(new String[] {}, new String[] {"", "a", ""});
    }

    @Override
    protected String[] random(SplittableRandom random) {
      return Chance.list(random, Chance::text).toArray(String[]::new);
    }

    @Override
    protected boolean change(String[] value) {
      if (value.length > 0) {
        value[0] += "x";
      }
      return value.length > 0;
    }
  }

  @Nested
  class NestedArrays extends SerializerContract<long[][]> {
    @Override
    protected Serializer<long[][]> serializer() {
      return Serializers.array(long[].class, Serializers.longArrays());
    }

    @Override
    protected List<long[][]> samples() {
      return List.of(new long[][] {}, new long[][] {{}, {1, 2}});
    }

    @Override
    protected long[][] random(SplittableRandom random) {
      return Chance.list(random, r -> r.longs(3).toArray()).toArray(long[][]::new);
    }

    @Override
    protected boolean change(long[][] value) {
      boolean any = value.length > 0 && value[value.length - 1].length > 0;
      if (any) {
        value[value.length - 1][0]++;
      }
      return any;
    }
  }

  @Nested
  class Lists extends SerializerContract<List<String>> {
    @Override
    protected Serializer<List<String>> serializer() {
      return Serializers.list(Serializers.strings());
    }

    @Override
    protected List<List<String>> samples() {
      return List.of(
          new ArrayList<>(),
          Arrays.asList("a", ""),
          Arrays.asList("", "a"),
          Arrays.asList("a", "a"));
    }

    @Override
    protected List<String> random(SplittableRandom random) {
      return Chance.list(random, Chance::text);
    }

    @Override
    protected boolean change(List<String> value) {
      if (value.isEmpty()) {
        return false;
      }
      value.set(0, value.get(0) + "x");
      return true;
    }
  }

  @Nested
  class ListsOfLists extends SerializerContract<List<List<Integer>>> {
    @Override
    protected Serializer<List<List<Integer>>> serializer() {
      return Serializers.list(Serializers.list(Serializers.ints()));
    }

    @Override
    protected List<List<List<Integer>>> samples() {
      return List.of(
          List.of(),
          List.of(List.of()),
          List.of(List.of(1), List.of(2, 3)),
          List.of(List.of(1, 2), List.of(3)));
    }

    @Override
    protected List<List<Integer>> random(SplittableRandom random) {
      return Chance.list(random, r -> Chance.list(r, SplittableRandom::nextInt));
    }

    @Override
    protected boolean change(List<List<Integer>> value) {
      if (value.isEmpty() || !(value.get(0) instanceof ArrayList<Integer> inner)) {
        return false;
      }
      inner.add(7);
      return true;
    }
  }

  @Nested
  class Sets extends SerializerContract<Set<Long>> {
    @Override
    protected Serializer<Set<Long>> serializer() {
      return Serializers.set(Serializers.longs());
    }

    @Override
    protected List<Set<Long>> samples() {
      return List.of(new LinkedHashSet<>(), new LinkedHashSet<>(List.of(3L, 1L, 2L)));
    }

    @Override
    protected Set<Long> random(SplittableRandom random) {
      return new LinkedHashSet<>(Chance.list(random, Chance::anyLong));
    }

    @Override
    protected boolean change(Set<Long> value) {
      return value.add(1L << 40);
    }
  }

  @Nested
  class Maps extends SerializerContract<Map<String, List<Double>>> {
    @Override
    protected Serializer<Map<String, List<Double>>> serializer() {
      return Serializers.map(Serializers.strings(), Serializers.list(Serializers.doubles()));
    }

    @Override
    protected List<Map<String, List<Double>>> samples() {
      return List.of(new LinkedHashMap<>(), map(List.of("b", "a", "")));
    }

    @Override
    protected Map<String, List<Double>> random(SplittableRandom random) {
      return map(Chance.list(random, Chance::text));
    }

    @Override
    protected boolean change(Map<String, List<Double>> value) {
      if (value.isEmpty()) {
        return false;
      }
      value.values().iterator().next().add(2.5);
      return true;
    }
  }

  @Nested
  class NullableLongs extends SerializerContract<Long> {
    @Override
    protected Serializer<Long> serializer() {
      return Serializers.nullable(Serializers.longs());
    }

    @Override
    protected List<Long> samples() {
      return Arrays.asList(null, 0L, -1L, 1L);
    }

    @Override
    protected Long random(SplittableRandom random) {
      return random.nextInt(4) == 0 ? null : Chance.anyLong(random);
    }
  }

  @Nested
  class NullableArrays extends SerializerContract<int[]> {
    @Override
    protected Serializer<int[]> serializer() {
      return Serializers.nullable(Serializers.intArrays());
    }

    @Override
    protected List<int[]> samples() {
      return Arrays.asList(null, new int[0], new int[] {1});
    }

    @Override
    protected int[] random(SplittableRandom random) {
      return random.nextBoolean() ? null : random.ints(3).toArray();
    }

    @Override
    protected boolean change(int[] value) {
      boolean any = value != null && value.length > 0;
      if (any) {
        value[0]++;
      }
      return any;
    }
  }

  @Nested
  class ListsOfNullables extends SerializerContract<List<String>> {
    @Override
    protected Serializer<List<String>> serializer() {
      return Serializers.list(Serializers.nullable(Serializers.strings()));
    }

    @Override
    protected List<List<String>> samples() {
      return List.of(
          Arrays.asList((String) null), Arrays.asList("", null), Arrays.asList(null, ""));
    }

    @Override
    protected List<String> random(SplittableRandom random) {
      return Chance.list(random, r -> r.nextBoolean() ? null : Chance.text(r));
    }

    @Override
    protected boolean change(List<String> value) {
      if (value.isEmpty()) {
        return false;
      }
      value.set(0, Objects.requireNonNullElse(value.get(0), "") + "x");
      return true;
    }
  }

  private static Map<String, List<Double>> map(List<String> keys) {
    Map<String, List<Double>> map = new LinkedHashMap<>();
    keys.forEach(key -> map.put(key, new ArrayList<>(List.of(0.5, (double) key.length()))));
    return map;
  }
}
