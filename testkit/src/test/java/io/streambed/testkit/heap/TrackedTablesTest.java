package io.streambed.testkit.heap;

import io.streambed.entry.EntrySource;
import io.streambed.entry.StateSchema;
import io.streambed.heap.HeapKeyedStoreFactory;
import io.streambed.key.KeyContext;
import io.streambed.meter.Meters;
import io.streambed.meter.StateTracking;
import io.streambed.store.FrozenView;
import io.streambed.store.KeyedStore;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.store.ListTable;
import io.streambed.store.MapTable;
import io.streambed.store.OrderedSet;
import io.streambed.store.QueueSpec;
import io.streambed.store.StoreContext;
import io.streambed.store.StoreDescription;
import io.streambed.store.TableSpec;
import io.streambed.store.ValueTable;
import io.streambed.testkit.store.KeyedStoreExpiryContract;
import io.streambed.testkit.store.KeyedStoreSweepContract;
import io.streambed.testkit.store.ValueTableContract;
import io.streambed.tracking.TrackedStates;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;

/** Tables of which each access is measured keep the contracts of those they are put over. */
class TrackedTablesTest {
  private static final KeyedStoreFactory FACTORY = new Factory(new HeapKeyedStoreFactory());

  private record Factory(KeyedStoreFactory factory) implements KeyedStoreFactory {
    @Override
    public StoreDescription description() {
      return factory.description();
    }

    @Override
    public <K> KeyedStore<K> create(StoreContext<K> context) {
      KeyedStore<K> store = factory.create(context);

      return new TrackedStore<>(
          store,
          new TrackedStates<>(
              store.context(), Meters.NONE, StateTracking.ofLatencyAndSizes().every(1)));
    }
  }

  private record TrackedStore<K>(KeyedStore<K> store, TrackedStates<K> tracked)
      implements KeyedStore<K> {
    @Override
    public KeyContext<K> context() {
      return store.context();
    }

    @Override
    public <N, V> ValueTable<K, N, V> openValues(TableSpec<N, ?, V> spec) {
      return tracked.values(spec, store.openValues(spec));
    }

    @Override
    public <N, E> ListTable<K, N, E> openLists(TableSpec<N, ?, E> spec) {
      return tracked.lists(spec, store.openLists(spec));
    }

    @Override
    public <N, U, V> MapTable<K, N, U, V> openMaps(TableSpec<N, U, V> spec) {
      return tracked.maps(spec, store.openMaps(spec));
    }

    @Override
    public <T> OrderedSet<T> openQueue(QueueSpec<T> spec) {
      return store.openQueue(spec);
    }

    @Override
    public void load(EntrySource source) throws IOException {
      store.load(source);
    }

    @Override
    public List<StateSchema> carried() {
      return store.carried();
    }

    @Override
    public void closeState(String name) {
      store.closeState(name);
    }

    @Override
    public void dropCarried(String name) {
      store.dropCarried(name);
    }

    @Override
    public FrozenView freeze(long checkpointId) {
      return store.freeze(checkpointId);
    }

    @Override
    public <C> Optional<C> capability(Class<C> capability) {
      return store.capability(capability);
    }

    @Override
    public void checkInvariants() {
      store.checkInvariants();
    }

    @Override
    public void close() {
      store.close();
    }
  }

  @Nested
  class Values extends ValueTableContract {
    @Override
    protected KeyedStoreFactory factory() {
      return FACTORY;
    }
  }

  @Nested
  class Expiry extends KeyedStoreExpiryContract {
    @Override
    protected KeyedStoreFactory factory() {
      return FACTORY;
    }
  }

  @Nested
  class Sweep extends KeyedStoreSweepContract {
    @Override
    protected KeyedStoreFactory factory() {
      return FACTORY;
    }
  }
}
