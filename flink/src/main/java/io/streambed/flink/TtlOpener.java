package io.streambed.flink;

import io.streambed.entry.Expiry;
import io.streambed.flink.StateOpener.Opened;
import io.streambed.flink.serial.TtlForm;
import io.streambed.flink.state.ExpiryRule;
import io.streambed.flink.state.FlinkListState;
import io.streambed.flink.state.FlinkMapState;
import io.streambed.flink.state.StateBinding;
import io.streambed.flink.state.TtlListTable;
import io.streambed.flink.state.TtlMapTable;
import io.streambed.flink.state.TtlSweep;
import io.streambed.flink.state.TtlValueTable;
import io.streambed.store.ListTable;
import io.streambed.store.MapTable;
import io.streambed.store.SnapshotFilter;
import io.streambed.store.Table;
import io.streambed.store.TableSpec;
import io.streambed.store.ValueTable;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.StateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.base.ListSerializer;
import org.apache.flink.api.common.typeutils.base.MapSerializer;
import org.apache.flink.runtime.state.StateSnapshotTransformer.StateSnapshotTransformFactory;
import org.apache.flink.runtime.state.ttl.TtlValue;
import org.apache.flink.util.StateMigrationException;

/**
 * Opens a state under TTL. Flink asks for one of pairs of a timestamp and a value; the table keeps
 * the value by the job's own serializer and the timestamp beside it, and what Flink gets makes the
 * pairs.
 *
 * @param opener of the backend
 * @param declared the state's declaration
 * @param transform what Flink leaves out of snapshots
 */
record TtlOpener<K>(
    StateOpener<K> opener,
    StateOpener<K>.Declaration declared,
    StateSnapshotTransformFactory<?> transform) {

  /** Opens the state of a descriptor whose values are pairs. */
  @SuppressWarnings("unchecked")
  <N> Opened<K> open(TypeSerializer<N> namespace, StateDescriptor<?, ?> descriptor)
      throws StateMigrationException {
    if (descriptor instanceof ListStateDescriptor<?> list) {
      return openList((ListStateDescriptor<TtlValue<Object>>) list, namespace);
    }
    if (descriptor instanceof MapStateDescriptor<?, ?> map) {
      return openMap((MapStateDescriptor<Object, TtlValue<Object>>) map, namespace);
    }
    return openSingle((StateDescriptor<?, TtlValue<Object>>) descriptor, namespace);
  }

  private <N, V> Opened<K> openSingle(
      StateDescriptor<?, TtlValue<V>> descriptor, TypeSerializer<N> namespace)
      throws StateMigrationException {
    TypeSerializer<V> value = declared.value(TtlForm.value(descriptor.getSerializer()));
    TableSpec<N, Void, V> spec = spec(namespace, null, value);
    ValueTable<K, N, V> table = opener.store().openValues(spec);
    TypeSerializer<TtlValue<V>> pair = TtlForm.pair(value);
    StateBinding<K, N, Void, TtlValue<V>, TtlValue<V>> binding =
        binding(descriptor, table, pairSpec(namespace, null, pair), namespace, pair);
    return new Opened<>(
        StateOpener.single(descriptor, new TtlValueTable<>(table), binding), table, spec);
  }

  private <N, E> Opened<K> openList(
      ListStateDescriptor<TtlValue<E>> descriptor, TypeSerializer<N> namespace)
      throws StateMigrationException {
    TypeSerializer<E> element = declared.value(TtlForm.value(descriptor.getElementSerializer()));
    TableSpec<N, Void, E> spec = spec(namespace, null, element);
    ListTable<K, N, E> table = opener.store().openLists(spec);
    TypeSerializer<TtlValue<E>> pair = TtlForm.pair(element);
    StateBinding<K, N, Void, TtlValue<E>, List<TtlValue<E>>> binding =
        binding(
            descriptor,
            table,
            pairSpec(namespace, null, pair),
            namespace,
            new ListSerializer<>(pair));
    return new Opened<>(new FlinkListState<>(new TtlListTable<>(table), binding), table, spec);
  }

  private <N, U, V> Opened<K> openMap(
      MapStateDescriptor<U, TtlValue<V>> descriptor, TypeSerializer<N> namespace)
      throws StateMigrationException {
    TypeSerializer<U> userKey = declared.userKey(descriptor.getKeySerializer());
    TypeSerializer<V> value = declared.value(TtlForm.value(descriptor.getValueSerializer()));
    TableSpec<N, U, V> spec = spec(namespace, userKey, value);
    MapTable<K, N, U, V> table = opener.store().openMaps(spec);
    TypeSerializer<TtlValue<V>> pair = TtlForm.pair(value);
    StateBinding<K, N, U, TtlValue<V>, Map<U, TtlValue<V>>> binding =
        binding(
            descriptor,
            table,
            pairSpec(namespace, userKey, pair),
            namespace,
            new MapSerializer<>(userKey, pair));
    return new Opened<>(new FlinkMapState<>(new TtlMapTable<>(table), binding), table, spec);
  }

  private <N, U, V> TableSpec<N, U, V> spec(
      TypeSerializer<N> namespace, TypeSerializer<U> userKey, TypeSerializer<V> value) {
    return declared.spec(namespace, userKey, value, Expiry.STAMPED, filter(transform));
  }

  /** The declaration as the state sees it; no table is opened by it. */
  private <N, U, V> TableSpec<N, U, TtlValue<V>> pairSpec(
      TypeSerializer<N> namespace, TypeSerializer<U> userKey, TypeSerializer<TtlValue<V>> pair) {
    return declared.spec(namespace, userKey, pair, Expiry.NONE, null);
  }

  private <N, U, E, SV> StateBinding<K, N, U, E, SV> binding(
      StateDescriptor<?, ?> descriptor,
      Table<K, N> table,
      TableSpec<N, U, E> spec,
      TypeSerializer<N> namespace,
      TypeSerializer<SV> whole) {
    StateTtlConfig config = descriptor.getTtlConfig();
    // The changelog opens a state before the job declares for how long its values live.
    TtlSweep<K, N> sweep =
        config.isEnabled()
            ? new TtlSweep<>(
                table, new ExpiryRule(opener.bridge().time(), config.getTimeToLive().toMillis()))
            : new TtlSweep<>(table, () -> Long.MIN_VALUE);
    return new StateBinding<>(
        opener.keys(), spec, namespace, whole, StateOpener.queryable(descriptor), sweep);
  }

  /**
   * Flink's transformers serve one snapshot each, as filters do. That of state under TTL looks at
   * the timestamp alone.
   */
  @SuppressWarnings("unchecked")
  private static <V> Supplier<SnapshotFilter<V>> filter(
      StateSnapshotTransformFactory<?> transform) {
    var factory = (StateSnapshotTransformFactory<TtlValue<V>>) transform;
    return () ->
        factory
            .createForDeserializedState()
            .<SnapshotFilter<V>>map(
                made ->
                    SnapshotFilter.byStamp(
                        stamp -> made.filterOrTransform(new TtlValue<>(null, stamp)) != null))
            .orElse(null);
  }
}
