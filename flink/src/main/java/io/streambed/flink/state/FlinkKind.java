package io.streambed.flink.state;

import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.store.Table;
import io.streambed.store.TableCursor;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.queryablestate.client.state.serialization.KvStateSerializer;
import org.apache.flink.runtime.state.internal.InternalKvState;

/**
 * What all kinds have to say to Flink beyond the state itself.
 *
 * @param <K> the type of the keys
 * @param <N> the type of the namespaces
 * @param <SV> the type of what the state holds as a whole: value, list, map, accumulator
 */
interface FlinkKind<K, N, SV> extends InternalKvState<K, N, SV> {
  /** What binds the state to its backend. */
  StateBinding<K, N, ?, ?, SV> binding();

  /** The table below. */
  Table<K, N> table();

  /**
   * What is there as a whole where a walk over the table is, to look at, or null: no snapshot makes
   * a copy of it, so it must neither be changed nor given back to the state.
   */
  SV wholeAt(TableCursor<K, N> at);

  /** Replaces what is there for the current key and namespace. */
  void replaceWith(SV newValue);

  /**
   * What an outside query gets for the table's answer.
   *
   * @param found the value as the table's serializer writes it
   * @return the value as Flink's serializer writes it
   */
  default byte[] queryForm(byte[] found) {
    return found;
  }

  @Override
  default TypeSerializer<K> getKeySerializer() {
    return binding().keys().serializer();
  }

  @Override
  default TypeSerializer<N> getNamespaceSerializer() {
    return binding().namespace();
  }

  @Override
  default TypeSerializer<SV> getValueSerializer() {
    return binding().value();
  }

  /**
   * Answers a query from outside, on the task's thread only: a look-up uses buffers and serializers
   * of the table, and so would spoil those that the task is making.
   *
   * @throws UnsupportedOperationException on another thread, as Flink does it for queryable state:
   *     other state it has no way to ask for
   */
  @Override
  default byte[] getSerializedValue(
      byte[] serializedKeyAndNamespace,
      TypeSerializer<K> safeKeySerializer,
      TypeSerializer<N> safeNamespaceSerializer,
      TypeSerializer<SV> safeValueSerializer)
      throws IOException {
    if (binding().queryable() && Thread.currentThread() != binding().keys().owner()) {
      throw new UnsupportedOperationException(
          "State \""
              + binding().spec().name()
              + "\" cannot be queried from outside its task: the Streambed state backend does not"
              + " support queryable state, which Flink has deprecated. A look-up uses buffers of the"
              + " task, and Flink asks on another thread. Let the job write what you want to see to"
              + " a sink, or read a savepoint.");
    }
    Tuple2<K, N> at =
        KvStateSerializer.deserializeKeyAndNamespace(
            serializedKeyAndNamespace, safeKeySerializer, safeNamespaceSerializer);
    ByteWriter scratch = new ByteWriter();
    byte[] key =
        binding().keys().context().serializer().duplicate().encode(at.f0, scratch).toByteArray();
    byte[] namespace =
        binding().spec().namespace().duplicate().encode(at.f1, scratch).toByteArray();
    byte[] found = table().lookup(ByteView.of(key), ByteView.of(namespace), Long.MIN_VALUE);
    return found == null ? null : queryForm(found);
  }

  @Override
  default StateIncrementalVisitor<K, N, SV> getStateIncrementalVisitor(int recommendedMax) {
    TtlSweep<K, N> sweep = binding().sweep();
    return sweep == null ? new EntryVisitor<>(this) : sweep.visitor(recommendedMax);
  }
}
