package io.streambed.testkit.store;

import io.streambed.entry.Expiry;
import io.streambed.key.KeyGroupRange;
import io.streambed.key.KeyGroups;
import io.streambed.keyed.KeyAndNamespace;
import io.streambed.state.StateKind;
import io.streambed.store.FrozenView;
import io.streambed.store.KeyedStore;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.store.ListTable;
import io.streambed.store.MapCursor;
import io.streambed.store.MapTable;
import io.streambed.store.SnapshotFilter;
import io.streambed.store.StoreContext;
import io.streambed.store.Table;
import io.streambed.store.TableCursor;
import io.streambed.store.TableSpec;
import io.streambed.store.ValueTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * A store under test with the types of its tables. Few key groups, so that thousands of keys share
 * one.
 */
final class Rig<K, N, U, V> implements AutoCloseable {
  static final int MAX_PARALLELISM = 4;
  static final KeyGroupRange ALL = new KeyGroupRange(0, MAX_PARALLELISM - 1);

  final KeyedStoreFactory factory;
  final SampleTypes<K, N, U, V> types;
  final KeyedStore<K> store;

  Rig(KeyedStoreFactory factory, SampleTypes<K, N, U, V> types, KeyGroupRange range) {
    this.factory = factory;
    this.types = types;
    this.store =
        factory.create(StoreContext.alone(types.keys().serializer(), MAX_PARALLELISM, range));
  }

  Rig(KeyedStoreFactory factory, SampleTypes<K, N, U, V> types) {
    this(factory, types, ALL);
  }

  <W> TableSpec<N, Void, W> spec(String name, StateKind kind, Samples<W> values) {
    return new TableSpec<>(name, kind, types.namespaces().serializer(), null, values.serializer());
  }

  static <N, U, V> TableSpec<N, U, V> with(
      TableSpec<N, U, V> spec, Expiry expiry, SnapshotFilter<V> filter) {
    return new TableSpec<>(
        spec.name(),
        spec.kind(),
        spec.namespace(),
        spec.userKey(),
        spec.value(),
        expiry,
        () -> filter);
  }

  static <N, U, V> TableSpec<N, U, V> stamped(
      TableSpec<N, U, V> spec, SnapshotFilter<V> filter, LongSupplier loadTime) {
    return new TableSpec<>(
        spec.name(),
        spec.kind(),
        spec.namespace(),
        spec.userKey(),
        spec.value(),
        Expiry.STAMPED,
        () -> filter,
        loadTime);
  }

  TableSpec<N, Void, V> valueSpec() {
    return spec("value", StateKind.VALUE, types.values());
  }

  TableSpec<N, Void, V> listSpec() {
    return spec("list", StateKind.LIST, types.values());
  }

  TableSpec<N, U, V> mapSpec() {
    return new TableSpec<>(
        "map",
        StateKind.MAP,
        types.namespaces().serializer(),
        types.userKeys().serializer(),
        types.values().serializer());
  }

  ValueTable<K, N, V> values() {
    return store.openValues(valueSpec());
  }

  ListTable<K, N, V> lists() {
    return store.openLists(listSpec());
  }

  MapTable<K, N, U, V> maps() {
    return store.openMaps(mapSpec());
  }

  /** Makes key and namespace of two numbers current. */
  void at(Table<K, N> table, int key, int namespace) {
    store.context().setKey(types.keys().at(key));
    table.namespace(types.namespaces().at(namespace));
  }

  KeyAndNamespace<K, N> cell(int key, int namespace) {
    return new KeyAndNamespace<>(types.keys().at(key), types.namespaces().at(namespace));
  }

  V value(int number) {
    return types.values().at(number);
  }

  /** Whether a key belongs to this store's key groups. */
  boolean owns(K key) {
    int hash = types.keys().serializer().keyHasher().hash(key);
    return store.context().range().contains(KeyGroups.assign(hash, MAX_PARALLELISM));
  }

  /** Something in every shape for each of so many keys, as far as they belong here. */
  void fill(int keys) {
    ValueTable<K, N, V> values = values();
    ListTable<K, N, V> lists = lists();
    MapTable<K, N, U, V> maps = maps();
    for (int i = 0; i < keys; i++) {
      if (owns(types.keys().at(i))) {
        at(values, i, i & 1);
        values.put(value(i), 0);
        lists.namespace(types.namespaces().at(1));
        lists.append(value(i + 1), 0);
        lists.append(value(i + 2), 0);
        maps.namespace(types.namespaces().at(i % 3));
        maps.put(types.userKeys().at(i), value(i), 0);
        maps.put(types.userKeys().at(i + 1), null, 0);
      }
    }
  }

  /** A new store of the same kind with what this one holds now. */
  Rig<K, N, U, V> moved() {
    return moved(factory);
  }

  Rig<K, N, U, V> moved(KeyedStoreFactory to) {
    try (FrozenView view = store.freeze(1)) {
      return loaded(to, view);
    }
  }

  /** The plainest store with what a view holds. */
  Rig<K, N, U, V> plain(FrozenView view) {
    return loaded(new ByteStoreFactory(), view);
  }

  private Rig<K, N, U, V> loaded(KeyedStoreFactory to, FrozenView view) {
    Rig<K, N, U, V> rig = new Rig<>(to, types, store.context().range());
    try {
      rig.store.load(view);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return rig;
  }

  /** All that a table holds, by key and namespace. */
  Map<KeyAndNamespace<K, N>, V> contents(ValueTable<K, N, V> table) {
    return contents(table, cell -> table.get());
  }

  Map<KeyAndNamespace<K, N>, List<V>> contents(ListTable<K, N, V> table) {
    return contents(table, cell -> elements(table));
  }

  Map<KeyAndNamespace<K, N>, Map<U, V>> contents(MapTable<K, N, U, V> table) {
    return contents(table, cell -> entries(table));
  }

  List<V> elements(ListTable<K, N, V> table) {
    List<V> elements = new ArrayList<>();
    table.read().forEach(elements::add);
    return elements;
  }

  Map<U, V> entries(MapTable<K, N, U, V> table) {
    Map<U, V> entries = new HashMap<>();
    MapCursor<U, V> cursor = table.entriesCursor();
    while (cursor.advance()) {
      if (entries.containsKey(cursor.key())) {
        throw new AssertionError("user key " + cursor.key() + " was given twice");
      }
      entries.put(cursor.key(), cursor.value());
    }
    return entries;
  }

  private <C> Map<KeyAndNamespace<K, N>, C> contents(
      Table<K, N> table, Function<KeyAndNamespace<K, N>, C> content) {
    Map<KeyAndNamespace<K, N>, C> contents = new HashMap<>();
    for (KeyAndNamespace<K, N> cell : cells(table)) {
      store.context().setKey(cell.key());
      table.namespace(cell.namespace());
      if (contents.put(cell, content.apply(cell)) != null) {
        throw new AssertionError(cell + " was met twice");
      }
    }
    return contents;
  }

  List<KeyAndNamespace<K, N>> cells(Table<K, N> table) {
    List<KeyAndNamespace<K, N>> cells = new ArrayList<>();
    TableCursor<K, N> cursor = table.cursor();
    while (cursor.advance()) {
      cells.add(new KeyAndNamespace<>(cursor.key(), cursor.namespace()));
    }
    return cells;
  }

  @Override
  public void close() {
    store.checkInvariants();
    store.close();
  }
}
