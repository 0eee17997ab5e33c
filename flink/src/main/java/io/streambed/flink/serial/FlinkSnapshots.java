package io.streambed.flink.serial;

import io.streambed.error.IncompatibleStateException;
import io.streambed.serial.SerializerSnapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * Flink's serializer snapshots inside Streambed's: their own versioned bytes in base64, and the
 * name of their class for messages.
 *
 * <p>Reading one back loads the class that the bytes name, with the job's class loader: that is how
 * Flink restores serializers, from its own checkpoints too.
 */
public final class FlinkSnapshots {
  private static final String TYPE = "flink";
  private static final String CLASS = "class";
  private static final String BYTES = "bytes";

  private FlinkSnapshots() {}

  /**
   * Wraps one of Flink's snapshots.
   *
   * @param snapshot of a serializer
   * @return what Streambed's schema keeps
   * @throws UncheckedIOException if the snapshot cannot be written
   */
  public static SerializerSnapshot wrap(TypeSerializerSnapshot<?> snapshot) {
    DataOutputSerializer out = new DataOutputSerializer(128);
    try {
      TypeSerializerSnapshot.writeVersionedSnapshot(out, snapshot);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + snapshot.getClass().getName(), e);
    }
    Map<String, String> config = new LinkedHashMap<>();
    config.put(CLASS, snapshot.getClass().getName());
    config.put(BYTES, Base64.getEncoder().encodeToString(out.getCopyOfBuffer()));
    return new SerializerSnapshot(TYPE, 1, config, Map.of());
  }

  /**
   * Restores one of Flink's snapshots.
   *
   * @param wrapped what {@link #wrap} gave
   * @param userClasses the job's class loader
   * @param <T> the type that the snapshot's serializer serves
   * @return a new snapshot
   * @throws IncompatibleStateException if it is none of Flink's, or its class cannot be loaded or
   *     cannot read its bytes
   */
  public static <T> TypeSerializerSnapshot<T> unwrap(
      SerializerSnapshot wrapped, ClassLoader userClasses) {
    String bytes = wrapped.config().get(BYTES);
    if (!wrapped.type().equals(TYPE) || wrapped.version() != 1 || bytes == null) {
      throw new IncompatibleStateException(
          "a serializer",
          wrapped.toString(),
          "one of Flink's",
          "Restore from a checkpoint that a Flink job wrote with this backend.");
    }
    try {
      byte[] decoded = Base64.getDecoder().decode(bytes);
      return TypeSerializerSnapshot.readVersionedSnapshot(
          new DataInputDeserializer(decoded), userClasses);
    } catch (IOException | IllegalArgumentException e) {
      IncompatibleStateException failure =
          new IncompatibleStateException(
              "a serializer",
              "the serializer snapshot " + className(wrapped),
              "to read it: " + e.getMessage(),
              "Keep the class on the job's class path until its state has been migrated.");
      failure.initCause(e);
      throw failure;
    }
  }

  /**
   * The class of a wrapped snapshot, for messages.
   *
   * @param wrapped what {@link #wrap} gave
   * @return a class name, or a description if it is none of Flink's
   */
  public static String className(SerializerSnapshot wrapped) {
    return wrapped.config().getOrDefault(CLASS, wrapped.type());
  }
}
