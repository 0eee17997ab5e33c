package io.streambed.store;

import io.streambed.bytes.Names;
import io.streambed.entry.Expiry;
import io.streambed.entry.StateSchema;
import io.streambed.serial.Serializer;
import io.streambed.serial.SerializerSnapshot;
import io.streambed.state.StateKind;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What a table holds and how its parts are serialized.
 *
 * @param name the state's name, unique within the store
 * @param kind the kind of state the table serves; it decides the shape and is kept in checkpoints
 * @param namespace of the namespaces; its type must have a key hasher
 * @param userKey of the user keys, for maps only, else null; its type must have a key hasher
 * @param value of the values, list elements or accumulators
 * @param expiry whether entries carry a timestamp
 * @param filter asked at each freeze, on the store's thread, for what decides what goes into that
 *     snapshot; it, or what it gives, may be null: then everything goes as it is
 * @param loadTime gives the timestamp of entries that were written without one; asked on the
 *     store's thread, once or twice for each source of entries that a table with timestamps takes
 *     over. If it is null, such a table refuses such entries
 * @param <N> the type of the namespaces
 * @param <U> the type of the user keys
 * @param <V> the type of the values
 */
public record TableSpec<N, U, V>(
    String name,
    StateKind kind,
    Serializer<N> namespace,
    Serializer<U> userKey,
    Serializer<V> value,
    Expiry expiry,
    Supplier<SnapshotFilter<V>> filter,
    LongSupplier loadTime) {
  /** Checks the parts. */
  public TableSpec {
    Names.check("state", name);
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(value, "value");
    Objects.requireNonNull(expiry, "expiry");
    checkComparable(name, "namespaces", namespace);
    if ((kind == StateKind.MAP) != (userKey != null)) {
      throw new IllegalArgumentException(
          "user keys are for maps, state \"" + name + "\" is " + kind);
    }
    if (userKey != null) {
      checkComparable(name, "user keys", userKey);
    }
  }

  /**
   * A table that refuses entries which were written without timestamps, if it keeps them.
   *
   * @param name the state's name, unique within the store
   * @param kind the kind of state the table serves
   * @param namespace of the namespaces
   * @param userKey of the user keys, for maps only, else null
   * @param value of the values
   * @param expiry whether entries carry a timestamp
   * @param filter asked at each freeze for what decides what goes into that snapshot; may be null
   */
  public TableSpec(
      String name,
      StateKind kind,
      Serializer<N> namespace,
      Serializer<U> userKey,
      Serializer<V> value,
      Expiry expiry,
      Supplier<SnapshotFilter<V>> filter) {
    this(name, kind, namespace, userKey, value, expiry, filter, null);
  }

  private static void checkComparable(String name, String role, Serializer<?> serializer) {
    if (serializer.keyHasher() == null) {
      throw new IllegalArgumentException(
          "values of serializer "
              + serializer.snapshot()
              + " cannot be "
              + role
              + " of state \""
              + name
              + "\": their hash or equality is not specified");
    }
  }

  /**
   * A table without timestamps and filter.
   *
   * @param name the state's name, unique within the store
   * @param kind the kind of state the table serves
   * @param namespace of the namespaces
   * @param userKey of the user keys, for maps only, else null
   * @param value of the values
   */
  public TableSpec(
      String name,
      StateKind kind,
      Serializer<N> namespace,
      Serializer<U> userKey,
      Serializer<V> value) {
    this(name, kind, namespace, userKey, value, Expiry.NONE, null, null);
  }

  /**
   * The filter of one snapshot.
   *
   * @return a new one, or null if everything is written as it is
   */
  public SnapshotFilter<V> snapshotFilter() {
    return filter == null ? null : filter.get();
  }

  /**
   * What a checkpoint keeps of this.
   *
   * @return name, kind, expiry and the serializers' snapshots
   */
  public StateSchema schema() {
    return frozenSchema().get();
  }

  /**
   * The schema of this moment, for whoever needs it later on another thread.
   *
   * @return gives what {@link #schema()} would have given at the call
   */
  public Supplier<StateSchema> frozenSchema() {
    Supplier<SerializerSnapshot> namespaces = namespace.frozenSnapshot();
    Supplier<SerializerSnapshot> userKeys = userKey == null ? () -> null : userKey.frozenSnapshot();
    Supplier<SerializerSnapshot> values = value.frozenSnapshot();
    return () ->
        new StateSchema(name, kind, namespaces.get(), userKeys.get(), values.get(), expiry);
  }
}
