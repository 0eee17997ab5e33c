package io.streambed.flink.serial;

import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** In place of a serializer whose classes are gone: it only tells how that was written down. */
final class KeptSerializer extends TypeSerializer<Object> {
  private static final long serialVersionUID = 1L;

  private final transient KeptSnapshot kept;

  KeptSerializer(KeptSnapshot kept) {
    this.kept = kept;
  }

  private UnsupportedOperationException gone() {
    return new UnsupportedOperationException(
        "a class that " + kept.getClass().getName() + " needs is not on the job's class path");
  }

  @Override
  public TypeSerializerSnapshot<Object> snapshotConfiguration() {
    return kept;
  }

  @Override
  public TypeSerializer<Object> duplicate() {
    return this;
  }

  @Override
  public boolean isImmutableType() {
    return false;
  }

  @Override
  public Object createInstance() {
    throw gone();
  }

  @Override
  public Object copy(Object from) {
    throw gone();
  }

  @Override
  public Object copy(Object from, Object reuse) {
    throw gone();
  }

  @Override
  public int getLength() {
    return -1;
  }

  @Override
  public void serialize(Object value, DataOutputView target) {
    throw gone();
  }

  @Override
  public Object deserialize(DataInputView source) {
    throw gone();
  }

  @Override
  public Object deserialize(Object reuse, DataInputView source) {
    throw gone();
  }

  @Override
  public void copy(DataInputView source, DataOutputView target) {
    throw gone();
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
