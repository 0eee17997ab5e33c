package io.streambed.keyed;

import io.streambed.entry.Expiry;
import io.streambed.entry.StateRenames;
import io.streambed.entry.StateSchema;
import io.streambed.error.IncompatibleStateException;
import io.streambed.key.KeyContext;
import io.streambed.serial.Serializer;
import io.streambed.state.AggregatingStateDescriptor;
import io.streambed.state.ListStateDescriptor;
import io.streambed.state.MapStateDescriptor;
import io.streambed.state.ReducingStateDescriptor;
import io.streambed.state.StateDescriptor;
import io.streambed.state.StateNameOwners;
import io.streambed.state.StateQuery;
import io.streambed.state.TimeToLive;
import io.streambed.state.ValueStateDescriptor;
import io.streambed.store.KeyedStore;
import io.streambed.store.ListTable;
import io.streambed.store.MapTable;
import io.streambed.store.Table;
import io.streambed.store.TableCursor;
import io.streambed.store.TableSpec;
import io.streambed.store.ValueTable;
import io.streambed.time.StateTime;
import io.streambed.tracking.TrackedStates;
import io.streambed.ttl.ExpiringListTable;
import io.streambed.ttl.ExpiringMapTable;
import io.streambed.ttl.ExpiringValueTable;
import io.streambed.ttl.Lifetime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * The open states of one backend by name: opens each kind over a table of the store, with
 * serializers of its own, and walks the keys of what is open.
 */
final class StateRegistry<K> {
  private final KeyedStore<K> store;
  private final KeyContext<K> context;
  private final StateTime time;

  /** Null where no access is measured. */
  private final TrackedStates<K> tracked;

  private final Map<String, Table<K, ?>> tables = new LinkedHashMap<>();
  private final Map<String, Lifetime> lifetimes = new HashMap<>();

  private final StateNameOwners names = new StateNameOwners();

  /** Each state as it was opened last. */
  private final Map<String, Opened> opened = new HashMap<>();

  /** What each key that becomes current sweeps, by state; the array is for the way of each key. */
  private final Map<String, Runnable> sweepsByState = new LinkedHashMap<>();

  private Runnable[] sweeps;

  /** Of a store; tracked measures accesses, and is null if none are measured. */
  StateRegistry(KeyedStore<K> store, StateTime time, TrackedStates<K> tracked) {
    this.store = store;
    this.time = time;
    this.tracked = tracked;
    this.context = store.context();
  }

  <N, V> ValueKind<K, N, V> open(ValueStateDescriptor<V> descriptor, Serializer<N> namespaces) {
    ValueKind<K, N, V> known = known(descriptor, namespaces);
    if (known != null) {
      return known;
    }
    Declared<N, Void, V> declared = declared(descriptor, namespaces, null, descriptor.serializer());
    return remembered(
        descriptor,
        namespaces,
        new ValueKind<>(
            values(declared),
            context.serializer(),
            declared.spec.namespace(),
            declared.spec.value(),
            descriptor.defaultValue()));
  }

  <N, E> ListKind<K, N, E> open(ListStateDescriptor<E> descriptor, Serializer<N> namespaces) {
    ListKind<K, N, E> known = known(descriptor, namespaces);
    if (known != null) {
      return known;
    }
    Declared<N, Void, E> declared = declared(descriptor, namespaces, null, descriptor.serializer());
    ListTable<K, N, E> stored = store.openLists(declared.spec);
    ListTable<K, N, E> table =
        declared.life == null ? stored : new ExpiringListTable<>(stored, declared.life);
    register(declared, stored, table);
    return remembered(
        descriptor,
        namespaces,
        new ListKind<>(
            tracked == null ? table : tracked.lists(declared.spec, table),
            context.serializer(),
            declared.spec.namespace(),
            declared.spec.value()));
  }

  <N, UK, UV> MapKind<K, N, UK, UV> open(
      MapStateDescriptor<UK, UV> descriptor, Serializer<N> namespaces) {
    MapKind<K, N, UK, UV> known = known(descriptor, namespaces);
    if (known != null) {
      return known;
    }
    Declared<N, UK, UV> declared =
        declared(
            descriptor,
            namespaces,
            descriptor.keySerializer().duplicate(),
            descriptor.valueSerializer());
    MapTable<K, N, UK, UV> stored = store.openMaps(declared.spec);
    MapTable<K, N, UK, UV> table =
        declared.life == null ? stored : new ExpiringMapTable<>(stored, declared.life);
    register(declared, stored, table);
    return remembered(descriptor, namespaces, mapKind(declared.spec, table));
  }

  private <N, UK, UV> MapKind<K, N, UK, UV> mapKind(
      TableSpec<N, UK, UV> spec, MapTable<K, N, UK, UV> table) {
    return tracked == null
        ? new MapKind<>(table, context.serializer(), spec.namespace(), spec.value())
        : new TrackedMapKind<>(
            tracked.maps(spec, table),
            context.serializer(),
            spec.namespace(),
            spec.value(),
            tracked.views(spec, table));
  }

  <N, T> ReducingKind<K, N, T> open(
      ReducingStateDescriptor<T> descriptor, Serializer<N> namespaces) {
    ReducingKind<K, N, T> known = known(descriptor, namespaces);
    if (known != null) {
      return known;
    }
    Declared<N, Void, T> declared = declared(descriptor, namespaces, null, descriptor.serializer());
    return remembered(
        descriptor,
        namespaces,
        new ReducingKind<>(
            values(declared),
            context.serializer(),
            declared.spec.namespace(),
            declared.spec.value(),
            descriptor.function()));
  }

  <N, IN, ACC, OUT> AggregatingKind<K, N, IN, ACC, OUT> open(
      AggregatingStateDescriptor<IN, ACC, OUT> descriptor, Serializer<N> namespaces) {
    AggregatingKind<K, N, IN, ACC, OUT> known = known(descriptor, namespaces);
    if (known != null) {
      return known;
    }
    Declared<N, Void, ACC> declared =
        declared(descriptor, namespaces, null, descriptor.serializer());
    return remembered(
        descriptor,
        namespaces,
        new AggregatingKind<>(
            values(declared),
            context.serializer(),
            declared.spec.namespace(),
            declared.spec.value(),
            descriptor.function()));
  }

  /**
   * A state as it was opened last.
   *
   * @param descriptor what it was opened with
   * @param namespaces what else
   * @param kind what the caller got
   */
  private record Opened(StateDescriptor descriptor, Serializer<?> namespaces, Object kind) {
    QueryableState queryable() {
      return new QueryableState(descriptor, namespaces);
    }
  }

  /**
   * What was opened last with this very descriptor, or null: whoever asks for a state anew for each
   * key does not have the store open it anew.
   */
  @SuppressWarnings("unchecked")
  private <S> S known(StateDescriptor descriptor, Serializer<?> namespaces) {
    Opened last = opened.get(descriptor.name());
    boolean same = last != null && last.descriptor == descriptor && last.namespaces == namespaces;
    return same ? (S) last.kind : null;
  }

  /** The present names of the states that are open and were renamed, by their former ones. */
  StateRenames renames() {
    Map<String, String> presentNames = new HashMap<>();
    for (Opened each : opened.values()) {
      String name = each.descriptor.name();
      each.descriptor.formerNames().forEach(former -> presentNames.put(former, name));
    }
    return new StateRenames(presentNames);
  }

  /**
   * That no name of a state is one of another state, and that the state was not restored under a
   * former name: a restore renames the states that are open by then, and no others.
   */
  private void checkNames(StateDescriptor descriptor) {
    if (!descriptor.formerNames().isEmpty()) {
      for (StateSchema carried : store.carried()) {
        if (descriptor.formerNames().contains(carried.name())) {
          throw new IncompatibleStateException(
              "state \"" + descriptor.name() + "\"",
              "state \"" + carried.name() + "\", which is one of its former names",
              "that state under its present name, after the restore",
              "Open a state that was renamed before the restore: declare it in the options of the"
                  + " backend, or when the KeyedStateGroup is opened.");
        }
      }
    }
    names.claim(descriptor);
  }

  private <S> S remembered(StateDescriptor descriptor, Serializer<?> namespaces, S kind) {
    opened.put(descriptor.name(), new Opened(descriptor, namespaces, kind));
    return kind;
  }

  /**
   * A state to be opened.
   *
   * @param spec what the store is asked for
   * @param life how long it lives; null for ever
   * @param sweptPerElement how many places each key that becomes current looks at
   */
  private record Declared<N, U, V>(TableSpec<N, U, V> spec, Lifetime life, int sweptPerElement) {}

  private <N, U, V> Declared<N, U, V> declared(
      StateDescriptor descriptor,
      Serializer<N> namespaces,
      Serializer<U> userKeys,
      Serializer<V> values) {
    checkNames(descriptor);
    TimeToLive policy = descriptor.timeToLive();
    Lifetime life = policy == null ? null : lifetime(descriptor.name(), policy);
    return new Declared<>(
        new TableSpec<>(
            descriptor.name(),
            descriptor.kind(),
            namespaces.duplicate(),
            userKeys,
            values.duplicate(),
            Expiry.of(policy),
            life == null ? null : life::snapshotFilter,
            life == null ? null : life::loadStamp),
        life,
        policy == null ? 0 : policy.sweptPerElement());
  }

  /** The same one for whoever opens the state anew for each key: it counts accesses. */
  private Lifetime lifetime(String state, TimeToLive policy) {
    Lifetime life = lifetimes.computeIfAbsent(state, name -> new Lifetime(policy, time, name));
    if (!life.policy().equals(policy)) {
      throw new IllegalArgumentException(
          "state \""
              + state
              + "\" is open with "
              + life.policy()
              + " and is opened again with "
              + policy
              + ": all who use a state declare the same time to live");
    }
    return life;
  }

  private <N, V> ValueTable<K, N, V> values(Declared<N, Void, V> declared) {
    ValueTable<K, N, V> stored = store.openValues(declared.spec);
    ValueTable<K, N, V> table =
        declared.life == null ? stored : new ExpiringValueTable<>(stored, context, declared.life);
    register(declared, stored, table);
    return tracked == null ? table : tracked.values(declared.spec, table);
  }

  private void register(Declared<?, ?, ?> declared, Table<K, ?> stored, Table<K, ?> table) {
    String name = declared.spec.name();
    tables.put(name, table);
    if (declared.sweptPerElement > 0) {
      sweepsByState.put(name, () -> declared.life.sweep(stored, declared.sweptPerElement));
      sweeps = sweepsByState.values().toArray(new Runnable[0]);
    }
  }

  /** Calls what only looks: it renews and sweeps nothing. */
  <T> T looking(Supplier<T> look) {
    lifetimes.values().forEach(life -> life.pause(true));
    try {
      return look.get();
    } finally {
      lifetimes.values().forEach(life -> life.pause(false));
    }
  }

  /** Looks for what is expired in those states that ask for it with each element. */
  void sweepForElement() {
    if (sweeps != null) {
      for (Runnable sweep : sweeps) {
        sweep.run();
      }
    }
  }

  /** The open states as queries see them, by name; a copy. */
  Map<String, QueryableState> queryable() {
    Map<String, QueryableState> states = new HashMap<>();
    opened.forEach((name, last) -> states.put(name, last.queryable()));
    return states;
  }

  /** The open state that a query is for, found to have its types. */
  Table<K, ?> queried(StateQuery<?> query) {
    Opened last = opened.get(query.state().name());
    if (last == null) {
      throw QueryableState.unknown(query, opened.keySet());
    }
    last.queryable().check(query);
    return tables.get(query.state().name());
  }

  /** The least timestamp of a state that is not expired now. */
  long oldestLive(String state) {
    Lifetime life = lifetimes.get(state);
    return life == null ? Long.MIN_VALUE : life.oldestLive();
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
