package io.streambed.flink.serial;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataInputViewStreamWrapper;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.runtime.state.memory.ByteStreamStateHandle;

/**
 * A serializer snapshot whose classes are gone: the bytes it was written as, to be written again.
 * Each is of a class of its own that has the name of the snapshot's class, because Flink writes an
 * object's class name in front of it. Public for such classes alone.
 */
public abstract class KeptSnapshot implements TypeSerializerSnapshot<Object> {
  private int version;
  private byte[] payload;

  /** For the classes that {@link #of} makes. */
  protected KeptSnapshot() {}

  /**
   * A snapshot that is written as it was.
   *
   * @param written the class name, the version and what the class wrote
   * @throws IOException if the bytes do not begin like this
   */
  static KeptSnapshot of(byte[] written) throws IOException {
    DataInputDeserializer in = new DataInputDeserializer(written);
    KeptSnapshot kept = MissingClasses.named(in.readUTF(), KeptSnapshot.class);
    kept.version = in.readInt();
    kept.payload = new byte[in.available()];
    in.readFully(kept.payload);
    return kept;
  }

  /**
   * The parts of the snapshot of one of Flink's own serializers of lists or maps.
   *
   * @param classes the job's class loader
   * @return each as it was written: those whose classes are there are read, the others kept
   * @throws IOException if this is the snapshot of something else
   */
  public TypeSerializerSnapshot<?>[] nested(ClassLoader classes) throws IOException {
    try (FSDataInputStream in = new ByteStreamStateHandle("", payload).openInputStream()) {
      DataInputView view = new DataInputViewStreamWrapper(in);
      // A magic number and a version, of the whole and of the parts: see Flink's
      // CompositeTypeSerializerSnapshot, whose subclasses for lists and maps write nothing else.
      view.skipBytesToRead(4 * Integer.BYTES);
      TypeSerializerSnapshot<?>[] nested = new TypeSerializerSnapshot<?>[view.readInt()];
      for (int i = 0; i < nested.length; i++) {
        nested[i] = FlinkSnapshots.readOrKeep(in, classes);
      }
      return nested;
    }
  }

  @Override
  public int getCurrentVersion() {
    return version;
  }

  @Override
  public void writeSnapshot(DataOutputView out) throws IOException {
    out.write(payload);
  }

  @Override
  public void readSnapshot(int readVersion, DataInputView in, ClassLoader classes)
      throws IOException {
    throw new UnsupportedOperationException("made of bytes that were read already");
  }

  /** A serializer that only tells this snapshot. */
  @Override
  public TypeSerializer<Object> restoreSerializer() {
    return new KeptSerializer(this);
  }

  @Override
  public TypeSerializerSchemaCompatibility<Object> resolveSchemaCompatibility(
      TypeSerializerSnapshot<Object> older) {
    return TypeSerializerSchemaCompatibility.incompatible();
  }
}
