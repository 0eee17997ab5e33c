package io.streambed.flink.snapshot;

import io.streambed.entry.StateSchema;
import io.streambed.error.IncompatibleStateException;
import io.streambed.flink.serial.FlinkSnapshots;
import io.streambed.flink.serial.SerializerBridge;
import io.streambed.store.FrozenView;
import java.io.IOException;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.runtime.state.FullSnapshotResources;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyValueStateIterator;
import org.apache.flink.runtime.state.StreamCompressionDecorator;
import org.apache.flink.runtime.state.metainfo.StateMetaInfoSnapshot;

/**
 * A frozen view that Flink's own writer turns into a canonical savepoint. States that nobody has
 * registered go along.
 *
 * <p>Threading: made on the task's thread, used on another one.
 *
 * @param <K> the type of the keys
 */
public final class CanonicalSavepoint<K> implements FullSnapshotResources<K> {
  private final FrozenView view;
  private final io.streambed.key.KeyGroupRange range;
  private final TypeSerializer<K> key;
  private final StreamCompressionDecorator compression;
  private final SerializerBridge bridge;
  private final List<StateMetaInfoSnapshot> states = new ArrayList<>();
  private final List<CanonicalKeys> keysOf = new ArrayList<>();

  /**
   * A savepoint of a view.
   *
   * @param view the frozen contents; closed with this
   * @param range the key groups to write
   * @param key the keys' serializer, for this savepoint alone
   * @param bridge restores the serializers that the view's schema names
   * @param compression how Flink's writer compresses key groups
   */
  public CanonicalSavepoint(
      FrozenView view,
      io.streambed.key.KeyGroupRange range,
      TypeSerializer<K> key,
      SerializerBridge bridge,
      StreamCompressionDecorator compression) {
    this.view = view;
    this.range = range;
    this.key = key;
    this.compression = compression;
    this.bridge = bridge;
  }

  /**
   * Declares the states when the writer asks for them, on its thread: if one cannot be put into
   * Flink's form, that fails the savepoint and not the job.
   *
   * @throws IncompatibleStateException if so
   */
  private List<StateMetaInfoSnapshot> declared() {
    if (states.isEmpty()) {
      declare();
    }
    return states;
  }

  private void declare() {
    Set<String> names = new HashSet<>();
    for (StateSchema state : view.schema().states()) {
      if (!names.add(state.name())) {
        throw new IncompatibleStateException(
            "state \"" + state.name() + "\"",
            "parts written by different serializers",
            "one serializer, as a canonical savepoint has",
            "Register the state in the job, or take a native savepoint.");
      }
      keysOf.add(
          new CanonicalKeys(
              view.schema().maxParallelism(),
              key,
              state.namespace() == null ? null : namespaces(state)));
    }
    for (StateSchema state : view.schema().states()) {
      states.add(CanonicalSchema.toFlink(state, bridge));
    }
  }

  private TypeSerializer<?> namespaces(StateSchema state) {
    TypeSerializer<?> namespace = bridge.restoredOrKept(state.namespace());
    if (!SerializerBridge.isUsable(namespace) && key.getLength() < 0) {
      throw new IncompatibleStateException(
          "state \"" + state.name() + "\"",
          "namespaces whose class is gone, under " + FlinkSnapshots.className(state.namespace()),
          "a canonical savepoint, which depends on their length",
          "Put the classes on the job's class path, or take a native savepoint.");
    }
    return namespace;
  }

  @Override
  public List<StateMetaInfoSnapshot> getMetaInfoSnapshots() {
    int count = view.schema().states().size();
    return new AbstractList<>() {
      @Override
      public StateMetaInfoSnapshot get(int index) {
        return declared().get(index);
      }

      @Override
      public int size() {
        return count;
      }
    };
  }

  @Override
  public KeyValueStateIterator createKVStateIterator() throws IOException {
    declared();
    return new CanonicalIterator(view, range, keysOf, this::nullValue);
  }

  /** A null value under TTL, which has no mark of its own in Flink's form. */
  private byte[] nullValue(int number) {
    StateSchema state = view.schema().states().get(number);
    DataOutputSerializer out = new DataOutputSerializer(8);
    try {
      bridge.restored(state.value()).serialize(null, out);
      return out.getCopyOfBuffer();
    } catch (IOException | RuntimeException e) {
      IncompatibleStateException failure =
          new IncompatibleStateException(
              "state \"" + state.name() + "\"",
              "null values of a map under TTL",
              "values that their serializer "
                  + FlinkSnapshots.className(state.value())
                  + " can write into a canonical savepoint",
              "Give the values a serializer that takes null, as Flink's NullableSerializer, or take"
                  + " a native savepoint.");
      failure.initCause(e);
      throw failure;
    }
  }

  @Override
  public KeyGroupRange getKeyGroupRange() {
    return KeyGroupRange.of(range.first(), range.last());
  }

  @Override
  public TypeSerializer<K> getKeySerializer() {
    return key;
  }

  @Override
  public StreamCompressionDecorator getStreamCompressionDecorator() {
    return compression;
  }

  @Override
  public void release() {
    view.close();
  }
}
