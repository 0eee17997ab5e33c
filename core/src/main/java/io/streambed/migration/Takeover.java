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
import io.streambed.store.QueueSpec;
import io.streambed.store.TableSpec;

/**
 * Decides whether a state's new declaration can take over what was written under an older one; the
 * same rules in every store.
 */
public final class Takeover {
  private static final String REMEDY =
      "Declare the state as it was written, or give the new one another name.";

  private Takeover() {}

  /**
   * Checks that the kind is the same. Timestamps may come or go: see {@link #loadStamp}.
   *
   * @param written the older declaration
   * @param requested the new one
   * @throws IncompatibleStateException if the kinds differ
   */
  public static void checkShape(StateSchema written, StateSchema requested) {
    if (written.kind() != requested.kind()) {
      throw incompatible(written, requested, REMEDY);
    }
  }

  private static IncompatibleStateException incompatible(
      StateSchema written, StateSchema requested, String remedy) {
    return new IncompatibleStateException(
        "state \"" + requested.name() + "\"", shape(written), shape(requested), remedy);
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
    if (spec.expiry() == Expiry.NONE || written.expiry() == spec.expiry()) {
      return 0;
    }
    if (written.expiry().stamped()) {
      throw incompatible(
          written,
          spec.schema(),
          "Timestamps of processing time say nothing about event time, nor the other way round."
              + " Restore once without a time to live, take a checkpoint or savepoint, and go on"
              + " from that with the new one.");
    }
    if (spec.loadTime() == null) {
      throw incompatible(
          written,
          spec.schema(),
          "Nothing says since when its entries are there. Declare the state with a time for entries"
              + " that were written without one, or declare it as it was written.");
    }
    return spec.loadTime().getAsLong();
  }

  private static String shape(StateSchema schema) {
    return schema.kind() + " state with expiry " + schema.expiry();
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
      throw incompatible(
          open,
          requested,
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
    if (source.maxParallelism() != maxParallelism) {
      throw new IncompatibleStateException(
          "max parallelism",
          source.maxParallelism() + " key groups",
          maxParallelism + "",
          "Set the job's max parallelism to " + source.maxParallelism() + ".");
    }
    if (!(keys.resolve(source.key()) instanceof Compatibility.AsIs)) {
      throw new IncompatibleStateException(
          "the key",
          source.key().toString(),
          keys.snapshot().toString(),
          "Keys decide where state lies and cannot change their serializer.");
    }
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
          shape(one) + " in one part",
          "one declaration, but another part has " + shape(other),
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
    Compatibility<T> answer = requested.resolve(written);
    if (answer instanceof Compatibility.AsIs<T>) {
      return requested;
    }
    if (answer instanceof Compatibility.Migrate<T> migrate) {
      return migrate.reader();
    }
    String reason = ((Compatibility.Incompatible<T>) answer).reason();
    throw new IncompatibleStateException(
        what, written.toString(), requested.snapshot().toString(), reason + ". " + REMEDY);
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
    Serializer<T> reader = reader(part(role, state), requested, written);
    if (reader != requested && !role.equals("value")) {
      throw new IncompatibleStateException(
          part(role, state),
          written.toString(),
          requested.snapshot().toString(),
          "It tells entries apart: only values can migrate. " + REMEDY);
    }
    Codec<T> codec = new Codec<>(reader, state, role);
    return reader == requested ? codec : codec.tryingFirstRead(requested);
  }

  private static String part(String role, String state) {
    return "the " + role + " of state \"" + state + "\"";
  }
}
