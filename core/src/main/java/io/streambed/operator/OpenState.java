package io.streambed.operator;

import io.streambed.entry.Codec;
import io.streambed.error.IncompatibleStateException;
import io.streambed.migration.Takeover;
import io.streambed.serial.Compatibility;
import io.streambed.serial.Serializer;
import io.streambed.serial.SerializerSnapshot;

/** A state that the job has opened. */
sealed interface OpenState permits ElementList, BroadcastMap {
  OperatorStateSchema schema();

  /** Freezes the elements, to be written by another thread while this state goes on. */
  FrozenState freeze();

  /** Lets go of the elements; whoever still holds the state is refused from now on. */
  void close();

  /** What to throw once {@link #close} was called. */
  static IllegalStateException closed(OperatorStateSchema schema) {
    return new IllegalStateException(
        "operator state \"" + schema.name() + "\" was closed with its backend");
  }

  /** Refuses to serve a state that is open with another configuration of serializer. */
  static <T> void requireInUse(Codec<T> requested, SerializerSnapshot inUse) {
    if (!(requested.serializer().resolve(inUse) instanceof Compatibility.AsIs)) {
      throw new IncompatibleStateException(
          requested.part(),
          inUse.toString(),
          requested.serializer().snapshot().toString(),
          "It is open already: open it with an equal serializer.");
    }
  }

  /** What reads bytes of the written configuration. */
  static <T> Codec<T> readerOf(Codec<T> requested, SerializerSnapshot written) {
    Serializer<T> reader = Takeover.reader(requested.part(), requested.serializer(), written);
    return reader == requested.serializer()
        ? requested
        : requested.with(reader).tryingFirstRead(requested.serializer());
  }
}
