package io.streambed.flink.snapshot;

import io.streambed.error.IncompatibleStateException;
import io.streambed.flink.serial.SerializerBridge;
import io.streambed.store.FrozenView;
import io.streambed.store.StateSchema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.api.common.typeutils.TypeSerializer;
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
  private final List<StateMetaInfoSnapshot> states = new ArrayList<>();
  private final List<CanonicalKeys> keysOf = new ArrayList<>();

  /**
   * A savepoint of a view.
   *
   * @param view the frozen contents; closed with this, or here if this throws
   * @param range the key groups to write
   * @param key the keys' serializer, for this savepoint alone
   * @param bridge restores the serializers that the view's schema names
   * @param compression how Flink's writer compresses key groups
   * @throws IncompatibleStateException if a state cannot be put into Flink's form
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
    try {
      declare(bridge);
    } catch (RuntimeException e) {
      view.close();
      throw e;
    }
  }

  private void declare(SerializerBridge bridge) {
    Set<String> names = new HashSet<>();
    for (StateSchema state : view.schema().states()) {
      if (!names.add(state.name())) {
        throw new IncompatibleStateException(
            "state \"" + state.name() + "\"",
            "parts written by different serializers",
            "one serializer, as a canonical savepoint has",
            "Register the state in the job, or take a native savepoint.");
      }
      states.add(CanonicalSchema.toFlink(state, bridge));
      keysOf.add(
          new CanonicalKeys(
              view.schema().maxParallelism(),
              key,
              state.namespace() == null ? null : bridge.restored(state.namespace())));
    }
  }

  @Override
  public List<StateMetaInfoSnapshot> getMetaInfoSnapshots() {
    return states;
  }

  @Override
  public KeyValueStateIterator createKVStateIterator() throws IOException {
    return new CanonicalIterator(view, range, keysOf);
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
