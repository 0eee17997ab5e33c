package io.streambed.flink.serial;

import io.streambed.error.IncompatibleStateException;
import io.streambed.serial.SerializerSnapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataInputViewStreamWrapper;
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
  private static final String JOINED = "flink-joined-list";
  private static final String ELEMENT = "element";

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
    } catch (IOException | IllegalArgumentException | LinkageError e) {
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
   * Restores one of Flink's snapshots, or keeps its bytes if a class that it needs is gone.
   *
   * @throws IncompatibleStateException if it is none of Flink's, or damaged
   */
  static TypeSerializerSnapshot<?> unwrapOrKeep(
      SerializerSnapshot wrapped, ClassLoader userClasses) {
    try {
      return unwrap(wrapped, userClasses);
    } catch (IncompatibleStateException e) {
      if (!lacksClass(e)) {
        throw e;
      }
      try {
        return KeptSnapshot.of(Base64.getDecoder().decode(wrapped.config().get(BYTES)));
      } catch (IOException | LinkageError notKept) {
        e.addSuppressed(notKept);
        throw e;
      }
    }
  }

  /**
   * Reads one of Flink's snapshots where it is followed by something else, or keeps its bytes if a
   * class that it needs is gone.
   *
   * @param in at the snapshot's class name; afterwards behind the snapshot
   * @param userClasses the job's class loader
   * @return the snapshot, or one that is written as this was
   * @throws IOException if it cannot be read. That its own class is gone is such a case: nobody
   *     else knows how long it is
   */
  public static TypeSerializerSnapshot<?> readOrKeep(FSDataInputStream in, ClassLoader userClasses)
      throws IOException {
    DataInputView view = new DataInputViewStreamWrapper(in);
    long start = in.getPos();
    try {
      return TypeSerializerSnapshot.readVersionedSnapshot(view, userClasses);
    } catch (IOException | RuntimeException | LinkageError e) {
      if (!lacksClass(e)) {
        throw e;
      }
      in.seek(start);
      try {
        TypeSerializerSnapshot.readVersionedSnapshot(view, MissingClasses.beside(userClasses));
      } catch (IOException | RuntimeException | LinkageError notPassed) {
        e.addSuppressed(notPassed);
        throw e;
      }
      byte[] written = new byte[Math.toIntExact(in.getPos() - start)];
      in.seek(start);
      view.readFully(written);
      return KeptSnapshot.of(written);
    }
  }

  /** One of the parts of a snapshot whose classes are gone. */
  static TypeSerializerSnapshot<?> nested(KeptSnapshot kept, int part, ClassLoader userClasses) {
    try {
      return kept.nested(userClasses)[part];
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + kept.getClass().getName(), e);
    }
  }

  private static boolean lacksClass(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ClassNotFoundException || cause instanceof NoClassDefFoundError) {
        return true;
      }
    }
    return false;
  }

  /**
   * Marks the serializer of a list's elements: the lists were not taken apart when they were
   * restored from Flink's form, because its class was gone. What a store holds as one element of
   * such a list is all of its elements as Flink joins them.
   *
   * @param element the wrapped snapshot of the elements' serializer
   * @return the same, marked
   */
  public static SerializerSnapshot joined(SerializerSnapshot element) {
    return new SerializerSnapshot(JOINED, 1, Map.of(), Map.of(ELEMENT, element));
  }

  /**
   * Whether {@link #joined} has marked a snapshot.
   *
   * @param value the snapshot of the serializer of a state's values
   * @return true if so
   */
  public static boolean isJoined(SerializerSnapshot value) {
    return value.type().equals(JOINED);
  }

  /**
   * The serializer of a value or of a list's elements, be it marked or not.
   *
   * @param value the snapshot of the serializer of a state's values
   * @return a snapshot without the mark
   */
  public static SerializerSnapshot unmarked(SerializerSnapshot value) {
    return isJoined(value) ? value.parts().get(ELEMENT) : value;
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
