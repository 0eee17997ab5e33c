package io.streambed.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.bytes.ByteWriter;
import io.streambed.entry.Expiry;
import io.streambed.serial.DefaultValue;
import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import io.streambed.state.StateKind;
import io.streambed.store.KeyedStore;
import io.streambed.store.ListTable;
import io.streambed.store.MapCursor;
import io.streambed.store.MapTable;
import io.streambed.store.Table;
import io.streambed.store.TableCursor;
import io.streambed.store.TableSpec;
import io.streambed.store.ValueTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.LongFunction;
import java.util.function.ToLongFunction;
import java.util.stream.LongStream;

/** Values, lists and maps of one store under one version of their type, used beside a model. */
final class MigratingTables<V> {
  private static final List<String> NAMESPACES = List.of("", "n", "namespace");

  record One(int number) {}

  record Two(long number) {}

  record Three(@DefaultValue("none") String text, long number) {}

  /** One version of the type: each stands for a number. */
  record Version<V>(Serializer<V> serializer, LongFunction<V> of, ToLongFunction<V> number) {
    static final List<Version<?>> ALL =
        List.of(
            new Version<>(Serializers.of(One.class), n -> new One((int) n), One::number),
            new Version<>(Serializers.of(Two.class), Two::new, Two::number),
            new Version<>(Serializers.of(Three.class), n -> new Three("none", n), Three::number));
  }

  private final KeyedStore<Long> store;
  private final MigratingModel model;
  private final Version<V> version;
  private final boolean stamped;
  private final ValueTable<Long, String, V> values;
  private final ListTable<Long, String, V> lists;
  private final MapTable<Long, String, Integer, V> maps;

  MigratingTables(
      KeyedStore<Long> store, MigratingModel model, Version<V> version, boolean stamped) {
    this.store = store;
    this.model = model;
    this.version = version;
    this.stamped = stamped;
    this.values = store.openValues(spec("values", StateKind.VALUE, null));
    this.lists = store.openLists(spec("lists", StateKind.LIST, null));
    this.maps = store.openMaps(spec("maps", StateKind.MAP, Serializers.ints()));
  }

  private <U> TableSpec<String, U, V> spec(String name, StateKind kind, Serializer<U> userKeys) {
    return new TableSpec<>(
        name,
        kind,
        Serializers.strings(),
        userKeys,
        version.serializer(),
        stamped ? Expiry.STAMPED : Expiry.NONE,
        null);
  }

  private V of(long number) {
    return version.of().apply(number);
  }

  private Long number(V value) {
    return value == null ? null : version.number().applyAsLong(value);
  }

  private List<Long> numbers(List<V> found) {
    return found == null ? null : found.stream().map(this::number).toList();
  }

  /** Does something at a cell that is drawn, in the tables and in the model. */
  void step(Random random) {
    long key = random.nextInt(MigratingModel.KEYS);
    String namespace = NAMESPACES.get(random.nextInt(NAMESPACES.size()));
    store.context().setKey(key);
    values.namespace(namespace);
    lists.namespace(namespace);
    maps.namespace(namespace);
    MigratingModel.Cell cell = new MigratingModel.Cell(key, namespace);
    long stamp = stamped ? model.nextStamp() : 0;
    int number = random.nextInt(1_000_000);
    switch (random.nextInt(4)) {
      case 0 -> stepValue(random, cell, number, stamp);
      case 1 -> stepList(random, cell, number, stamp);
      case 2 -> stepMap(random, cell, number, stamp);
      default -> look(cell);
    }
    if (stamped && random.nextInt(400) == 0) {
      sweep(stamp - 300);
    }
  }

  private void stepValue(Random random, MigratingModel.Cell cell, int number, long stamp) {
    switch (random.nextInt(5)) {
      case 0 -> {
        values.put(of(number), stamp);
        model.values.put(cell, new MigratingModel.Stamped((long) number, stamp));
      }
      case 1 -> {
        values.clear();
        model.values.remove(cell);
      }
      case 2 -> {
        values.fold(1, (old, plus) -> of((old == null ? 0 : number(old)) + plus), 0, stamp);
        model.values.merge(
            cell,
            new MigratingModel.Stamped(1L, stamp),
            (old, one) -> new MigratingModel.Stamped(old.number() + 1, stamp));
      }
      case 3 -> {
        long oldestLive = stamped ? stamp - 100 : Long.MIN_VALUE;
        MigratingModel.Stamped old = model.values.get(cell);
        if (old != null && old.stamp() >= oldestLive) {
          assertThat(number(values.renew(oldestLive, stamp))).isEqualTo(old.number());
          model.values.put(cell, new MigratingModel.Stamped(old.number(), stamp));
        }
        assertThat(number(values.get(oldestLive)))
            .isEqualTo(old == null || old.stamp() < oldestLive ? null : old.number());
      }
      default -> {
        String from = NAMESPACES.get(random.nextInt(NAMESPACES.size()));
        MigratingModel.Stamped taken =
            model.values.remove(new MigratingModel.Cell(cell.key(), from));
        assertThat(number(values.take(from))).isEqualTo(taken == null ? null : taken.number());
      }
    }
  }

  private void stepList(Random random, MigratingModel.Cell cell, int number, long stamp) {
    MigratingModel.Stamped element = new MigratingModel.Stamped((long) number, stamp);
    List<MigratingModel.Stamped> list =
        model.lists.computeIfAbsent(cell, none -> new ArrayList<>());
    switch (random.nextInt(6)) {
      case 0 -> {
        lists.append(of(number), stamp);
        list.add(element);
      }
      case 1 -> {
        lists.appendAll(List.of(of(number), of(number)), stamp);
        list.addAll(List.of(element, element));
      }
      case 2 -> {
        lists.replace(List.of(of(number)), stamp);
        list.clear();
        list.add(element);
      }
      case 3 -> {
        lists.clear();
        list.clear();
      }
      default -> {
        lists.moveInto(cell.namespace(), NAMESPACES);
        for (String from : NAMESPACES) {
          List<MigratingModel.Stamped> moved =
              from.equals(cell.namespace())
                  ? null
                  : model.lists.remove(new MigratingModel.Cell(cell.key(), from));
          list.addAll(moved == null ? List.of() : moved);
        }
      }
    }
    model.lists.values().removeIf(List::isEmpty);
  }

  private void stepMap(Random random, MigratingModel.Cell cell, int number, long stamp) {
    int userKey = random.nextInt(8);
    Map<Integer, MigratingModel.Stamped> map =
        model.maps.computeIfAbsent(cell, none -> new HashMap<>());
    switch (random.nextInt(5)) {
      case 0 -> {
        maps.put(userKey, number % 5 == 0 ? null : of(number), stamp);
        Long put = number % 5 == 0 ? null : (long) number;
        map.put(userKey, new MigratingModel.Stamped(put, stamp));
      }
      case 1 -> {
        maps.putAll(Map.of(userKey, of(number), userKey + 1, of(number)), stamp);
        map.put(userKey, new MigratingModel.Stamped((long) number, stamp));
        map.put(userKey + 1, new MigratingModel.Stamped((long) number, stamp));
      }
      case 2 -> {
        maps.remove(userKey);
        map.remove(userKey);
      }
      case 3 -> {
        MapCursor<Integer, V> each = maps.bound().cursor();
        while (each.advance()) {
          if (each.key() % 3 == 0) {
            maps.remove(each.key());
          }
        }
        map.keySet().removeIf(each1 -> each1 % 3 == 0);
      }
      default -> {
        if (number % 4 == 0) {
          maps.clear();
          map.clear();
        }
      }
    }
    model.maps.values().removeIf(Map::isEmpty);
  }

  /** Compares what is in the current cell. */
  private void look(MigratingModel.Cell cell) {
    MigratingModel.Stamped value = model.values.get(cell);
    assertThat(number(values.get())).isEqualTo(value == null ? null : value.number());
    assertThat(values.stamp()).isEqualTo(value == null ? 0 : value.stamp());
    assertThat(numbers(values.getAll(List.of(cell.key()))))
        .containsExactly(value == null ? null : value.number());
    List<Long> all = LongStream.range(0, MigratingModel.KEYS).boxed().toList();
    if (cell.key() % 10 == 0) {
      assertThat(values.getAll(all).stream().map(this::number))
          .containsExactlyElementsOf(
              all.stream()
                  .map(key -> model.values.get(new MigratingModel.Cell(key, cell.namespace())))
                  .map(found -> found == null ? null : found.number())
                  .toList());
    }
    assertThat(lookup(values, cell)).isEqualTo(value != null);
    List<MigratingModel.Stamped> list = model.lists.get(cell);
    assertThat(lists.readStamped((element, at) -> new MigratingModel.Stamped(number(element), at)))
        .isEqualTo(list);
    assertThat(lookup(lists, cell)).isEqualTo(list != null);
    Map<Integer, MigratingModel.Stamped> map = model.maps.getOrDefault(cell, Map.of());
    assertThat(maps.isEmpty()).isEqualTo(map.isEmpty());
    assertThat(lookup(maps, cell)).isEqualTo(!map.isEmpty());
    assertThat(entries(maps.bound().cursor())).isEqualTo(map);
    for (int userKey = 0; userKey < 9; userKey++) {
      assertThat(maps.contains(userKey)).isEqualTo(map.containsKey(userKey));
      MigratingModel.Stamped at = map.get(userKey);
      assertThat(number(maps.get(userKey))).isEqualTo(at == null ? null : at.number());
    }
  }

  private Map<Integer, MigratingModel.Stamped> entries(MapCursor<Integer, V> each) {
    Map<Integer, MigratingModel.Stamped> found = new HashMap<>();
    while (each.advance()) {
      found.put(each.key(), new MigratingModel.Stamped(number(each.value()), each.stamp()));
    }
    return found;
  }

  private static boolean lookup(Table<Long, String> table, MigratingModel.Cell cell) {
    ByteWriter key = new ByteWriter();
    Serializers.longs().write(cell.key(), key);
    ByteWriter namespace = new ByteWriter();
    Serializers.strings().write(cell.namespace(), namespace);
    return table.lookup(key.view(), namespace.view(), Long.MIN_VALUE) != null;
  }

  private void sweep(long oldestLive) {
    for (Table<Long, String> table : List.of(values, lists, maps)) {
      // To the end of this pass, and of one more.
      for (int pass = 0; pass < 2; pass++) {
        while (!table.sweep(100, oldestLive)) {
          continue;
        }
      }
    }
    model.removeOlder(oldestLive);
  }

  /** Compares everything with walks over the tables. */
  void compare() {
    Map<MigratingModel.Cell, Long> foundValues = new HashMap<>();
    for (TableCursor<Long, String> at = values.cursor(); at.advance(); ) {
      foundValues.put(
          new MigratingModel.Cell(at.key(), at.namespace()), number(values.valueAt(at)));
    }
    Map<MigratingModel.Cell, Long> expected = new HashMap<>();
    model.values.forEach((cell, value) -> expected.put(cell, value.number()));
    assertThat(foundValues).isEqualTo(expected);
    Map<MigratingModel.Cell, List<Long>> foundLists = new HashMap<>();
    for (TableCursor<Long, String> at = lists.cursor(); at.advance(); ) {
      foundLists.put(new MigratingModel.Cell(at.key(), at.namespace()), numbers(lists.listAt(at)));
    }
    assertThat(foundLists).isEqualTo(model.listNumbers());
    Map<MigratingModel.Cell, Map<Integer, MigratingModel.Stamped>> foundMaps = new HashMap<>();
    for (TableCursor<Long, String> at = maps.cursor(); at.advance(); ) {
      foundMaps.put(new MigratingModel.Cell(at.key(), at.namespace()), entries(maps.entriesAt(at)));
    }
    assertThat(foundMaps).isEqualTo(model.maps);
    assertThat(values.entries()).isEqualTo(model.values.size());
    store.checkInvariants();
  }
}
