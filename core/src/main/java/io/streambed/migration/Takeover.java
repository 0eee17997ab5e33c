package io.streambed.migration;

import io.streambed.entry.Codec;
import io.streambed.entry.Expiry;
import io.streambed.entry.Schema;
import io.streambed.entry.StateSchema;
import io.streambed.error.IncompatibleStateException;
import io.streambed.error.SerializationException;
import io.streambed.serial.Compatibility;
import io.streambed.serial.Serializer;
import io.streambed.serial.SerializerSnapshot;
import io.streambed.state.StateKind;
import io.streambed.store.QueueSpec;
import io.streambed.store.TableSpec;
import java.util.Optional;

/**
 * The rules by which a state's new declaration takes over what was written under an older one; the
 * same in every store, and for keyed and operator state. Each rule is asked for all states at once
 * by {@link StateCompatibility}, and for one by the store that opens it, which throws.
 */
public final class Takeover {
  private Takeover() {}

  // ---- the rules

  /** That the kind of a state does not change. */
  static Optional<Incompatibility> kind(String what, StateKind written, StateKind requested) {
    return written == requested
        ? Optional.empty()
        : Optional.of(
            new Incompatibility(
                what, written + " state", requested + " state", PartCompatibility.REMEDY));
  }

  /**
   * That entries of a state that expires get a timestamp.
   *
   * @param hasLoadTime whether the declaration says since when entries without one are there
   */
  static Optional<Incompatibility> expiry(
      String what, Expiry written, Expiry requested, boolean hasLoadTime) {
    if (!needsLoadTime(written, requested) || !written.stamped() && hasLoadTime) {
      return Optional.empty();
    }
    String wayOut =
        written.stamped()
            ? "Timestamps of processing time say nothing about event time, nor the other way round."
                + " Restore once without a time to live, take a checkpoint or savepoint, and go on"
                + " from that with the new one."
            : "Nothing says since when its entries are there. Declare the state with a time for"
                + " entries that were written without one, or declare it as it was written.";
    return Optional.of(
        new Incompatibility(
            what, "state with expiry " + written, "state with expiry " + requested, wayOut));
  }

  private static boolean needsLoadTime(Expiry written, Expiry requested) {
    return requested.stamped() && written != requested;
  }

  /** That a job's number of key groups does not change. */
  static Optional<Incompatibility> maxParallelism(int written, int requested) {
    return written == requested
        ? Optional.empty()
        : Optional.of(
            new Incompatibility(
                "max parallelism",
                written + " key groups",
                requested + "",
                "It is fixed for the life of keyed state: set the job's max parallelism to "
                    + written
                    + "."));
  }

  /** That the keys do not change. */
  static Optional<Incompatibility> keys(SerializerSnapshot written, Serializer<?> requested) {
    return requested.resolve(written) instanceof Compatibility.AsIs
        ? Optional.empty()
        : Optional.of(
            new Incompatibility(
                "the key",
                written.toString(),
                requested.snapshot().toString(),
                "Keys decide where state lies and cannot change their serializer."));
  }

  /** Whether a part of entries tells them apart where they lie, so that it cannot be converted. */
  static boolean identifies(StateKind kind, String role) {
    return kind.compareTo(StateKind.SPLIT_LIST) < 0 && identifies(role);
  }

  /** The same of keyed state. */
  private static boolean identifies(String role) {
    return !role.equals(DeclaredState.VALUE);
  }

  /** A state as a message names it. */
  static String subject(StateKind kind, String name) {
    return (kind.compareTo(StateKind.SPLIT_LIST) < 0 ? "state \"" : "operator state \"")
        + name
        + "\"";
  }

  // ---- for one state at a time

  /**
   * Checks that the kind is the same. Timestamps may come or go: see {@link #loadStamp}.
   *
   * @param written the older declaration
   * @param requested the new one
   * @throws IncompatibleStateException if the kinds differ
   */
  public static void checkShape(StateSchema written, StateSchema requested) {
    checkKind(subject(requested.kind(), requested.name()), written.kind(), requested.kind());
  }

  /**
   * Checks that the kind is the same.
   *
   * @param what the state, for messages
   * @param written the older kind
   * @param requested the new one
   * @throws IncompatibleStateException if they differ
   */
  public static void checkKind(String what, StateKind written, StateKind requested) {
    refuse(kind(what, written, requested));
  }

  private static void refuse(Optional<Incompatibility> problem) {
    problem.ifPresent(
        each -> {
          throw each.exception();
        });
  }

  /**
   * The timestamp that a table gives to entries which were written without one. Entries that were
   * written with a timestamp keep it, or lose it in a table that keeps none.
   *
   * @param spec the state as it is declared now
   * @param written the state as it was written
   * @return the time at which the table takes the entries over; 0 if none of them needs it
   * @throws IncompatibleStateException if entries need it and the declaration gives none
   */
  public static long loadStamp(TableSpec<?, ?, ?> spec, StateSchema written) {
    if (!needsLoadTime(written.expiry(), spec.expiry())) {
      return 0;
    }
    refuse(
        expiry(
            subject(spec.kind(), spec.name()),
            written.expiry(),
            spec.expiry(),
            spec.loadTime() != null));
    return spec.loadTime().getAsLong();
  }

  /**
   * Checks that an open state is opened again with serializers of the same bytes: what it holds by
   * now may be objects, and those do not migrate.
   *
   * @param open the declaration that the state was opened with
   * @param spec the one it is opened with now
   * @throws IncompatibleStateException if they differ
   */
  public static void checkReopened(StateSchema open, TableSpec<?, ?, ?> spec) {
    checkOpen(open, spec.schema());
    String name = spec.name();
    checkSame(part("namespace", name), spec.namespace(), open.namespace());
    if (spec.userKey() != null) {
      checkSame(part("user key", name), spec.userKey(), open.userKey());
    }
    checkSame(part("value", name), spec.value(), open.value());
  }

  /**
   * Checks that an open queue is opened again with a serializer of the same bytes.
   *
   * @param open the declaration that the queue was opened with
   * @param spec the one it is opened with now
   * @throws IncompatibleStateException if they differ
   */
  public static void checkReopened(StateSchema open, QueueSpec<?> spec) {
    checkOpen(open, spec.schema());
    checkSame(part("value", spec.name()), spec.element(), open.value());
  }

  private static void checkOpen(StateSchema open, StateSchema requested) {
    checkShape(open, requested);
    if (open.expiry() != requested.expiry()) {
      throw new IncompatibleStateException(
          subject(requested.kind(), requested.name()),
          "state with expiry " + open.expiry(),
          "state with expiry " + requested.expiry(),
          "The state is open: timestamps can come or go when it is first opened after a restore.");
    }
  }

  private static <T> void checkSame(
      String what, Serializer<T> requested, SerializerSnapshot written) {
    if (reader(what, requested, written) != requested) {
      throw new IncompatibleStateException(
          what,
          written.toString(),
          requested.snapshot().toString(),
          "The state is open: it can migrate when it is first opened after a restore.");
    }
  }

  /**
   * Checks that a source can be loaded into a store at all.
   *
   * @param source the source's schema
   * @param keys the store's key serializer
   * @param maxParallelism the store's
   * @throws IncompatibleStateException if max parallelism or key type differ
   */
  public static void checkSource(Schema source, Serializer<?> keys, int maxParallelism) {
    refuse(maxParallelism(source.maxParallelism(), maxParallelism));
    refuse(keys(source.key(), keys));
  }

  /**
   * Checks that what two sources hold of a state that nobody has opened may be kept side by side:
   * their serializers may differ, and one may have timestamps that the other lacks.
   *
   * @param one the declaration in one source
   * @param other that in another
   * @throws IncompatibleStateException if the kinds differ
   */
  public static void checkCarried(StateSchema one, StateSchema other) {
    if (one.kind() != other.kind()) {
      throw new IncompatibleStateException(
          "state \"" + one.name() + "\", restored from several subtasks",
          one.kind() + " state in one part",
          "one declaration, but another part has " + other.kind() + " state",
          "Restore from a checkpoint that one version of the job wrote.");
    }
  }

  /**
   * Checks that a loaded entry lies in its key group: elsewhere nobody would find it again.
   *
   * @param state the state's name
   * @param written the key group it was written in
   * @param assigned the key group of its key
   * @throws SerializationException if they differ
   */
  public static void checkKeyGroup(String state, int written, int assigned) {
    if (written != assigned) {
      throw new SerializationException(
          "an entry of state \"" + state + "\"",
          "it was written in key group " + written + " and belongs to " + assigned,
          null);
    }
  }

  /**
   * Whether the bytes of entries may stay as they were written: each serializer reads them as they
   * are, and timestamps neither come nor go.
   *
   * @param spec the state as it is declared now
   * @param written the state as it was written
   * @return false if entries have to be converted, or cannot be taken over at all
   */
  public static boolean keepsBytes(TableSpec<?, ?, ?> spec, StateSchema written) {
    return written.kind() == spec.kind()
        && written.expiry() == spec.expiry()
        && keepsBytes(spec.namespace(), written.namespace())
        && (spec.userKey() == null || keepsBytes(spec.userKey(), written.userKey()))
        && keepsBytes(spec.value(), written.value());
  }

  private static boolean keepsBytes(Serializer<?> requested, SerializerSnapshot written) {
    return requested.resolve(written) instanceof Compatibility.AsIs;
  }

  /**
   * The serializer that reads what was written: the new one, or an older one's reader.
   *
   * @param what the part, for messages
   * @param requested the new serializer
   * @param written what is known of the older one
   * @param <T> the type of the values
   * @return the requested serializer itself if the bytes mean the same
   * @throws IncompatibleStateException if there is none
   */
  public static <T> Serializer<T> reader(
      String what, Serializer<T> requested, SerializerSnapshot written) {
    return PartCompatibility.of(what, requested, written, false, PartCompatibility.REMEDY)
        .readerOrThrow();
  }

  /**
   * The codec that reads one part of a state's entries.
   *
   * @param state the state's name
   * @param role the part, see {@link Codec}
   * @param requested the new serializer
   * @param written what is known of the older one
   * @param <T> the type of the values
   * @return a codec for reading
   * @throws IncompatibleStateException if the serializer cannot read what was written
   */
  public static <T> Codec<T> codec(
      String state, String role, Serializer<T> requested, SerializerSnapshot written) {
    Serializer<T> reader =
        PartCompatibility.of(
                part(role, state), requested, written, identifies(role), PartCompatibility.REMEDY)
            .readerOrThrow();
    Codec<T> codec = new Codec<>(reader, state, role);
    return reader == requested ? codec : codec.tryingFirstRead(requested);
  }

  private static String part(String role, String state) {
    return "the " + role + " of state \"" + state + "\"";
  }
}
