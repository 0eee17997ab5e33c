package io.streambed.heap;

import io.streambed.store.KeyedStore;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.store.StoreContext;
import io.streambed.store.StoreDescription;
import io.streambed.store.StoreDescription.Trait;

/** Makes stores that keep keyed state on the Java heap. */
public final class HeapKeyedStoreFactory implements KeyedStoreFactory {
  private static final StoreDescription DESCRIPTION =
      new StoreDescription("heap", Trait.KEEPS_OBJECTS);

  /** The factory; it has no settings. */
  public HeapKeyedStoreFactory() {}

  @Override
  public StoreDescription description() {
    return DESCRIPTION;
  }

  @Override
  public <K> KeyedStore<K> create(StoreContext<K> context) {
    return new HeapKeyedStore<>(context);
  }
}
