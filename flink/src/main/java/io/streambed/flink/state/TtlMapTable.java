package io.streambed.flink.state;

import io.streambed.bytes.ByteView;
import io.streambed.store.BoundMap;
import io.streambed.store.MapCursor;
import io.streambed.store.MapTable;
import io.streambed.store.TableCursor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.runtime.state.ttl.TtlValue;

/**
 * A table of maps with timestamps as Flink's TTL wants it: of values that have their timestamp in
 * them. The pairs live for one access only. Their values may be null.
 *
 * @param <K> the type of the keys
 * @param <N> the type of the namespaces
 * @param <U> the type of the user keys
 * @param <V> the type of the values alone
 */
public final class TtlMapTable<K, N, U, V> extends MapTable<K, N, U, TtlValue<V>> {
  private final MapTable<K, N, U, V> table;

  /**
   * A table of pairs.
   *
   * @param table keeps timestamps
   */
  public TtlMapTable(MapTable<K, N, U, V> table) {
    this.table = table;
  }

  @Override
  protected void namespaceChanged(N newNamespace) {
    table.namespace(newNamespace);
  }

  @Override
  public N namespace() {
    return table.namespace();
  }

  @Override
  public TtlValue<V> get(U userKey) {
    return found(userKey, table.get(userKey));
  }

  /** Flink asks for one user key at a time, and decides itself what is too old. */
  @Override
  public List<TtlValue<V>> getAll(List<? extends U> userKeys, long oldestLive) {
    List<TtlValue<V>> pairs = new ArrayList<>();
    for (U userKey : userKeys) {
      TtlValue<V> pair = get(userKey);
      pairs.add(pair == null || pair.getLastAccessTimestamp() < oldestLive ? null : pair);
    }
    return pairs;
  }

  /** The pair of what a look-up has given, which is null for a null value too. */
  private TtlValue<V> found(U userKey, V value) {
    return value != null || table.stamp() != 0 || table.contains(userKey)
        ? new TtlValue<>(value, table.stamp())
        : null;
  }

  @Override
  public long stamp() {
    return table.stamp();
  }

  @Override
  public TtlValue<V> renew(U userKey, long oldestLive, long stamp) {
    return found(userKey, table.renew(userKey, oldestLive, stamp));
  }

  @Override
  public boolean contains(U userKey) {
    return table.contains(userKey);
  }

  /** Sets the value of a pair at the pair's own time. */
  @Override
  public void put(U userKey, TtlValue<V> pair, long stamp) {
    table.put(userKey, pair.getUserValue(), pair.getLastAccessTimestamp());
  }

  /** Flink gives all values of one call the same timestamp: usually there is one part. */
  @Override
  public void putAll(Map<? extends U, ? extends TtlValue<V>> pairs, long stamp) {
    Map<Long, Map<U, V>> parts = new HashMap<>();
    pairs.forEach(
        (userKey, pair) ->
            parts
                .computeIfAbsent(pair.getLastAccessTimestamp(), at -> new HashMap<>())
                .put(userKey, pair.getUserValue()));
    parts.forEach((at, values) -> table.putAll(values, at));
  }

  @Override
  public void remove(U userKey) {
    table.remove(userKey);
  }

  @Override
  public boolean isEmpty() {
    return table.isEmpty();
  }

  @Override
  public BoundMap<U, TtlValue<V>> bound() {
    BoundMap<U, V> map = table.bound();
    return new BoundMap<>() {
      @Override
      public MapCursor<U, TtlValue<V>> cursor() {
        return new PairCursor<>(map.cursor());
      }

      @Override
      public void put(U userKey, TtlValue<V> pair, long stamp) {
        map.put(userKey, pair.getUserValue(), pair.getLastAccessTimestamp());
      }

      @Override
      public void remove(U userKey) {
        map.remove(userKey);
      }
    };
  }

  @Override
  public MapCursor<U, TtlValue<V>> entriesAt(TableCursor<K, N> at) {
    return new PairCursor<>(table.entriesAt(at));
  }

  private record PairCursor<U, V>(MapCursor<U, V> from) implements MapCursor<U, TtlValue<V>> {
    @Override
    public boolean advance() {
      return from.advance();
    }

    @Override
    public U key() {
      return from.key();
    }

    @Override
    public U previousKey() {
      return from.previousKey();
    }

    @Override
    public TtlValue<V> value() {
      return new TtlValue<>(from.value(), from.stamp());
    }

    @Override
    public long stamp() {
      return from.stamp();
    }
  }

  @Override
  public void clear() {
    table.clear();
  }

  @Override
  public boolean sweep(TableCursor<K, N> at, long oldestLive) {
    return table.sweep(at, oldestLive);
  }

  @Override
  public long entries() {
    return table.entries();
  }

  @Override
  public TableCursor<K, N> cursor() {
    return table.cursor();
  }

  @Override
  public byte[] lookup(ByteView key, ByteView namespace, long oldestLive) {
    return table.lookup(key, namespace, oldestLive);
  }
}
