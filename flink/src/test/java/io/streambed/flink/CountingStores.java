package io.streambed.flink;

import io.streambed.heap.HeapKeyedStoreFactory;
import io.streambed.store.FrozenView;
import io.streambed.store.KeyedStore;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.store.MemoryBudget;
import io.streambed.store.StoreContext;
import io.streambed.store.StoreDescription;
import io.streambed.store.StoreDescription.Trait;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.runtime.state.StateBackendFactory;

/**
 * Stores on the heap that want managed memory, and counts of what is open of them. Each store and
 * each of its views leases a page. A test takes hold of what a store is asked for by its hooks.
 */
final class CountingStores implements KeyedStoreFactory {
  static final int PAGE_BYTES = 32 << 10;

  final AtomicInteger created = new AtomicInteger();
  final AtomicInteger openStores = new AtomicInteger();
  final AtomicInteger openViews = new AtomicInteger();

  /** Of all budgets of all slots together. */
  final AtomicInteger leasedPages = new AtomicInteger();

  /** The budget of the store that was made last. */
  volatile MemoryBudget memory;

  volatile Hook beforeCall = method -> {};
  volatile Hook beforeRead = method -> {};

  /** Is told of a call to a store or a view. */
  @FunctionalInterface
  interface Hook {
    void before(String method) throws Exception;
  }

  /** The factory that jobs find: there is one JVM, and one test at a time. */
  private static volatile CountingStores ofJobs;

  CountingStores forJobs() {
    ofJobs = this;
    return this;
  }

  /** What a job's configuration names. */
  public static final class Backend implements StateBackendFactory<StreambedStateBackend> {
    /** For Flink. */
    public Backend() {}

    @Override
    public StreambedStateBackend createFromConfig(ReadableConfig config, ClassLoader classLoader) {
      return new StreambedStateBackend(() -> ofJobs, false).configure(config, classLoader);
    }
  }

  /** Whether everything is closed and given back that ever was open. */
  boolean allFreed() {
    return openStores.get() == 0 && openViews.get() == 0 && leasedPages.get() == 0;
  }

  @Override
  public String toString() {
    return created
        + " stores were made, open are "
        + openStores
        + " and "
        + openViews
        + " views, "
        + leasedPages
        + " pages are leased";
  }

  @Override
  public StoreDescription description() {
    return new StoreDescription("counting", Trait.WANTS_MANAGED_MEMORY, Trait.KEEPS_OBJECTS);
  }

  @Override
  @SuppressWarnings("unchecked")
  public <K> KeyedStore<K> create(StoreContext<K> context) {
    MemoryBudget budget = context.memory();
    memory = budget;
    Page page = new Page(budget, "store of " + context.task().operatorId());
    created.incrementAndGet();
    openStores.incrementAndGet();
    KeyedStore<K> store = new HeapKeyedStoreFactory().create(context);
    AtomicBoolean open = new AtomicBoolean(true);
    return (KeyedStore<K>)
        proxy(
            KeyedStore.class,
            (method, arguments) -> {
              beforeCall.before(method.getName());
              Object answer = call(store, method, arguments);
              if (method.getName().equals("close") && open.getAndSet(false)) {
                openStores.decrementAndGet();
                page.close();
              }
              return answer instanceof FrozenView view ? counted(view, budget) : answer;
            });
  }

  private Object counted(FrozenView view, MemoryBudget budget) {
    Page page = new Page(budget, "view");
    openViews.incrementAndGet();
    AtomicBoolean open = new AtomicBoolean(true);
    return proxy(
        FrozenView.class,
        (method, arguments) -> {
          beforeRead.before(method.getName());
          Object answer = call(view, method, arguments);
          if (method.getName().equals("close") && open.getAndSet(false)) {
            openViews.decrementAndGet();
            page.close();
          }
          return answer;
        });
  }

  /** A page of the budget. */
  private final class Page {
    private final MemoryBudget.Lease lease;

    Page(MemoryBudget budget, String holder) {
      this.lease = budget.open(holder);
      lease.take(PAGE_BYTES, "A page");
      leasedPages.incrementAndGet();
    }

    void close() {
      lease.close();
      leasedPages.decrementAndGet();
    }
  }

  /** Answers a call. */
  @FunctionalInterface
  private interface Answer {
    Object to(Method method, Object[] arguments) throws Throwable;
  }

  private static Object proxy(Class<?> type, Answer answer) {
    return Proxy.newProxyInstance(
        CountingStores.class.getClassLoader(),
        new Class<?>[] {type},
        (proxy, method, arguments) -> answer.to(method, arguments));
  }

  private static Object call(Object target, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
