package io.streambed.rocksdb;

import io.streambed.entry.StateRenames;
import io.streambed.entry.StateSchema;
import io.streambed.error.IncompatibleStateException;
import io.streambed.key.KeyGroupRange;
import io.streambed.migration.Takeover;
import io.streambed.rocksdb.RocksManifest.Place;
import io.streambed.rocksdb.RocksManifest.Table;
import io.streambed.rocksdb.TableUploads.Upload;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.Recovery;
import io.streambed.snapshot.RestoreProgress;
import io.streambed.snapshot.SnapshotInputs;
import io.streambed.snapshot.StreamHandle;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Takes over the files of incremental checkpoints. The files of one handle, that with most of the
 * key groups, become the store's database as they are, without the key groups of others; of further
 * handles the wanted key groups are written to new table files, which the database takes in.
 */
final class RocksRestore {
  private final RocksStates states;
  private final RocksDatabase database;
  private final SnapshotInputs inputs;
  private final RestoreProgress progress;

  /**
   * RocksDB knows states by the numbers of their columns: new names change nothing in its files.
   */
  private final StateRenames renames;

  private long doneBytes;
  private long totalBytes;

  RocksRestore(
      RocksStates states, SnapshotInputs inputs, RestoreProgress progress, StateRenames renames) {
    this.renames = renames;
    this.states = states;
    this.database = states.database;
    this.inputs = inputs;
    this.progress = progress;
  }

  /** See {@link io.streambed.snapshot.IncrementalStore#restore}. */
  Recovery run(List<KeyedStateHandle.Incremental> handles) throws IOException {
    if (!database.isUntouched() || states.carriedParts().findAny().isPresent()) {
      throw new IllegalStateException("files are restored into a store that was not used yet");
    }
    Map<String, StateSchema> carried = new HashMap<>();
    for (KeyedStateHandle.Incremental handle : handles) {
      RocksManifest manifest = RocksManifest.open(handle, inputs);
      checkFits(manifest, carried);
      // What is in the manifest was read with it.
      totalBytes += manifest.files().stream().mapToLong(StreamHandle.Shared::length).sum();
    }
    List<KeyedStateHandle.Incremental> others = new ArrayList<>(handles);
    others.sort((left, right) -> Integer.compare(wanted(right).size(), wanted(left).size()));
    takeBase(others.remove(0));
    for (KeyedStateHandle.Incremental other : others) {
      addOther(other);
    }
    states.open().forEach(states::settle);
    states.open().forEach(OpenState::loaded);
    return Recovery.complete(totalBytes);
  }

  /**
   * Before anything is fetched.
   *
   * @param carried by name, what handles before had of states that nobody has opened
   */
  private void checkFits(RocksManifest manifest, Map<String, StateSchema> carried) {
    Takeover.checkSource(
        manifest.schema(), states.context.serializer(), states.context.maxParallelism());
    int keyBytes = states.context.serializer().fixedLength();
    if (manifest.states().keyBytes() != keyBytes) {
      throw new IncompatibleStateException(
          "the key",
          keysOf(manifest.states().keyBytes()),
          keysOf(keyBytes),
          "Files are taken over as they are, and where a key ends in them depends on the length"
              + " that its serializer declares. Restore with the serializer as it was, take a"
              + " savepoint, and restore that with the new one.");
    }
    for (StateSchema written : renames.apply(manifest.schema()).states()) {
      OpenState state = states.open(written.name());
      if (state != null) {
        Takeover.checkShape(written, state.form.schema());
        state.conversions.entries(written);
        continue;
      }
      StateSchema before = carried.putIfAbsent(written.name(), written);
      if (before != null) {
        Takeover.checkCarried(before, written);
      }
    }
  }

  private static String keysOf(int keyBytes) {
    return keyBytes < 0 ? "keys of any length" : "keys of " + keyBytes + " bytes each";
  }

  /** The key groups of a handle that this store owns. */
  private KeyGroupRange wanted(KeyedStateHandle.Incremental handle) {
    KeyGroupRange own = states.context.range();
    KeyGroupRange has = handle.range();
    return new KeyGroupRange(Math.max(own.first(), has.first()), Math.min(own.last(), has.last()));
  }

  private FetchedFiles fetch(KeyedStateHandle.Incremental handle) throws IOException {
    return FetchedFiles.fetch(
        database.home(),
        handle,
        inputs,
        bytes -> {
          doneBytes += bytes;
          progress.advanced(doneBytes, totalBytes);
        });
  }

  private void takeBase(KeyedStateHandle.Incremental handle) throws IOException {
    RocksManifest manifest;
    NativeDatabase base;
    try (FetchedFiles files = fetch(handle)) {
      manifest = files.manifest();
      // Read only first: opened for writing, RocksDB would at once remove what it does not know.
      files.check();
      base = NativeDatabase.open(database.home(), files.path);
      files.keep();
    }
    database.replace(base, manifest);
    for (Table table : manifest.tables().all()) {
      database.uploads.add(table.file().name(), new Upload(table.content(), table.entries()));
    }
    KeyGroupRange had = handle.range();
    KeyGroupRange wanted = wanted(handle);
    List<StateSchema> schemas = renames.apply(manifest.schema()).states();
    for (int i = 0; i < manifest.places().size(); i++) {
      CarriedPart part = states.carry(schemas.get(i));
      part.hasOwn();
      Place place = manifest.places().get(i);
      if (!place.equals(Place.NOWHERE)) {
        database.attach(part.column, place);
        part.column.removeGroups(had.first(), wanted.first());
        part.column.removeGroups(wanted.last() + 1, had.last() + 1);
      }
    }
  }

  private void addOther(KeyedStateHandle.Incremental handle) throws IOException {
    try (FetchedFiles files = fetch(handle);
        NativeDatabase source = files.openChecked();
        GroupCopy copy = new GroupCopy(database, source, wanted(handle))) {
      RocksManifest manifest = files.manifest();
      List<StateSchema> schemas = renames.apply(manifest.schema()).states();
      for (int i = 0; i < manifest.places().size(); i++) {
        CarriedPart part = states.carry(schemas.get(i));
        part.hasOwn();
        Place place = manifest.places().get(i);
        if (!place.equals(Place.NOWHERE)) {
          copy.take(place, part.column);
        }
      }
    }
  }
}
