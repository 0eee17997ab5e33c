package io.streambed.rocksdb;

import io.streambed.entry.Schema;
import io.streambed.file.FileSystem;
import io.streambed.snapshot.IncrementSchemas;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.SnapshotInputs;
import io.streambed.store.KeyedStore;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.store.StoreContext;
import io.streambed.store.StoreDescription;
import io.streambed.store.StoreDescription.Trait;
import java.io.IOException;

/**
 * Makes stores that keep keyed state in RocksDB, on local disk. All stores of one factory share its
 * memory budget and its directory, so a process has one factory. While any of them or of their
 * frozen views is open the directory is locked; each store has a database of its own in it, which
 * is removed once the store and its views are closed.
 */
public final class RocksKeyedStoreFactory implements KeyedStoreFactory, IncrementSchemas {
  /** As in the handles of incremental checkpoints. */
  static final String NAME = "rocksdb";

  private static final StoreDescription DESCRIPTION =
      new StoreDescription(NAME, Trait.INCREMENTAL, Trait.WANTS_MANAGED_MEMORY);

  private static final RocksSchemas SCHEMAS = new RocksSchemas();

  private final RocksHome home;

  /**
   * A factory; nothing is opened yet but RocksDB's native library.
   *
   * @param files makes, locks and removes directories; RocksDB itself writes to the local disk
   * @param options directory, memory, profile, options by name
   * @throws IllegalArgumentException if an option is unknown, or its value does not fit
   * @throws io.streambed.error.StorageException if the native library cannot be loaded
   */
  public RocksKeyedStoreFactory(FileSystem files, RocksOptions options) {
    this(files, options, RocksHome.OWN_FAMILIES, MigrationPace.USUAL);
  }

  /** One whose stores give fewer states a column family to themselves, for tests. */
  RocksKeyedStoreFactory(FileSystem files, RocksOptions options, int ownFamilies) {
    this(files, options, ownFamilies, MigrationPace.USUAL);
  }

  /** One whose stores migrate at another pace too, for tests. */
  RocksKeyedStoreFactory(
      FileSystem files, RocksOptions options, int ownFamilies, MigrationPace migrationPace) {
    this.home = new RocksHome(files, options, ownFamilies, migrationPace);
  }

  @Override
  public StoreDescription description() {
    return DESCRIPTION;
  }

  @Override
  public String name() {
    return SCHEMAS.name();
  }

  @Override
  public Schema schema(KeyedStateHandle.Incremental handle, SnapshotInputs inputs)
      throws IOException {
    return SCHEMAS.schema(handle, inputs);
  }

  /**
   * An empty store.
   *
   * @throws io.streambed.error.StorageException if the directory is in use by another process or
   *     another factory, or cannot be written
   */
  @Override
  public <K> KeyedStore<K> create(StoreContext<K> context) {
    return new RocksKeyedStore<>(
        context.keys(), RocksDatabase.open(home), home.options().timersPerKeyGroup());
  }

  /**
   * RocksDB's own numbers.
   *
   * @return a view of the databases that are open at the time of each question
   */
  public RocksMetrics metrics() {
    return home;
  }

  /**
   * The native objects that are open, for tests and for those who look for a leak.
   *
   * @return 0 once all stores and views are closed
   */
  public int openNativeHandles() {
    return home.handles.count();
  }
}
