package io.streambed.flink;

import io.streambed.entry.Expiry;
import io.streambed.entry.StateSchema;
import io.streambed.error.SerializationException;
import io.streambed.error.StreambedException;
import io.streambed.flink.serial.FlinkSnapshots;
import io.streambed.flink.serial.SerializerBridge;
import io.streambed.flink.serial.TtlForm;
import io.streambed.flink.state.BackendKeys;
import io.streambed.flink.state.FlinkAggregatingState;
import io.streambed.flink.state.FlinkListState;
import io.streambed.flink.state.FlinkMapState;
import io.streambed.flink.state.FlinkReducingState;
import io.streambed.flink.state.FlinkValueState;
import io.streambed.flink.state.StateBinding;
import io.streambed.serial.Compatibility;
import io.streambed.serial.Serializer;
import io.streambed.serial.SerializerSnapshot;
import io.streambed.state.StateKind;
import io.streambed.store.KeyedStore;
import io.streambed.store.ListTable;
import io.streambed.store.MapTable;
import io.streambed.store.NumberOrder;
import io.streambed.store.QueueSpec;
import io.streambed.store.SnapshotFilter;
import io.streambed.store.Table;
import io.streambed.store.TableSpec;
import io.streambed.store.ValueTable;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.apache.flink.api.common.state.AggregatingStateDescriptor;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ReducingStateDescriptor;
import org.apache.flink.api.common.state.StateDescriptor;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.base.ListSerializer;
import org.apache.flink.api.common.typeutils.base.MapSerializer;
import org.apache.flink.runtime.state.PriorityComparable;
import org.apache.flink.runtime.state.StateSnapshotTransformer.StateSnapshotTransformFactory;
import org.apache.flink.runtime.state.heap.HeapPriorityQueueElement;
import org.apache.flink.runtime.state.internal.InternalKvState;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.TimerSerializer;
import org.apache.flink.util.FlinkRuntimeException;
import org.apache.flink.util.StateMigrationException;

/**
 * Opens tables and queues in the store for Flink's descriptors, after comparing them with what is
 * there already, and tells the user what does not fit.
 *
 * @param store where to open
 * @param bridge of the serializers
 * @param keys of the backend
 * @param operator its name in messages
 */
record StateOpener<K>(
    KeyedStore<K> store, SerializerBridge bridge, BackendKeys<K> keys, String operator) {

  /**
   * An open state.
   *
   * @param state for the job, or null if the job has not declared it yet
   * @param table what holds it
   * @param spec what it was opened with
   */
  record Opened<K>(InternalKvState<K, ?, ?> state, Table<K, ?> table, TableSpec<?, ?, ?> spec) {}

  /**
   * What is there already under a name.
   *
   * @param schema how it was declared
   * @param live whether it is open, or only came with a checkpoint
   */
  record Known(StateSchema schema, boolean live) {}

  /**
   * Opens a state.
   *
   * @param namespace of the namespaces
   * @param descriptor what the job asks for
   * @param transform what goes into snapshots
   * @param known what is there already, or null
   * @throws StateMigrationException if the one does not fit the other
   */
  <N, SV> Opened<K> open(
      TypeSerializer<N> namespace,
      StateDescriptor<?, SV> descriptor,
      StateSnapshotTransformFactory<?> transform,
      Known known)
      throws StateMigrationException {
    Declaration declared = new Declaration(descriptor.getName(), kindOf(descriptor), known);
    if (known != null && known.schema.kind() != declared.kind) {
      throw misfit(
          declared.name,
          "it is " + known.schema.kind() + " state and is now declared as " + declared.kind,
          null);
    }
    TypeSerializer<N> space = declared.namespace(namespace);
    if (TtlForm.isPair(valueOf(descriptor))) {
      return new TtlOpener<>(this, declared, transform).open(space, descriptor);
    }
    if (descriptor instanceof ListStateDescriptor<?> list) {
      return openList(list, space, transform, declared);
    }
    if (descriptor instanceof MapStateDescriptor<?, ?> map) {
      return openMap(map, space, transform, declared);
    }
    return openSingle(descriptor, space, transform, declared);
  }

  /** The serializer of what a table keeps: value, list element, map value or accumulator. */
  private static TypeSerializer<?> valueOf(StateDescriptor<?, ?> descriptor) {
    if (descriptor instanceof ListStateDescriptor<?> list) {
      return list.getElementSerializer();
    }
    return descriptor instanceof MapStateDescriptor<?, ?> map
        ? map.getValueSerializer()
        : descriptor.getSerializer();
  }

  private <N, SV> Opened<K> openSingle(
      StateDescriptor<?, SV> descriptor,
      TypeSerializer<N> namespace,
      StateSnapshotTransformFactory<?> transform,
      Declaration declared)
      throws StateMigrationException {
    TypeSerializer<SV> value = declared.value(descriptor.getSerializer());
    TableSpec<N, Void, SV> spec =
        declared.spec(namespace, null, value, Expiry.NONE, filter(transform));
    ValueTable<K, N, SV> table = store.openValues(spec);
    StateBinding<K, N, ?, SV, SV> binding =
        new StateBinding<>(keys, spec, namespace, value, queryable(descriptor), null);
    return new Opened<>(single(descriptor, table, binding), table, spec);
  }

  @SuppressWarnings("unchecked")
  static <K, N, SV> InternalKvState<K, N, ?> single(
      StateDescriptor<?, SV> descriptor,
      ValueTable<K, N, SV> table,
      StateBinding<K, N, ?, SV, SV> binding) {
    if (descriptor instanceof ReducingStateDescriptor<?>) {
      ReducingStateDescriptor<SV> reducing = (ReducingStateDescriptor<SV>) descriptor;
      return new FlinkReducingState<>(table, binding, reducing.getReduceFunction());
    }
    if (descriptor instanceof AggregatingStateDescriptor<?, ?, ?>) {
      AggregatingStateDescriptor<?, SV, ?> aggregating =
          (AggregatingStateDescriptor<?, SV, ?>) descriptor;
      return new FlinkAggregatingState<>(table, binding, aggregating.getAggregateFunction());
    }
    return new FlinkValueState<>(table, binding, descriptor.getDefaultValue());
  }

  private <N, E> Opened<K> openList(
      ListStateDescriptor<E> descriptor,
      TypeSerializer<N> namespace,
      StateSnapshotTransformFactory<?> transform,
      Declaration declared)
      throws StateMigrationException {
    TypeSerializer<E> element = declared.value(descriptor.getElementSerializer());
    TableSpec<N, Void, E> spec =
        declared.spec(namespace, null, element, Expiry.NONE, filter(transform));
    ListTable<K, N, E> table = store.openLists(spec);
    StateBinding<K, N, ?, E, List<E>> binding =
        new StateBinding<>(
            keys, spec, namespace, new ListSerializer<>(element), queryable(descriptor), null);
    return new Opened<>(new FlinkListState<>(table, binding), table, spec);
  }

  private <N, U, V> Opened<K> openMap(
      MapStateDescriptor<U, V> descriptor,
      TypeSerializer<N> namespace,
      StateSnapshotTransformFactory<?> transform,
      Declaration declared)
      throws StateMigrationException {
    TypeSerializer<U> userKey = declared.userKey(descriptor.getKeySerializer());
    TypeSerializer<V> value = declared.value(descriptor.getValueSerializer());
    TableSpec<N, U, V> spec =
        declared.spec(namespace, userKey, value, Expiry.NONE, filter(transform));
    MapTable<K, N, U, V> table = store.openMaps(spec);
    StateBinding<K, N, U, V, Map<U, V>> binding =
        new StateBinding<>(
            keys,
            spec,
            namespace,
            new MapSerializer<>(userKey, value),
            queryable(descriptor),
            null);
    return new Opened<>(new FlinkMapState<>(table, binding), table, spec);
  }

  /**
   * Opens a state that the job has not declared yet, with the serializers that wrote it.
   *
   * @param parts how it was declared, once for each way in which a subtask wrote it
   */
  Opened<K> openAsWritten(List<StateSchema> parts) {
    StateSchema written = parts.get(0);
    Declaration declared =
        new Declaration(written.name(), written.kind(), new Known(written, false));
    TypeSerializer<Object> namespace = bridge.restored(written.namespace());
    TypeSerializer<Object> value = bridge.restored(written.value());
    Expiry expiry = Expiry.NONE;
    for (StateSchema part : parts) {
      value = bridge.reconfigured(value, part.value());
      // A subtask that has not opened the state since TTL was switched wrote it as it was before.
      expiry = part.expiry().stamped() ? Expiry.STAMPED : expiry;
    }
    TypeSerializer<Object> userKey =
        written.userKey() == null ? null : bridge.restored(written.userKey());
    TableSpec<Object, Object, Object> spec = declared.spec(namespace, userKey, value, expiry, null);
    Table<K, ?> table =
        switch (written.kind()) {
          case LIST -> store.openLists(spec);
          case MAP -> store.openMaps(spec);
          default -> store.openValues(spec);
        };
    return new Opened<>(null, table, spec);
  }

  /** Whether the values of an open state have to be written anew for a descriptor. */
  boolean mustMigrate(StateDescriptor<?, ?> descriptor, StateSchema open) {
    if (open.kind() != kindOf(descriptor)) {
      return false;
    }
    TypeSerializer<?> requested = valueOf(descriptor);
    boolean stamped = TtlForm.isPair(requested);
    TypeSerializer<?> value = stamped ? TtlForm.value(requested) : requested;
    return stamped != (open.expiry().stamped()) || mustMigrate(value, open);
  }

  /** As the other, for the serializer of the values or of a queue's elements. */
  <V> boolean mustMigrate(TypeSerializer<V> requested, StateSchema open) {
    TypeSerializer<V> fitting = bridge.reconfigured(requested, open.value());
    return bridge.liveValues(fitting).resolve(open.value()) instanceof Compatibility.Migrate<V>;
  }

  /** The declaration of a queue. */
  <T extends HeapPriorityQueueElement & PriorityComparable<? super T>> QueueSpec<T> queueSpec(
      String name, TypeSerializer<T> element, ToIntFunction<T> keyGroup, Known known)
      throws StateMigrationException {
    Declaration declared = new Declaration(name, StateKind.QUEUE, known);
    return new QueueSpec<>(
        name,
        declared.values(declared.value(element)),
        keyGroup,
        element instanceof TimerSerializer
            ? new NumberOrder<>(timer -> ((InternalTimer<?, ?>) timer).getTimestamp())
            : PriorityComparable::comparePriorityTo,
        new TimerIndex<>());
  }

  /** Flink's transformers serve one snapshot each, as filters do. */
  @SuppressWarnings("unchecked")
  private static <V> Supplier<SnapshotFilter<V>> filter(
      StateSnapshotTransformFactory<?> transform) {
    var factory = (StateSnapshotTransformFactory<V>) transform;
    return () ->
        factory
            .createForDeserializedState()
            .<SnapshotFilter<V>>map(made -> (value, stamp) -> made.filterOrTransform(value))
            .orElse(null);
  }

  /** Deprecated or not, Flink publishes such states. */
  @SuppressWarnings("deprecation")
  static boolean queryable(StateDescriptor<?, ?> descriptor) {
    return descriptor.isQueryable();
  }

  static StateKind kindOf(StateDescriptor<?, ?> descriptor) {
    return switch (descriptor.getType()) {
      case VALUE -> StateKind.VALUE;
      case LIST -> StateKind.LIST;
      case MAP -> StateKind.MAP;
      case REDUCING -> StateKind.REDUCING;
      case AGGREGATING -> StateKind.AGGREGATING;
      default ->
          throw new IllegalArgumentException(
              "state \"" + descriptor.getName() + "\" is of unknown type " + descriptor.getType());
    };
  }

  /** One state's declaration while it is compared with what is known of it. */
  final class Declaration {
    private final String name;
    private final StateKind kind;
    private final StateSchema written;
    private final boolean live;

    Declaration(String name, StateKind kind, Known known) {
      this.name = name;
      this.kind = kind;
      this.written = known == null ? null : known.schema;
      this.live = known != null && known.live;
    }

    private <V> Serializer<V> values(TypeSerializer<V> serializer) {
      return live ? bridge.liveValues(serializer) : bridge.values(serializer);
    }

    <N> TypeSerializer<N> namespace(TypeSerializer<N> requested) throws StateMigrationException {
      return fit("namespaces", requested, written == null ? null : written.namespace(), true);
    }

    <U> TypeSerializer<U> userKey(TypeSerializer<U> requested) throws StateMigrationException {
      return fit("user keys", requested, written == null ? null : written.userKey(), true);
    }

    <V> TypeSerializer<V> value(TypeSerializer<V> requested) throws StateMigrationException {
      return fit("values", requested, written == null ? null : written.value(), false);
    }

    private <T> TypeSerializer<T> fit(
        String role, TypeSerializer<T> requested, SerializerSnapshot old, boolean identity)
        throws StateMigrationException {
      if (old == null) {
        return requested;
      }
      TypeSerializer<T> fitting = bridge.reconfigured(requested, old);
      Serializer<T> judge = identity ? bridge.keys(fitting) : values(fitting);
      if (judge.resolve(old) instanceof Compatibility.Incompatible<T> no) {
        throw misfit(
            name,
            "its "
                + role
                + " were written under "
                + FlinkSnapshots.className(old)
                + " and the job now has "
                + requested.getClass().getName()
                + ": "
                + no.reason(),
            null);
      }
      return fitting;
    }

    <N, U, V> TableSpec<N, U, V> spec(
        TypeSerializer<N> namespace,
        TypeSerializer<U> userKey,
        TypeSerializer<V> value,
        Expiry expiry,
        Supplier<SnapshotFilter<V>> filter) {
      return new TableSpec<>(
          name,
          kind,
          bridge.keys(namespace),
          userKey == null ? null : bridge.keys(userKey),
          values(value),
          expiry,
          filter,
          bridge.time()::currentTimestamp);
    }
  }

  /** As the other; the cause is what the user's serializer threw, if it did. */
  StateMigrationException misfit(String name, StreambedException failure) {
    boolean usersOwn = failure instanceof SerializationException && failure.getCause() != null;
    return misfit(name, failure.getMessage(), usersOwn ? failure.getCause() : failure);
  }

  /** What the user reads when a state does not fit what is there. */
  StateMigrationException misfit(String name, String why, Throwable cause) {
    return new StateMigrationException(
        "State \""
            + name
            + "\" of operator "
            + operator
            + " cannot be restored: "
            + why
            + (why.endsWith(".") ? "" : ".")
            + " Declare the state as it was written, or give the new one another name.",
        cause);
  }

  /** What the user reads when a serializer fails in a way of its own while a state is opened. */
  FlinkRuntimeException failure(String name, RuntimeException failure) {
    return new FlinkRuntimeException(
        "State \"" + name + "\" of operator " + operator + " cannot be opened: " + failure,
        failure);
  }
}
