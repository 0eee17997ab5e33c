package io.streambed.flink.snapshot;

import io.streambed.entry.Expiry;
import io.streambed.entry.StateSchema;
import io.streambed.error.IncompatibleStateException;
import io.streambed.flink.serial.FlinkSnapshots;
import io.streambed.flink.serial.KeptSnapshot;
import io.streambed.flink.serial.SerializerBridge;
import io.streambed.flink.serial.TtlForm;
import io.streambed.serial.SerializerSnapshot;
import io.streambed.state.StateKind;
import java.io.IOException;
import org.apache.flink.api.common.state.StateDescriptor;
import org.apache.flink.api.common.typeutils.CompositeTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.ListSerializer;
import org.apache.flink.api.common.typeutils.base.MapSerializer;
import org.apache.flink.runtime.state.RegisteredKeyValueStateBackendMetaInfo;
import org.apache.flink.runtime.state.RegisteredPriorityQueueStateBackendMetaInfo;
import org.apache.flink.runtime.state.metainfo.StateMetaInfoSnapshot;
import org.apache.flink.runtime.state.metainfo.StateMetaInfoSnapshot.CommonSerializerKeys;

/**
 * Declarations of states, from Streambed's form into that of Flink's savepoints and back. Flink
 * keeps one serializer for a whole list or map where Streambed keeps those of its parts, and one of
 * pairs where Streambed keeps timestamps.
 */
final class CanonicalSchema {
  private CanonicalSchema() {}

  /** A state as a canonical savepoint declares it. */
  static StateMetaInfoSnapshot toFlink(StateSchema state, SerializerBridge bridge) {
    if (state.kind() == StateKind.QUEUE) {
      return new RegisteredPriorityQueueStateBackendMetaInfo<>(
              state.name(), bridge.restoredOrKept(state.value()))
          .snapshot();
    }
    StateDescriptor.Type type = StateDescriptor.Type.valueOf(state.kind().name());
    return new RegisteredKeyValueStateBackendMetaInfo<>(
            type, state.name(), bridge.restoredOrKept(state.namespace()), wholeValue(state, bridge))
        .snapshot();
  }

  private static TypeSerializer<?> wholeValue(StateSchema state, SerializerBridge bridge) {
    TypeSerializer<?> alone = bridge.restoredOrKept(FlinkSnapshots.unmarked(state.value()));
    TypeSerializer<?> value = state.expiry().stamped() ? TtlForm.pair(alone) : alone;
    return switch (state.kind()) {
      case LIST -> new ListSerializer<>(value);
      case MAP -> new MapSerializer<>(bridge.restoredOrKept(state.userKey()), value);
      default -> value;
    };
  }

  /**
   * A state as Streambed declares it.
   *
   * @throws IOException if the serializer of a whole list or map cannot be read
   */
  static StateSchema fromFlink(StateMetaInfoSnapshot written, ClassLoader classes)
      throws IOException {
    StateMetaInfoSnapshot state =
        written.getBackendStateType() == StateMetaInfoSnapshot.BackendStateType.KEY_VALUE_V2
            ? RegisteredKeyValueStateBackendMetaInfo.fromMetaInfoSnapshot(written).snapshot()
            : written;
    TypeSerializerSnapshot<?> value =
        state.getTypeSerializerSnapshot(CommonSerializerKeys.VALUE_SERIALIZER);
    if (state.getBackendStateType() == StateMetaInfoSnapshot.BackendStateType.PRIORITY_QUEUE) {
      return new StateSchema(
          state.getName(), StateKind.QUEUE, null, null, FlinkSnapshots.wrap(value), Expiry.NONE);
    }
    StateKind kind = kind(state);
    TypeSerializerSnapshot<?> namespace =
        state.getTypeSerializerSnapshot(CommonSerializerKeys.NAMESPACE_SERIALIZER);
    return new StateSchema(
        state.getName(),
        kind,
        FlinkSnapshots.wrap(namespace),
        kind == StateKind.MAP ? part(value, 0, classes) : null,
        switch (kind) {
          case LIST -> part(value, 0, classes);
          case MAP -> part(value, 1, classes);
          default -> FlinkSnapshots.wrap(value);
        },
        Expiry.NONE);
  }

  private static StateKind kind(StateMetaInfoSnapshot state) {
    String type = state.getOption(StateMetaInfoSnapshot.CommonOptionsKeys.KEYED_STATE_TYPE);
    for (StateKind kind : StateKind.values()) {
      if (kind.name().equals(type)) {
        return kind;
      }
    }
    throw new IncompatibleStateException(
        "state \"" + state.getName() + "\"",
        "state of type " + type + " (" + state.getBackendStateType() + ")",
        "one of value, list, map, reducing and aggregating",
        "Drop the state from the job before taking the savepoint.");
  }

  private static SerializerSnapshot part(
      TypeSerializerSnapshot<?> whole, int index, ClassLoader classes) throws IOException {
    if (whole instanceof KeptSnapshot kept) {
      return FlinkSnapshots.wrap(kept.nested(classes)[index]);
    }
    if (!(whole instanceof CompositeTypeSerializerSnapshot<?, ?> composite)) {
      throw new IncompatibleStateException(
          "a collection",
          "serializer snapshot " + whole.getClass().getName(),
          "Flink's own serializer of lists or maps",
          "Declare the state with a ListStateDescriptor or MapStateDescriptor.");
    }
    return FlinkSnapshots.wrap(composite.getNestedSerializerSnapshots()[index]);
  }
}
