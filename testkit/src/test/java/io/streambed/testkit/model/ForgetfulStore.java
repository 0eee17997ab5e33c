package io.streambed.testkit.model;

import io.streambed.bytes.ByteView;
import io.streambed.entry.Entry;
import io.streambed.entry.EntryCursor;
import io.streambed.entry.EntrySource;
import io.streambed.entry.Schema;
import io.streambed.entry.StateSchema;
import io.streambed.key.KeyContext;
import io.streambed.store.FrozenView;
import io.streambed.store.KeyedStore;
import io.streambed.store.ListTable;
import io.streambed.store.MapTable;
import io.streambed.store.OrderedSet;
import io.streambed.store.QueueSpec;
import io.streambed.store.TableSpec;
import io.streambed.store.ValueTable;
import java.io.IOException;
import java.util.List;

/** A store whose views leave out the null values of maps. */
final class ForgetfulStore<K> implements KeyedStore<K> {
  private final KeyedStore<K> store;

  ForgetfulStore(KeyedStore<K> store) {
    this.store = store;
  }

  /** A view of a store without the null values. */
  private record ForgetfulView(FrozenView view) implements FrozenView {
    @Override
    public Schema schema() {
      return view.schema();
    }

    @Override
    public EntryCursor entries(int keyGroup) {
      EntryCursor all = view.entries(keyGroup);
      return new EntryCursor() {
        @Override
        public boolean advance() throws IOException {
          while (all.advance()) {
            if (!all.entry().nullValue) {
              return true;
            }
          }
          return false;
        }

        @Override
        public int state() {
          return all.state();
        }

        @Override
        public Entry entry() {
          return all.entry();
        }
      };
    }

    /** Looks in views are as they should be: it is snapshots that forget. */
    @Override
    public EntryCursor lookup(
        int state, int keyGroup, ByteView key, ByteView namespace, ByteView userKey) {
      return view.lookup(state, keyGroup, key, namespace, userKey);
    }

    @Override
    public void close() {
      view.close();
    }
  }

  @Override
  public FrozenView freeze(long checkpointId) {
    return new ForgetfulView(store.freeze(checkpointId));
  }

  @Override
  public KeyContext<K> context() {
    return store.context();
  }

  @Override
  public <N, V> ValueTable<K, N, V> openValues(TableSpec<N, ?, V> spec) {
    return store.openValues(spec);
  }

  @Override
  public <N, E> ListTable<K, N, E> openLists(TableSpec<N, ?, E> spec) {
    return store.openLists(spec);
  }

  @Override
  public <N, U, V> MapTable<K, N, U, V> openMaps(TableSpec<N, U, V> spec) {
    return store.openMaps(spec);
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
  public void close() {
    store.close();
  }
}
