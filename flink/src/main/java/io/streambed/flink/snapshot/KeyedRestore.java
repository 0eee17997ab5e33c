package io.streambed.flink.snapshot;

import io.streambed.bytes.ByteReader;
import io.streambed.entry.Schema;
import io.streambed.error.IncompatibleStateException;
import io.streambed.flink.serial.FlinkSnapshots;
import io.streambed.flink.serial.SerializerBridge;
import io.streambed.serial.SerializerSnapshot;
import io.streambed.snapshot.IncrementalStore;
import io.streambed.snapshot.KeyedContainerReader;
import io.streambed.snapshot.KeyedStateHandle.Incremental;
import io.streambed.snapshot.Recovery;
import io.streambed.snapshot.RestoreProgress;
import io.streambed.snapshot.StreamHandle;
import io.streambed.store.KeyedStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.fs.CloseableRegistry;
import org.apache.flink.runtime.state.IncrementalRemoteKeyedStateHandle;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyGroupsStateHandle;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.SavepointKeyedStateHandle;
import org.apache.flink.runtime.state.StateSerializerProvider;
import org.apache.flink.runtime.state.restore.FullSnapshotRestoreOperation;
import org.apache.flink.runtime.state.restore.SavepointRestoreResult;
import org.apache.flink.util.StateMigrationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings keyed state back: from the files that the same store wrote for increments, from
 * Streambed's own containers, and from canonical savepoints of whatever backend. After a rescale
 * Flink gives whole handles; only the store's key groups are read of them.
 *
 * <p>One handle after the other is opened, loaded and closed: connections of a file system may be
 * few. The store is made once the first handle has told what the keys were written with, for their
 * serializer may have to be reconfigured before.
 *
 * <p>Threading: one thread; closing the registry of cancelable streams from another one ends it.
 *
 * @param <K> the type of the keys
 */
public final class KeyedRestore<K> {
  private static final Logger LOG = LoggerFactory.getLogger(KeyedRestore.class);

  /** The first four bytes of the files that Flink's own full snapshots write: their version. */
  private static final int FLINK_FULL_SNAPSHOT = 6;

  private final Collection<KeyedStateHandle> handles;
  private final KeyGroupRange range;
  private final StateSerializerProvider<K> keys;
  private final SerializerBridge bridge;
  private final CloseableRegistry cancel;
  private final ReusableFiles files = new ReusableFiles();
  private boolean keysKnown;
  private KeyedStore<K> store;

  /**
   * A restore that has not begun.
   *
   * @param handles what Flink gives the subtask; null among them is passed over
   * @param range the subtask's key groups
   * @param keys gives the keys' serializer; reconfigured by {@link #into} where that is needed
   * @param bridge restores serializers with the job's classes
   * @param cancel closed to cancel
   */
  public KeyedRestore(
      Collection<KeyedStateHandle> handles,
      KeyGroupRange range,
      StateSerializerProvider<K> keys,
      SerializerBridge bridge,
      CloseableRegistry cancel) {
    this.handles = handles;
    this.range = range;
    this.keys = keys;
    this.bridge = bridge;
    this.cancel = cancel;
  }

  /**
   * Makes a store and reads the entries of its key groups into it; to be called once. If this
   * throws, the store is closed.
   *
   * @param stores makes an empty store for the keys' serializer
   * @return the store
   * @throws IOException if a file cannot be read, or the restore is cancelled
   * @throws io.streambed.error.CorruptionException if one is damaged or another one than the handle
   *     names
   * @throws io.streambed.error.FormatVersionException if a newer Streambed wrote it
   * @throws io.streambed.error.SerializationException if an entry cannot be read
   * @throws IncompatibleStateException if another backend wrote it, or it does not fit the store
   * @throws StateMigrationException if the keys' serializer cannot go on from what was written
   */
  public KeyedStore<K> into(Function<TypeSerializer<K>, KeyedStore<K>> stores)
      throws IOException, StateMigrationException {
    List<IncrementalRemoteKeyedStateHandle> increments = new ArrayList<>();
    List<KeyGroupsStateHandle> containers = new ArrayList<>();
    List<KeyedStateHandle> canonical = new ArrayList<>();
    for (KeyedStateHandle handle : handles) {
      KeyedStateHandle ours = handle == null ? null : handle.getIntersection(range);
      if (ours instanceof IncrementalRemoteKeyedStateHandle increment) {
        increments.add(increment);
      } else if (ours instanceof SavepointKeyedStateHandle
          && ours instanceof KeyGroupsStateHandle) {
        canonical.add(
            new CanonicalHandle((KeyGroupsStateHandle) ours, cancel, bridge.userClasses()));
      } else if (ours instanceof KeyGroupsStateHandle container) {
        containers.add(container);
      } else if (ours != null) {
        throw foreign(handle, "a " + handle.getClass().getSimpleName());
      }
    }
    try {
      // First: files are restored into an empty store.
      loadIncrements(increments, stores);
      for (KeyGroupsStateHandle container : containers) {
        loadNative(container, stores);
      }
      loadCanonical(canonical, stores);
      makeStore(stores);
    } catch (IOException | StateMigrationException | RuntimeException | Error e) {
      if (store != null) {
        store.close();
      }
      throw e;
    }
    int loaded = increments.size() + containers.size() + canonical.size();
    if (loaded > 0) {
      LOG.info(
          "Restored keyed state of key groups {} to {} from {} of {} handles.",
          range.getStartKeyGroup(),
          range.getEndKeyGroup(),
          loaded,
          handles.size());
    }
    return store;
  }

  /**
   * The files that the store was restored from.
   *
   * @return what the next checkpoints may refer to; complete once {@link #into} has returned
   */
  public ReusableFiles files() {
    return files;
  }

  private KeyedStore<K> makeStore(Function<TypeSerializer<K>, KeyedStore<K>> stores) {
    if (store == null) {
      store = stores.apply(keys.currentSchemaSerializer());
    }
    return store;
  }

  private void loadIncrements(
      List<IncrementalRemoteKeyedStateHandle> handles,
      Function<TypeSerializer<K>, KeyedStore<K>> stores)
      throws IOException, StateMigrationException {
    if (handles.isEmpty()) {
      return;
    }
    TypeSerializer<K> before = keys.currentSchemaSerializer();
    IncrementalStore reader = makeStore(stores).capability(IncrementalStore.class).orElse(null);
    HandleInputs inputs = new HandleInputs(cancel);
    List<Incremental> increments = new ArrayList<>();
    for (IncrementalRemoteKeyedStateHandle handle : handles) {
      if (reader == null || !IncrementForm.isOf(handle, reader.name())) {
        throw foreign(handle, "a " + handle.getClass().getSimpleName());
      }
      Incremental increment = IncrementForm.fromFlink(handle, reader.name());
      inputs.add(increment, handle);
      increments.add(increment);
    }
    reconfigureKeys(reader.schema(increments.get(0), inputs).key());
    if (keys.currentSchemaSerializer() != before) {
      store.close();
      store = null;
      reader = makeStore(stores).capability(IncrementalStore.class).orElseThrow();
    }
    // All of it is read now: Flink closes the registry that the streams are in after the restore.
    try (Recovery recovery = reader.restore(increments, inputs, RestoreProgress.NONE)) {
      recovery.completeNow();
    }
    for (int i = 0; i < increments.size(); i++) {
      long checkpointId = handles.get(i).getCheckpointId();
      for (StreamHandle.Shared file : increments.get(i).files()) {
        files.restored(checkpointId, file.fileId(), inputs.handle(file));
      }
    }
  }

  private void loadNative(
      KeyGroupsStateHandle handle, Function<TypeSerializer<K>, KeyedStore<K>> stores)
      throws IOException, StateMigrationException {
    try (HandleInput input = HandleInput.open(handle.getDelegateStateHandle(), cancel)) {
      checkOurs(input, handle);
      try (KeyedContainerReader reader =
          KeyedContainerReader.open(
              input, identity(handle), input.length(), new SnappyCompression())) {
        reconfigureKeys(reader.schema().key());
        makeStore(stores).load(TtlSource.of(reader, bridge));
      }
    }
  }

  /** Tells another backend's file from a damaged one of our own. */
  private static void checkOurs(HandleInput input, KeyGroupsStateHandle handle) throws IOException {
    if (input.length() < Integer.BYTES) {
      return;
    }
    byte[] head = new byte[Integer.BYTES];
    input.readFully(0, head, 0, head.length);
    if (new ByteReader(head).readInt() == FLINK_FULL_SNAPSHOT) {
      throw foreign(handle, "a full snapshot in one of Flink's own formats");
    }
  }

  private static UUID identity(KeyGroupsStateHandle handle) {
    String id = handle.getStateHandleId().getKeyString();
    try {
      return UUID.fromString(id);
    } catch (IllegalArgumentException e) {
      throw new IncompatibleStateException(
          "the handle of keyed state",
          "the id \"" + id + "\"",
          "the identity of one of Streambed's files",
          "Restore from a checkpoint that this backend wrote.");
    }
  }

  private static IncompatibleStateException foreign(KeyedStateHandle handle, String found) {
    return new IncompatibleStateException(
        "keyed state of key groups "
            + handle.getKeyGroupRange().getStartKeyGroup()
            + " to "
            + handle.getKeyGroupRange().getEndKeyGroup(),
        found + ", written by another state backend or for another store",
        "Streambed's own format or a canonical savepoint",
        "Run the job with the backend that wrote it, take a savepoint with"
            + " `flink stop --type canonical`, and start from that. If that is this backend with"
            + " another store, run the job with that store.");
  }

  private void reconfigureKeys(SerializerSnapshot written) throws StateMigrationException {
    if (keysKnown) {
      return;
    }
    keysKnown = true;
    TypeSerializerSnapshot<K> old = FlinkSnapshots.unwrap(written, bridge.userClasses());
    String requested = keys.currentSchemaSerializer().getClass().getName();
    TypeSerializerSchemaCompatibility<K> answer =
        keys.setPreviousSerializerSnapshotForRestoredState(old);
    if (answer.isCompatibleAfterMigration() || answer.isIncompatible()) {
      throw new StateMigrationException(
          "The keys were written by the serializer of "
              + old.getClass().getName()
              + ", and "
              + requested
              + " does not write the same bytes. Keys decide where state lies and cannot migrate:"
              + " give the keys the serializer they had.");
    }
  }

  private void loadCanonical(
      List<KeyedStateHandle> canonical, Function<TypeSerializer<K>, KeyedStore<K>> stores)
      throws IOException, StateMigrationException {
    var results =
        new FullSnapshotRestoreOperation<>(range, bridge.userClasses(), canonical, keys).restore();
    for (KeyedStateHandle handle : canonical) {
      try (CanonicalHandle open = (CanonicalHandle) handle) {
        SavepointRestoreResult read = results.next();
        KeyedStore<K> into = makeStore(stores);
        into.load(
            TtlSource.of(
                new CanonicalSource(
                    open.name(),
                    read.getRestoredKeyGroups(),
                    new Schema(
                        into.context().maxParallelism(),
                        FlinkSnapshots.wrap(
                            keys.previousSchemaSerializer().snapshotConfiguration()),
                        open.states()),
                    keys.previousSchemaSerializer(),
                    bridge),
                bridge));
      }
    }
  }
}
