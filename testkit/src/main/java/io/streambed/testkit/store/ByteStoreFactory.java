package io.streambed.testkit.store;

import io.streambed.entry.Schema;
import io.streambed.snapshot.IncrementSchemas;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.SnapshotInputs;
import io.streambed.store.KeyedStore;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.store.MemoryBudget;
import io.streambed.store.StoreContext;
import io.streambed.store.StoreDescription;
import io.streambed.store.StoreDescription.Trait;
import java.io.IOException;
import java.util.function.Supplier;

/**
 * Makes {@code ByteStore}s: the plainest store that keeps the contract, all bytes in one sorted
 * map. For tests: to compare another store with, and to find serializers that work only while
 * nobody calls them.
 */
public final class ByteStoreFactory implements KeyedStoreFactory, IncrementSchemas {
  /** As in the handles of incremental checkpoints. */
  static final String NAME = "bytes";

  private final StoreDescription description;

  /**
   * A factory of stores whose checkpoints are containers, and which never look at their memory
   * budget.
   */
  public ByteStoreFactory() {
    this(new StoreDescription(NAME));
  }

  private ByteStoreFactory(StoreDescription description) {
    this.description = description;
  }

  /**
   * A factory whose stores want managed memory: a store, and each of its frozen views, leases 4 KiB
   * and as much again for each 16 entries, whatever their size.
   *
   * @return a new factory
   */
  public static ByteStoreFactory leasing() {
    return new ByteStoreFactory(new StoreDescription(NAME, Trait.WANTS_MANAGED_MEMORY));
  }

  /**
   * A factory of stores that are {@link io.streambed.snapshot.IncrementalStore}s as well: a
   * checkpoint writes the entries that have changed since one before, in files of some key groups
   * of one state each.
   *
   * @return a new factory
   */
  public static ByteStoreFactory incremental() {
    return new ByteStoreFactory(new StoreDescription(NAME, Trait.INCREMENTAL));
  }

  @Override
  public StoreDescription description() {
    return description;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Schema schema(KeyedStateHandle.Incremental handle, SnapshotInputs inputs)
      throws IOException {
    return ByteManifest.open(handle, inputs).schema();
  }

  @Override
  public <K> KeyedStore<K> create(StoreContext<K> context) {
    MemoryBudget memory =
        description.is(Trait.WANTS_MANAGED_MEMORY) ? context.memory() : MemoryBudget.unbounded();
    String holder =
        "store \""
            + NAME
            + "\" of operator \""
            + context.task().operatorId()
            + "\", subtask "
            + context.task().subtask();
    Supplier<MemoryBudget.Lease> leases = () -> memory.open(holder);
    return description.is(Trait.INCREMENTAL)
        ? new IncrementalByteStore<>(context, leases)
        : new ByteStore<>(context, leases);
  }
}
