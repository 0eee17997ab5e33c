package io.streambed.migration;

import io.streambed.entry.Expiry;
import io.streambed.serial.Serializer;
import io.streambed.serial.SerializerSnapshot;
import io.streambed.serial.Serializers;
import io.streambed.state.ListStateDescriptor;
import io.streambed.state.MapStateDescriptor;
import io.streambed.state.StateDescriptor;
import io.streambed.state.StateKind;
import io.streambed.store.QueueSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;

/**
 * A state as a job declares it now: keyed state without namespaces, a queue of timers, or operator
 * state.
 *
 * <p>Threading: the serializers of its parts are its own; one thread.
 *
 * @param name the state's name, unique within the operator
 * @param kind its kind
 * @param expiry whether entries carry a timestamp
 * @param parts what it is made of
 * @param formerNames names that it had before
 * @param wording how messages tell of it
 */
public record DeclaredState(
    String name,
    StateKind kind,
    Expiry expiry,
    List<Part> parts,
    List<String> formerNames,
    Wording wording) {
  static final String NAMESPACE = "namespace";
  static final String USER_KEY = "user key";
  static final String KEY = "key";
  static final String VALUE = "value";
  static final String ELEMENT = "element";

  /** The configuration that a state without namespaces has for them: nothing to show. */
  private static final SerializerSnapshot NO_NAMESPACE = Serializers.unit().snapshot();

  /** Checks and freezes the parts. */
  public DeclaredState {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(expiry, "expiry");
    parts = List.copyOf(parts);
    formerNames = List.copyOf(formerNames);
    Objects.requireNonNull(wording, "wording");
  }

  /**
   * A state that users declare.
   *
   * @param name the state's name, unique within the operator
   * @param kind its kind
   * @param expiry whether entries carry a timestamp
   * @param parts what it is made of
   * @param formerNames names that it had before
   */
  public DeclaredState(
      String name, StateKind kind, Expiry expiry, List<Part> parts, List<String> formerNames) {
    this(
        name,
        kind,
        expiry,
        parts,
        formerNames,
        new Wording(Takeover.subject(kind, name), PartCompatibility.REMEDY));
  }

  /**
   * The same state, which the runtime declares and users do not know by name.
   *
   * @param subject what messages call it, such as {@code its positions}
   * @param wayOut what the user can do if one of its parts does not fit, in whole sentences
   * @return another declaration
   */
  public DeclaredState told(String subject, String wayOut) {
    return new DeclaredState(name, kind, expiry, parts, formerNames, new Wording(subject, wayOut));
  }

  /**
   * How messages tell of a state.
   *
   * @param subject what they call it
   * @param wayOut what the user can do if one of its parts does not fit, in whole sentences
   */
  public record Wording(String subject, String wayOut) {
    /** Checks the parts. */
    public Wording {
      Objects.requireNonNull(subject, "subject");
      Objects.requireNonNull(wayOut, "wayOut");
    }
  }

  /**
   * A part of a state's entries.
   *
   * @param role {@code namespace}, {@code user key} or {@code value} of keyed state and queues,
   *     {@code key}, {@code value} or {@code element} of operator state
   * @param serializer of the part
   */
  public record Part(String role, Serializer<?> serializer) {
    /** Checks the parts. */
    public Part {
      Objects.requireNonNull(role, "role");
      Objects.requireNonNull(serializer, "serializer");
    }
  }

  /**
   * Keyed state without namespaces.
   *
   * @param descriptor what the job declares
   * @return its declaration, with serializers of its own
   */
  public static DeclaredState of(StateDescriptor descriptor) {
    List<Part> parts = new ArrayList<>();
    parts.add(new Part(NAMESPACE, Serializers.unit()));
    if (descriptor instanceof MapStateDescriptor<?, ?> map) {
      parts.add(new Part(USER_KEY, map.keySerializer().duplicate()));
    }
    parts.add(new Part(VALUE, descriptor.valueSerializer().duplicate()));
    return new DeclaredState(
        descriptor.name(),
        descriptor.kind(),
        Expiry.of(descriptor.timeToLive()),
        parts,
        descriptor.formerNames());
  }

  /**
   * A queue, such as the timers of an operator.
   *
   * @param spec what it holds; its serializer is used by whoever uses this
   * @return its declaration
   */
  public static DeclaredState of(QueueSpec<?> spec) {
    return new DeclaredState(
        spec.name(),
        StateKind.QUEUE,
        Expiry.NONE,
        List.of(new Part(VALUE, spec.element())),
        List.of());
  }

  /**
   * A list of operator state.
   *
   * @param kind {@link StateKind#SPLIT_LIST} or {@link StateKind#UNION_LIST}
   * @param descriptor what the job declares
   * @return its declaration, with a serializer of its own
   */
  public static DeclaredState ofOperator(StateKind kind, ListStateDescriptor<?> descriptor) {
    return new DeclaredState(
        descriptor.name(),
        kind,
        Expiry.NONE,
        List.of(new Part(ELEMENT, descriptor.serializer().duplicate())),
        descriptor.formerNames());
  }

  /**
   * Broadcast state.
   *
   * @param descriptor what the job declares
   * @return its declaration, with serializers of its own
   */
  public static DeclaredState ofBroadcast(MapStateDescriptor<?, ?> descriptor) {
    return new DeclaredState(
        descriptor.name(),
        StateKind.BROADCAST,
        Expiry.NONE,
        List.of(
            new Part(KEY, descriptor.keySerializer().duplicate()),
            new Part(VALUE, descriptor.valueSerializer().duplicate())),
        descriptor.formerNames());
  }

  /** The types of its parts, and whether it expires, as a person reads them. */
  String types() {
    Map<String, SerializerSnapshot> snapshots = new LinkedHashMap<>();
    parts.forEach(part -> snapshots.put(part.role(), part.serializer().snapshot()));
    return types(snapshots, expiry);
  }

  static String types(Map<String, SerializerSnapshot> parts, Expiry expiry) {
    StringJoiner text = new StringJoiner(", ");
    parts.forEach(
        (role, snapshot) -> {
          if (!role.equals(NAMESPACE) || !snapshot.equals(NO_NAMESPACE)) {
            text.add(role + " " + snapshot);
          }
        });
    if (expiry.stamped()) {
      text.add("expires by " + (expiry == Expiry.STAMPED ? "processing time" : "event time"));
    }
    return text.toString();
  }
}
