package io.streambed.entry;

import io.streambed.bytes.Names;
import io.streambed.serial.SerializerSnapshot;
import io.streambed.state.StateKind;
import java.util.Objects;

/**
 * What a checkpoint keeps of one state's declaration.
 *
 * @param name the state's name
 * @param kind its kind
 * @param namespace of the namespaces; null for queues
 * @param userKey of the user keys; null but for maps
 * @param value of the values, elements or accumulators
 * @param expiry whether entries carry a timestamp
 */
public record StateSchema(
    String name,
    StateKind kind,
    SerializerSnapshot namespace,
    SerializerSnapshot userKey,
    SerializerSnapshot value,
    Expiry expiry) {
  /** Checks the parts. */
  public StateSchema {
    Names.check("state", name);
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(value, "value");
    Objects.requireNonNull(expiry, "expiry");
    if (kind.compareTo(StateKind.QUEUE) > 0) {
      throw new IllegalArgumentException("state \"" + name + "\" is " + kind + ", no keyed state");
    }
    if ((kind == StateKind.MAP) != (userKey != null)
        || (kind == StateKind.QUEUE) != (namespace == null)) {
      throw new IllegalArgumentException("parts of state \"" + name + "\" do not fit " + kind);
    }
  }
}
