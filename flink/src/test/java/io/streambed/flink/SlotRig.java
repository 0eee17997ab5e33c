package io.streambed.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.RunnableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.core.fs.CloseableRegistry;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.runtime.checkpoint.CheckpointOptions;
import org.apache.flink.runtime.memory.MemoryManager;
import org.apache.flink.runtime.operators.testutils.MockEnvironment;
import org.apache.flink.runtime.state.AbstractKeyedStateBackend;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyedStateBackendParametersImpl;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.SnapshotResult;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.runtime.state.memory.MemCheckpointStreamFactory;
import org.apache.flink.runtime.state.ttl.TtlTimeProvider;
import org.apache.flink.streaming.runtime.tasks.mailbox.MailboxProcessor;

/** A slot with managed memory, and a task in it whose keyed backends have counting stores. */
final class SlotRig implements AutoCloseable {
  static final int SLOT_BYTES = 20 * CountingStores.PAGE_BYTES;

  final CountingStores stores = new CountingStores();
  final MemoryManager memory = MemoryManager.create(SLOT_BYTES, CountingStores.PAGE_BYTES);

  private final MockEnvironment environment =
      MockEnvironment.builder().setMemoryManager(memory).build();

  /** A rig outside of a streaming task: there is no mailbox. */
  SlotRig() {
    environment.setMainMailboxExecutor(null);
  }

  /** From now on the backends belong to a streaming task. */
  MailboxProcessor startTask() {
    MailboxProcessor mailbox = new MailboxProcessor(controller -> {});
    environment.setMainMailboxExecutor(mailbox.getMainMailboxExecutor());
    return mailbox;
  }

  AbstractKeyedStateBackend<String> create(double fraction, KeyedStateHandle... restored)
      throws IOException {
    return create(new StreambedStateBackend(() -> stores, false), fraction, restored);
  }

  AbstractKeyedStateBackend<String> create(
      StreambedStateBackend backend, double fraction, KeyedStateHandle... restored)
      throws IOException {
    return backend.createKeyedStateBackend(
        new KeyedStateBackendParametersImpl<>(
            environment,
            new JobID(),
            "totals_1",
            StringSerializer.INSTANCE,
            8,
            new KeyGroupRange(0, 7),
            environment.getTaskKvStateRegistry(),
            TtlTimeProvider.DEFAULT,
            new UnregisteredMetricsGroup(),
            (name, value) -> {},
            List.of(restored),
            new CloseableRegistry(),
            fraction));
  }

  /** A state with a value. */
  static ValueState<Long> total(AbstractKeyedStateBackend<String> backend) throws Exception {
    ValueState<Long> total =
        backend.getPartitionedState(
            VoidNamespace.INSTANCE,
            VoidNamespaceSerializer.INSTANCE,
            new ValueStateDescriptor<>("total", Types.LONG));
    backend.setCurrentKey("key");
    total.update(1L);
    return total;
  }

  static RunnableFuture<SnapshotResult<KeyedStateHandle>> snapshot(
      AbstractKeyedStateBackend<String> backend) throws Exception {
    return backend.snapshot(
        1,
        1,
        new MemCheckpointStreamFactory(1 << 20),
        CheckpointOptions.forCheckpointWithDefaultLocation());
  }

  /** Closes a backend as Flink does when it cancels a task. */
  static void closeInAnotherThread(AbstractKeyedStateBackend<String> backend)
      throws InterruptedException {
    startClosing(backend).join();
  }

  /** Begins to close a backend as Flink does when it cancels a task. */
  static Thread startClosing(AbstractKeyedStateBackend<String> backend) {
    Thread other =
        new Thread(
            () -> {
              try {
                backend.close();
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
    other.start();
    return other;
  }

  /** How much managed memory the backends have acquired of the slot. */
  long acquired() {
    return SLOT_BYTES - memory.availableMemory();
  }

  void assertFreed() {
    assertThat(stores.allFreed()).as("%s", stores).isTrue();
    assertThat(acquired()).isZero();
  }

  /** Waits for another thread to free what is left. */
  void awaitFreed() {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!(stores.allFreed() && acquired() == 0) && System.nanoTime() < deadline) {
      LockSupport.parkNanos(1_000_000);
    }
    assertFreed();
  }

  @Override
  public void close() {
    try {
      environment.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
