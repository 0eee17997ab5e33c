package io.streambed.flink.snapshot;

import io.streambed.entry.StateSchema;
import io.streambed.error.IncompatibleStateException;
import io.streambed.flink.serial.FlinkSnapshots;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshotSerializationUtil;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.FSDataInputStreamWrapper;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataInputViewStreamWrapper;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.runtime.state.KeyedBackendSerializationProxy;
import org.apache.flink.runtime.state.metainfo.StateMetaInfoSnapshot;
import org.apache.flink.runtime.state.metainfo.StateMetaInfoSnapshot.BackendStateType;

/**
 * The head of one file of a canonical savepoint, where it declares its states. Flink's reader gives
 * up at the first state whose classes are gone; here such a state is declared by the bytes that are
 * there.
 *
 * <pre>
 * head       := version:i32 compressed:bool 2:i32 key:snapshot count:i16 state*
 * state      := name:utf type:i32 count:i32 (key:utf option:utf)* count:i32 serializer*
 * serializer := key:utf 2:i32 snapshot
 * snapshot   := class:utf version:i32 and what the class writes
 * </pre>
 *
 * @param withoutStates a head that Flink's reader can read: this one, declaring no states
 * @param states the states, in the order of their numbers
 */
record CanonicalHead(byte[] withoutStates, List<StateSchema> states) {
  private static final int SERIALIZER_FORM = 2;

  /**
   * Reads a head.
   *
   * @param in at the beginning of the file; afterwards anywhere
   * @param classes the job's class loader
   * @throws IOException if it cannot be read, or is of a version that only Flink's reader knows to
   *     refuse
   * @throws IncompatibleStateException if the class of a serializer's snapshot is gone, without
   *     which nobody knows where the next state begins
   */
  static CanonicalHead read(FSDataInputStream in, ClassLoader classes) throws IOException {
    DataInputView view = new DataInputViewStreamWrapper(in);
    int version = view.readInt();
    if (version != KeyedBackendSerializationProxy.VERSION) {
      throw new IOException("canonical savepoints of version " + version + " are not supported");
    }
    view.readBoolean();
    TypeSerializerSnapshotSerializationUtil.readSerializerSnapshot(view, classes);
    byte[] start = new byte[Math.toIntExact(in.getPos())];
    int count = view.readShort();
    List<StateSchema> states = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      states.add(CanonicalSchema.fromFlink(readState(in, view, classes), classes));
    }
    in.seek(0);
    view.readFully(start);
    DataOutputSerializer out = new DataOutputSerializer(start.length + Short.BYTES);
    out.write(start);
    out.writeShort(0);
    return new CanonicalHead(out.getCopyOfBuffer(), states);
  }

  private static StateMetaInfoSnapshot readState(
      FSDataInputStream in, DataInputView view, ClassLoader classes) throws IOException {
    String name = view.readUTF();
    int type = view.readInt();
    if (type < 0 || type >= BackendStateType.values().length) {
      throw new IOException("state \"" + name + "\" is of unknown type " + type);
    }
    Map<String, String> options = new HashMap<>();
    for (int rest = view.readInt(); rest > 0; rest--) {
      options.put(view.readUTF(), view.readUTF());
    }
    Map<String, TypeSerializerSnapshot<?>> serializers = new HashMap<>();
    for (int rest = view.readInt(); rest > 0; rest--) {
      String role = view.readUTF();
      int form = view.readInt();
      if (form != SERIALIZER_FORM) {
        throw new IOException("a serializer of state \"" + name + "\" in form " + form);
      }
      serializers.put(role, readSerializer(name, in, classes));
    }
    return new StateMetaInfoSnapshot(name, BackendStateType.values()[type], options, serializers);
  }

  private static TypeSerializerSnapshot<?> readSerializer(
      String state, FSDataInputStream in, ClassLoader classes) throws IOException {
    try {
      return FlinkSnapshots.readOrKeep(in, classes);
    } catch (EOFException e) {
      throw e;
    } catch (IOException | LinkageError e) {
      IncompatibleStateException failure =
          new IncompatibleStateException(
              "state \"" + state + "\"",
              "a serializer that cannot be read (" + e.getMessage() + ")",
              "at least to pass it over",
              "Keep the class on the job's class path as long as the savepoint has the state.");
      failure.initCause(e);
      throw failure;
    }
  }

  /** The file as one that declares no states: its head first, the rest as it is after a seek. */
  FSDataInputStream before(FSDataInputStream file) {
    return new FSDataInputStreamWrapper(file) {
      private int position;

      /** Whether the reader is past the head. */
      private boolean passed;

      @Override
      public void seek(long desired) throws IOException {
        passed = true;
        super.seek(desired);
      }

      @Override
      public int read() throws IOException {
        if (passed) {
          return super.read();
        }
        return position < withoutStates.length ? withoutStates[position++] & 0xFF : -1;
      }

      @Override
      public int read(byte[] into) throws IOException {
        return read(into, 0, into.length);
      }

      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        if (passed) {
          return super.read(into, offset, length);
        }
        int count = Math.min(length, withoutStates.length - position);
        System.arraycopy(withoutStates, position, into, offset, count);
        position += count;
        return count == 0 && length > 0 ? -1 : count;
      }
    };
  }
}
