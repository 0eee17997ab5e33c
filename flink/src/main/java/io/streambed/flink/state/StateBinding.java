package io.streambed.flink.state;

import io.streambed.store.TableSpec;
import java.util.Objects;
import org.apache.flink.api.common.typeutils.TypeSerializer;

/**
 * What binds a kind to its backend: the keys, and its declaration on both sides of the bridge.
 *
 * @param keys the backend's
 * @param spec the table's declaration, with Streambed's serializers
 * @param namespace Flink's serializer of the namespaces
 * @param value Flink's serializer of what the state holds as a whole: value, list, map, accumulator
 * @param queryable whether Flink lets others than the task ask for it
 * @param sweep removes what has expired, under TTL; else null
 * @param <K> the type of the keys
 * @param <N> the type of the namespaces
 * @param <U> the type of the user keys
 * @param <E> the type of the values in the table: value, list element, map value, accumulator
 * @param <SV> the type of what the state holds as a whole
 */
public record StateBinding<K, N, U, E, SV>(
    BackendKeys<K> keys,
    TableSpec<N, U, E> spec,
    TypeSerializer<N> namespace,
    TypeSerializer<SV> value,
    boolean queryable,
    TtlSweep<K, N> sweep) {
  /** Checks the parts. */
  public StateBinding {
    Objects.requireNonNull(keys, "keys");
    Objects.requireNonNull(spec, "spec");
    Objects.requireNonNull(namespace, "namespace");
    Objects.requireNonNull(value, "value");
  }
}
