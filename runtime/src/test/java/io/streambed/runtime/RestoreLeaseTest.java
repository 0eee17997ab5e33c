package io.streambed.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.backend.StateBackend;
import io.streambed.backend.Store;
import io.streambed.checkpoint.CheckpointLease;
import io.streambed.checkpoint.CheckpointStorage;
import io.streambed.checkpoint.ClaimedCheckpoints;
import io.streambed.checkpoint.CoordinatorOptions;
import io.streambed.checkpoint.FileCheckpointStorage;
import io.streambed.checkpoint.FileStorageOptions;
import io.streambed.checkpoint.MemoryCheckpointStorage;
import io.streambed.file.LocalFileSystem;
import io.streambed.heap.HeapKeyedStoreFactory;
import io.streambed.snapshot.IncrementalStore;
import io.streambed.snapshot.Recovery;
import io.streambed.store.KeyedStore;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.store.StoreContext;
import io.streambed.store.StoreDescription;
import io.streambed.testkit.store.ByteStoreFactory;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What tasks restore is leased until all of them have their state. */
@Timeout(60)
class RestoreLeaseTest {
  private final SmallJob small = new SmallJob();
  private final List<String> log = new CopyOnWriteArrayList<>();
  private CheckpointStorage storage = new MemoryCheckpointStorage(1 << 20, UUID::randomUUID);
  private RunOptions options =
      RunOptions.defaults()
          .withCheckpoints(CoordinatorOptions.DEFAULT.withIntervalMillis(0))
          .withProbe(
              event -> {
                if (event instanceof JobEvent.Restoring) {
                  log.add("restore");
                }
              });

  /** Calls the storage, and notes leases. */
  private CheckpointStorage noting() {
    return (CheckpointStorage)
        Proxy.newProxyInstance(
            CheckpointStorage.class.getClassLoader(),
            new Class<?>[] {CheckpointStorage.class},
            (proxy, method, args) -> {
              Object result = call(storage, method, args);
              return result instanceof ClaimedCheckpoints claim ? noting(claim) : result;
            });
  }

  private ClaimedCheckpoints noting(ClaimedCheckpoints claim) {
    return (ClaimedCheckpoints)
        Proxy.newProxyInstance(
            ClaimedCheckpoints.class.getClassLoader(),
            new Class<?>[] {ClaimedCheckpoints.class},
            (proxy, method, args) -> {
              if (method.getName().equals("lease")) {
                log.add("lease " + args[0]);
                CheckpointLease lease = () -> log.add("end of lease " + args[0]);
                return Optional.of(lease);
              }
              return call(claim, method, args);
            });
  }

  private static Object call(Object target, Method method, Object[] args) throws Throwable {
    try {
      return method.invoke(target, args);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private void run() {
    run(new HeapKeyedStoreFactory());
  }

  private void run(KeyedStoreFactory stores) {
    Streambed.run(small.job(), Store.of(StateBackend.of(stores, noting())), options);
  }

  /** What is left to read of one subtask's restore, until the test has it read. */
  private static final class Later implements Recovery {
    volatile boolean read;

    @Override
    public Progress progress() {
      return new Progress(read ? 10 : 5, 10);
    }

    @Override
    public void completeNow() {
      read = true;
    }

    @Override
    public void close() {}
  }

  /** Stores that say they have not read everything when their restore returns. */
  private static KeyedStoreFactory readingLater(List<Later> recoveries) {
    KeyedStoreFactory stores = ByteStoreFactory.incremental();
    return new KeyedStoreFactory() {
      @Override
      public StoreDescription description() {
        return stores.description();
      }

      @Override
      @SuppressWarnings("unchecked")
      public <K> KeyedStore<K> create(StoreContext<K> context) {
        KeyedStore<K> store = stores.create(context);
        IncrementalStore files = store.capability(IncrementalStore.class).orElseThrow();
        IncrementalStore later =
            proxy(
                IncrementalStore.class,
                files,
                (name, result) -> {
                  if (!name.equals("restore")) {
                    return result;
                  }
                  Later recovery = new Later();
                  recoveries.add(recovery);
                  return recovery;
                });
        return proxy(
            KeyedStore.class,
            store,
            (name, result) -> name.equals("capability") ? Optional.of(later) : result);
      }
    };
  }

  private static <T> T proxy(
      Class<T> type, Object target, BiFunction<String, Object, Object> changed) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, args) -> changed.apply(method.getName(), call(target, method, args))));
  }

  @Test
  void restore_ofTheLatestCheckpoint_holdsALeaseUntilTheTasksHaveTheirState() {
    small.onNext = number -> {};
    small.elements = 10;
    run();
    assertThat(log).as("it began without state").isEmpty();
    small.open =
        context -> {
          log.add("open");
          var count = context.state(SmallJob.COUNT);
          return (number, timestampMillis) -> {
            log.add("element");
            count.update(count.value() + 1);
          };
        };
    small.elements = 11;
    options = options.withRestore(new RestorePoint.Latest());
    run();
    assertThat(log).startsWith("lease 1", "restore", "open").contains("element");
    assertThat(log.indexOf("end of lease 1")).isGreaterThan(log.lastIndexOf("open"));
  }

  @Test
  void restore_storesReadTheRestLater_holdsTheLeaseUntilTheLastTaskHasReadEverything(
      @TempDir Path directory) throws InterruptedException {
    storage =
        new FileCheckpointStorage(
            new LocalFileSystem(), FileStorageOptions.in(directory), UUID::randomUUID);
    small.parallelism = 2;
    small.onNext = number -> {};
    small.elements = 10;
    List<Later> recoveries = new CopyOnWriteArrayList<>();
    run(readingLater(recoveries));
    assertThat(recoveries).isEmpty();
    small.onNext = number -> LockSupport.parkNanos(1_000_000);
    small.elements = Long.MAX_VALUE;
    options = options.withRestore(new RestorePoint.Latest());
    JobHandle job =
        Streambed.start(
            small.job(), Store.of(StateBackend.of(readingLater(recoveries), noting())), options);
    await(job, () -> small.written.size() >= 20);
    assertThat(log).as("state is used, and not all was read").contains("lease 1");
    assertThat(log).doesNotContain("end of lease 1");
    recoveries.get(0).completeNow();
    int before = small.written.size();
    await(job, () -> small.written.size() >= before + 200);
    assertThat(log).as("one task has still to read").doesNotContain("end of lease 1");
    recoveries.get(1).completeNow();
    await(job, () -> log.contains("end of lease 1"));
    job.cancel();
    job.await();
  }

  @Test
  void restore_ofAnOwnCheckpointByItsPath_holdsALeaseToo(@TempDir Path directory)
      throws IOException {
    storage =
        new FileCheckpointStorage(
            new LocalFileSystem(), FileStorageOptions.in(directory), UUID::randomUUID);
    small.onNext = number -> {};
    small.elements = 10;
    run();
    Path last;
    try (Stream<Path> paths = Files.list(directory)) {
      last = paths.filter(path -> path.resolve("_metadata").toFile().exists()).findAny().get();
    }
    small.elements = 11;
    options = options.withRestore(new RestorePoint.At(last.toString()));
    run();
    assertThat(log).contains("lease 1", "end of lease 1");
  }

  private static void await(JobHandle job, BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      if (job.isDone()) {
        job.await();
      }
      Thread.sleep(1);
    }
  }
}
