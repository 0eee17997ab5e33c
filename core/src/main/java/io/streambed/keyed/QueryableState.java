package io.streambed.keyed;

import io.streambed.error.StateQueryException;
import io.streambed.error.StateQueryException.Reason;
import io.streambed.serial.Serializer;
import io.streambed.serial.SerializerSnapshot;
import io.streambed.state.MapStateDescriptor;
import io.streambed.state.StateDescriptor;
import io.streambed.state.StateKind;
import io.streambed.state.StateQuery;
import java.util.Set;
import java.util.TreeSet;

/**
 * An open state as queries from outside see it.
 *
 * @param descriptor what it was opened with
 * @param namespaces the serializer of its namespaces
 */
record QueryableState(StateDescriptor descriptor, Serializer<?> namespaces) {

  static StateQueryException unknown(StateQuery<?> query, Set<String> states) {
    return new StateQueryException(
        Reason.UNKNOWN_STATE,
        "there is no open state named \""
            + query.state().name()
            + "\" to look into; there are "
            + new TreeSet<>(states));
  }

  /** Checks that a query has the types of this. */
  void check(StateQuery<?> query) {
    if (query.state() == descriptor && query.namespaceSerializer() == namespaces) {
      return;
    }
    Types declared = Types.of(descriptor, namespaces);
    Types asked = Types.of(query.state(), query.namespaceSerializer());
    if (!asked.equals(declared)) {
      throw new StateQueryException(
          Reason.OTHER_TYPE,
          "state \""
              + descriptor.name()
              + "\" is declared as "
              + declared
              + ", the query asks for "
              + asked
              + ": ask with the declaration that the function opens it with");
    }
  }

  /** What must be equal, so that the bytes of the one are those of the other. */
  private record Types(
      StateKind kind,
      SerializerSnapshot namespace,
      SerializerSnapshot userKey,
      SerializerSnapshot value) {

    static Types of(StateDescriptor state, Serializer<?> namespaces) {
      return new Types(
          state.kind(),
          snapshot(namespaces),
          state instanceof MapStateDescriptor<?, ?> map ? snapshot(map.keySerializer()) : null,
          snapshot(state.valueSerializer()));
    }

    /** Of a duplicate: others may use the serializer. */
    private static SerializerSnapshot snapshot(Serializer<?> serializer) {
      return serializer.duplicate().snapshot();
    }

    @Override
    public String toString() {
      return kind
          + " of "
          + (userKey == null ? "" : userKey + " to ")
          + value
          + " in namespaces of "
          + namespace;
    }
  }
}
