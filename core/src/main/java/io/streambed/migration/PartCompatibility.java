package io.streambed.migration;

import io.streambed.serial.Compatibility;
import io.streambed.serial.Serializer;
import io.streambed.serial.SerializerSnapshot;

/**
 * How one part of a state's entries, such as its values, fits what was written.
 *
 * @param reader reads what was written: the requested serializer itself if the bytes mean the same;
 *     null if there is none
 * @param problem why there is none, else null
 * @param <T> the type of the part
 */
record PartCompatibility<T>(Serializer<T> reader, Incompatibility problem) {
  static final String REMEDY =
      "Declare the state as it was written, or give the new one another name.";

  /**
   * Asks the serializer.
   *
   * @param what the part, for messages
   * @param identifies whether the part tells entries apart where they lie, so that it cannot change
   * @param wayOut what the user can do if it does not fit
   */
  static <T> PartCompatibility<T> of(
      String what,
      Serializer<T> requested,
      SerializerSnapshot written,
      boolean identifies,
      String wayOut) {
    Compatibility<T> answer = requested.resolve(written);
    if (answer instanceof Compatibility.AsIs<T>) {
      return new PartCompatibility<>(requested, null);
    }
    if (answer instanceof Compatibility.Migrate<T> migrate && !identifies) {
      return new PartCompatibility<>(migrate.reader(), null);
    }
    String reason =
        answer instanceof Compatibility.Incompatible<T> incompatible
            ? incompatible.reason() + ". "
            : "It tells entries apart: only values can migrate. ";
    return new PartCompatibility<>(
        null,
        new Incompatibility(
            what, written.toString(), requested.snapshot().toString(), reason + wayOut));
  }

  Serializer<T> readerOrThrow() {
    if (problem != null) {
      throw problem.exception();
    }
    return reader;
  }
}
