package io.streambed.store;

/**
 * Makes keyed stores of one kind: the service-provider interface of stores.
 *
 * <p>Threading: any thread.
 */
public interface KeyedStoreFactory {
  /**
   * What its stores are.
   *
   * @return the same at each call
   */
  StoreDescription description();

  /**
   * An empty store.
   *
   * @param context what to make it with
   * @param <K> the type of the keys
   * @return a new store that the caller closes
   * @throws io.streambed.error.MemoryBudgetException if the context's memory has not enough left
   *     for an empty store; nothing of it is leased then
   */
  <K> KeyedStore<K> create(StoreContext<K> context);
}
