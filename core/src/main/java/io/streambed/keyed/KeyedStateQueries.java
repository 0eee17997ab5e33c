package io.streambed.keyed;

import io.streambed.bytes.ByteView;
import io.streambed.key.KeyContext;
import io.streambed.state.StateQuery;
import io.streambed.store.KeyedStore;
import io.streambed.store.MapTable;
import io.streambed.store.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Looks into the open states of a backend for others, now or as they are at one moment. */
final class KeyedStateQueries<K> {
  private static final long NO_CHECKPOINT = 0;

  private final KeyedStore<K> store;
  private final KeyContext<K> context;
  private final StateRegistry<K> states;

  /** Those that are open: any thread closes them. */
  private final Set<KeyedStateView<K>> views = ConcurrentHashMap.newKeySet();

  KeyedStateQueries(KeyedStore<K> store, StateRegistry<K> states) {
    this.store = store;
    this.context = store.context();
    this.states = states;
  }

  /** Finds the bytes now; the answer is made of them when somebody asks for it. */
  <R> Supplier<Optional<R>> query(StateQuery<R> query, K key) {
    context.requireOpen();
    String name = query.state().name();
    Table<K, ?> table = states.queried(query);
    QueriedKey queried = QueriedKey.of(key, context.serializer(), name, context);
    QueryCodec<R> codec = new QueryCodec<>(query);
    long oldestLive = states.oldestLive(name);
    byte[] found =
        query.userKey() == null
            ? table.lookup(ByteView.of(queried.bytes()), ByteView.of(codec.namespace()), oldestLive)
            : entry(table, query, key, oldestLive, codec);
    return () -> found == null ? Optional.empty() : Optional.ofNullable(codec.decode(found));
  }

  /** One value of a map, without a look at the others. */
  private byte[] entry(
      Table<K, ?> table, StateQuery<?> query, K key, long oldestLive, QueryCodec<?> codec) {
    @SuppressWarnings("unchecked")
    MapTable<K, Object, Object, Object> map = (MapTable<K, Object, Object, Object>) table;
    Object value =
        states.looking(() -> valueAt(map, key, query.namespace(), query.userKey(), oldestLive));
    return value == null ? null : codec.entry(value);
  }

  private <N, U, V> V valueAt(
      MapTable<K, N, U, V> map, K key, N namespace, U userKey, long oldestLive) {
    N before = map.namespace();
    List<V> found = new ArrayList<>();
    try {
      context.forEach(
          List.of(key),
          () -> {
            map.namespace(namespace);
            found.addAll(map.getAll(List.of(userKey), oldestLive));
          });
    } finally {
      if (before != null) {
        map.namespace(before);
      }
    }
    return found.get(0);
  }

  KeyedStateView<K> freeze() {
    Map<String, QueryableState> frozen = states.queryable();
    KeyedStateView<K> view =
        new KeyedStateView<>(store.freeze(NO_CHECKPOINT), frozen, context, views::remove);
    views.add(view);
    return view;
  }

  void close() {
    views.forEach(KeyedStateView::close);
  }
}
