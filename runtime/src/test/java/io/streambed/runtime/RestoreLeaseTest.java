package io.streambed.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.backend.StateBackend;
import io.streambed.backend.Store;
import io.streambed.checkpoint.CheckpointLease;
import io.streambed.checkpoint.CheckpointStorage;
import io.streambed.checkpoint.ClaimedCheckpoints;
import io.streambed.checkpoint.CoordinatorOptions;
import io.streambed.checkpoint.MemoryCheckpointStorage;
import io.streambed.heap.HeapKeyedStoreFactory;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What tasks restore is leased until all of them have their state. */
@Timeout(60)
class RestoreLeaseTest {
  private final SmallJob small = new SmallJob();
  private final List<String> log = new CopyOnWriteArrayList<>();
  private final MemoryCheckpointStorage memory =
      new MemoryCheckpointStorage(1 << 20, UUID::randomUUID);
  private RunOptions options =
      RunOptions.defaults()
          .withCheckpoints(CoordinatorOptions.DEFAULT.withIntervalMillis(0))
          .withProbe(
              event -> {
                if (event instanceof JobEvent.Restoring) {
                  log.add("restore");
                }
              });

  /** Calls the storage in memory, and notes leases. */
  private CheckpointStorage noting() {
    return (CheckpointStorage)
        Proxy.newProxyInstance(
            CheckpointStorage.class.getClassLoader(),
            new Class<?>[] {CheckpointStorage.class},
            (proxy, method, args) -> {
              Object result = call(memory, method, args);
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
    Store store = Store.of(StateBackend.of(new HeapKeyedStoreFactory(), noting()));
    Streambed.run(small.job(), store, options);
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
}
