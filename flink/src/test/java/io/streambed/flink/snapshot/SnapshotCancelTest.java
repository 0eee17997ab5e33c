package io.streambed.flink.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.entry.EntryCursor;
import io.streambed.entry.Schema;
import io.streambed.file.Compression;
import io.streambed.heap.HeapKeyedStoreFactory;
import io.streambed.key.KeyGroupRange;
import io.streambed.serial.Serializers;
import io.streambed.snapshot.SnapshotOrigin;
import io.streambed.state.StateKind;
import io.streambed.store.FrozenView;
import io.streambed.store.KeyedStore;
import io.streambed.store.StoreContext;
import io.streambed.store.TableSpec;
import io.streambed.store.ValueTable;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.UUID;
import java.util.concurrent.RunnableFuture;
import org.apache.flink.core.fs.CloseableRegistry;
import org.apache.flink.runtime.checkpoint.CheckpointOptions;
import org.apache.flink.runtime.state.CheckpointStreamFactory;
import org.apache.flink.runtime.state.CheckpointedStateScope;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.LocalRecoveryConfig;
import org.apache.flink.runtime.state.SnapshotExecutionType;
import org.apache.flink.runtime.state.SnapshotResult;
import org.apache.flink.runtime.state.SnapshotStrategyRunner;
import org.apache.flink.runtime.state.memory.MemCheckpointStreamFactory;
import org.junit.jupiter.api.Test;

/** A snapshot that does not come to its end lets go of what it had frozen. */
class SnapshotCancelTest {
  private final CloseableRegistry backend = new CloseableRegistry();

  /** Frozen views that are open. */
  private int frozen;

  private int freezes;
  private Runnable onWrite = () -> {};

  @Test
  void snapshot_run_letsGoOfTheView() throws Exception {
    RunnableFuture<SnapshotResult<KeyedStateHandle>> task = snapshot();
    assertThat(frozen).isOne();

    task.run();

    assertThat(task.get().getJobManagerOwnedSnapshot()).isNotNull();
    assertThat(frozen).isZero();
  }

  @Test
  void snapshot_cancelledBeforeItRuns_letsGoOfTheView() throws Exception {
    RunnableFuture<SnapshotResult<KeyedStateHandle>> task = snapshot();
    assertThat(frozen).isOne();

    task.cancel(true);
    task.run();

    assertThat(frozen).isZero();
    assertThat(freezes).isOne();
  }

  @Test
  void snapshot_backendClosedInTheMiddle_letsGoOfTheView() throws Exception {
    RunnableFuture<SnapshotResult<KeyedStateHandle>> task = snapshot();
    onWrite =
        () -> {
          assertThat(frozen).isOne();
          try {
            backend.close();
          } catch (IOException e) {
            throw new IllegalStateException(e);
          }
        };

    task.run();

    assertThat(task.isCancelled()).isTrue();
    assertThat(frozen).isZero();
  }

  private RunnableFuture<SnapshotResult<KeyedStateHandle>> snapshot() throws Exception {
    CheckpointOptions options = CheckpointOptions.forCheckpointWithDefaultLocation();
    NativeSnapshots snapshots =
        new NativeSnapshots(
            counting(filled()),
            new SnapshotOrigin("job", "operator", 0, 0),
            new NativeSnapshots.Settings(
                true,
                Compression.NONE,
                LocalRecoveryConfig.BACKUP_AND_RECOVERY_DISABLED,
                () -> new UUID(1, 2)),
            new ReusableFiles());
    return new SnapshotStrategyRunner<>(
            "test", snapshots.strategy(options), backend, SnapshotExecutionType.ASYNCHRONOUS)
        .snapshot(1, 1, streams(), options);
  }

  private static KeyedStore<String> filled() {
    KeyedStore<String> store =
        new HeapKeyedStoreFactory()
            .create(StoreContext.alone(Serializers.strings(), 4, new KeyGroupRange(0, 3)));
    ValueTable<String, Integer, Long> table =
        store.openValues(
            new TableSpec<>(
                "value", StateKind.VALUE, Serializers.ints(), null, Serializers.longs()));
    store.context().setKey("key");
    table.namespace(1);
    table.put(2L, 0);
    return store;
  }

  /** The store, but for its views, which are counted. */
  private KeyedStore<?> counting(KeyedStore<String> store) {
    return (KeyedStore<?>)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {KeyedStore.class},
            (proxy, method, arguments) -> {
              Object answer = method.invoke(store, arguments);
              return answer instanceof FrozenView view ? new CountedView(view) : answer;
            });
  }

  private CheckpointStreamFactory streams() {
    return new MemCheckpointStreamFactory(1 << 20) {
      @Override
      public MemoryCheckpointOutputStream createCheckpointStateOutputStream(
          CheckpointedStateScope scope) {
        return new MemoryCheckpointOutputStream(1 << 20) {
          @Override
          public void write(byte[] bytes, int offset, int count) throws IOException {
            onWrite.run();
            super.write(bytes, offset, count);
          }
        };
      }
    };
  }

  private final class CountedView implements FrozenView {
    private final FrozenView view;
    private boolean closed;

    CountedView(FrozenView view) {
      this.view = view;
      frozen++;
      freezes++;
    }

    @Override
    public Schema schema() {
      return view.schema();
    }

    @Override
    public EntryCursor entries(int keyGroup) {
      return view.entries(keyGroup);
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        frozen--;
      }
      view.close();
    }
  }
}
