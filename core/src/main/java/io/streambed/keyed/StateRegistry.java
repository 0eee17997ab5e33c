package io.streambed.keyed;

import io.streambed.key.KeyContext;
import io.streambed.serial.Serializer;
import io.streambed.state.AggregatingStateDescriptor;
import io.streambed.state.ListStateDescriptor;
import io.streambed.state.MapStateDescriptor;
import io.streambed.state.ReducingStateDescriptor;
import io.streambed.state.StateDescriptor;
import io.streambed.state.ValueStateDescriptor;
import io.streambed.store.KeyedStore;
import io.streambed.store.ListTable;
import io.streambed.store.Table;
import io.streambed.store.TableCursor;
import io.streambed.store.TableSpec;
import io.streambed.store.ValueTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * The open states of one backend by name: opens each kind over a table of the store, with
 * serializers of its own, and walks the keys of what is open.
 */
final class StateRegistry<K> {
  private final KeyedStore<K> store;
  private final KeyContext<K> context;
  private final Map<String, Table<K, ?>> tables = new LinkedHashMap<>();

  StateRegistry(KeyedStore<K> store) {
    this.store = store;
    this.context = store.context();
  }

  <N, V> ValueKind<K, N, V> open(ValueStateDescriptor<V> descriptor, Serializer<N> namespaces) {
    TableSpec<N, Void, V> spec = spec(descriptor, namespaces, descriptor.serializer());
    return new ValueKind<>(
        values(spec),
        context.serializer(),
        spec.namespace(),
        spec.value(),
        descriptor.defaultValue());
  }

  <N, E> ListKind<K, N, E> open(ListStateDescriptor<E> descriptor, Serializer<N> namespaces) {
    TableSpec<N, Void, E> spec = spec(descriptor, namespaces, descriptor.serializer());
    ListTable<K, N, E> table = registered(spec, store.openLists(spec));
    return new ListKind<>(table, context.serializer(), spec.namespace(), spec.value());
  }

  <N, UK, UV> MapKind<K, N, UK, UV> open(
      MapStateDescriptor<UK, UV> descriptor, Serializer<N> namespaces) {
    var spec =
        new TableSpec<>(
            descriptor.name(),
            descriptor.kind(),
            namespaces.duplicate(),
            descriptor.keySerializer().duplicate(),
            descriptor.valueSerializer().duplicate());
    var table = registered(spec, store.openMaps(spec));
    return new MapKind<>(table, context.serializer(), spec.namespace(), spec.value());
  }

  <N, T> ReducingKind<K, N, T> open(
      ReducingStateDescriptor<T> descriptor, Serializer<N> namespaces) {
    TableSpec<N, Void, T> spec = spec(descriptor, namespaces, descriptor.serializer());
    return new ReducingKind<>(
        values(spec), context.serializer(), spec.namespace(), spec.value(), descriptor.function());
  }

  <N, IN, ACC, OUT> AggregatingKind<K, N, IN, ACC, OUT> open(
      AggregatingStateDescriptor<IN, ACC, OUT> descriptor, Serializer<N> namespaces) {
    TableSpec<N, Void, ACC> spec = spec(descriptor, namespaces, descriptor.serializer());
    return new AggregatingKind<>(
        values(spec), context.serializer(), spec.namespace(), spec.value(), descriptor.function());
  }

  private static <N, V> TableSpec<N, Void, V> spec(
      StateDescriptor descriptor, Serializer<N> namespaces, Serializer<V> values) {
    return new TableSpec<>(
        descriptor.name(), descriptor.kind(), namespaces.duplicate(), null, values.duplicate());
  }

  private <N, V> ValueTable<K, N, V> values(TableSpec<N, Void, V> spec) {
    return registered(spec, store.openValues(spec));
  }

  private <T extends Table<K, ?>> T registered(TableSpec<?, ?, ?> spec, T table) {
    tables.put(spec.name(), table);
    return table;
  }

  private Table<K, ?> table(String state) {
    Table<K, ?> table = tables.get(state);
    if (table == null) {
      throw new IllegalArgumentException(
          "no open state named \"" + state + "\"; open are " + tables.keySet());
    }
    return table;
  }

  List<K> keys(String state, Object namespace) {
    List<K> keys = new ArrayList<>();
    TableCursor<K, ?> cursor = table(state).cursor();
    while (cursor.advance()) {
      if (cursor.namespace().equals(namespace)) {
        keys.add(cursor.key());
      }
    }
    return keys;
  }

  <N> List<KeyAndNamespace<K, N>> keysAndNamespaces(String state) {
    @SuppressWarnings("unchecked")
    TableCursor<K, N> cursor = (TableCursor<K, N>) table(state).cursor();
    List<KeyAndNamespace<K, N>> found = new ArrayList<>();
    while (cursor.advance()) {
      found.add(new KeyAndNamespace<>(cursor.key(), cursor.namespace()));
    }
    return found;
  }

  <N, S extends KeyedKind<K, N>> void applyToAllKeys(
      S state, String name, N namespace, BiConsumer<K, S> function) {
    K key = context.hasKey() ? context.key() : null;
    N before = state.currentNamespace();
    try {
      state.setCurrentNamespace(namespace);
      TableCursor<K, ?> cursor = table(name).cursor();
      while (cursor.advance()) {
        if (cursor.namespace().equals(namespace)) {
          context.setKey(cursor.key());
          function.accept(cursor.key(), state);
        }
      }
    } finally {
      if (key != null) {
        context.setKey(key);
      } else {
        context.clearKey();
      }
      if (before != null) {
        state.setCurrentNamespace(before);
      }
    }
  }

  long entries() {
    return tables.values().stream().mapToLong(Table::entries).sum();
  }
}
