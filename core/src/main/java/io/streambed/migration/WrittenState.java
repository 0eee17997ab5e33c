package io.streambed.migration;

import io.streambed.entry.Expiry;
import io.streambed.entry.StateSchema;
import io.streambed.serial.SerializerSnapshot;
import io.streambed.state.StateKind;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The declaration of a state as a checkpoint holds it: of keyed state, a queue of timers, or
 * operator state.
 *
 * @param name the state's name
 * @param kind its kind
 * @param expiry whether entries carry a timestamp; operator state has none
 * @param parts the configuration of each part's serializer, by the part's role as in {@link
 *     DeclaredState.Part}
 */
public record WrittenState(
    String name, StateKind kind, Expiry expiry, Map<String, SerializerSnapshot> parts) {
  /** Checks and freezes the parts. */
  public WrittenState {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(expiry, "expiry");
    parts = Collections.unmodifiableMap(new LinkedHashMap<>(parts));
  }

  /**
   * Keyed state or a queue.
   *
   * @param schema what the checkpoint holds of it
   * @return the same
   */
  public static WrittenState of(StateSchema schema) {
    Map<String, SerializerSnapshot> parts = new LinkedHashMap<>();
    if (schema.namespace() != null) {
      parts.put(DeclaredState.NAMESPACE, schema.namespace());
    }
    if (schema.userKey() != null) {
      parts.put(DeclaredState.USER_KEY, schema.userKey());
    }
    parts.put(DeclaredState.VALUE, schema.value());
    return new WrittenState(schema.name(), schema.kind(), schema.expiry(), parts);
  }

  /**
   * Operator state.
   *
   * @param name its name
   * @param kind one of the operator kinds
   * @param key of the keys of broadcast state, else null
   * @param value of the elements or values
   * @return its declaration
   */
  public static WrittenState ofOperator(
      String name, StateKind kind, SerializerSnapshot key, SerializerSnapshot value) {
    Map<String, SerializerSnapshot> parts = new LinkedHashMap<>();
    if (key != null) {
      parts.put(DeclaredState.KEY, key);
    }
    parts.put(key == null ? DeclaredState.ELEMENT : DeclaredState.VALUE, value);
    return new WrittenState(name, kind, Expiry.NONE, parts);
  }

  /** The types of its parts, and whether it expires, as a person reads them. */
  String types() {
    return DeclaredState.types(parts, expiry);
  }
}
