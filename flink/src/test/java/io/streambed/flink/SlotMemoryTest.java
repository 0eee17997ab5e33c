package io.streambed.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.error.MemoryBudgetException;
import java.util.concurrent.RunnableFuture;
import org.apache.flink.runtime.state.AbstractKeyedStateBackend;
import org.apache.flink.runtime.state.BackendBuildingException;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.SnapshotResult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A slot's managed memory is acquired from Flink and given back. */
class SlotMemoryTest {
  private final SlotRig rig = new SlotRig();

  @AfterEach
  void closeRig() {
    rig.close();
  }

  @Test
  void useManagedMemory_isWhatTheStoreWants() {
    assertThat(new StreambedStateBackend(() -> rig.stores, false).useManagedMemory()).isTrue();
  }

  @Test
  void create_heapStore_acquiresNothing() throws Exception {
    AbstractKeyedStateBackend<String> backend = rig.create(new StreambedStateBackend(), 0.5);
    assertThat(rig.acquired()).isZero();
    backend.dispose();
  }

  @Test
  void create_twoBackendsOfASlot_shareOneBudgetUntilTheLastIsDisposed() throws Exception {
    AbstractKeyedStateBackend<String> one = rig.create(0.5);
    Object budget = rig.stores.memory;
    AbstractKeyedStateBackend<String> other = rig.create(0.5);

    assertThat(rig.stores.memory).isSameAs(budget);
    assertThat(rig.stores.memory.totalBytes()).isEqualTo(SlotRig.SLOT_BYTES / 2);
    assertThat(rig.acquired()).isEqualTo(SlotRig.SLOT_BYTES / 2);
    one.dispose();
    assertThat(rig.acquired()).isEqualTo(SlotRig.SLOT_BYTES / 2);
    other.dispose();
    rig.assertFreed();
  }

  @Test
  void create_budgetTooSmall_namesFlinksOptionsAndGivesTheMemoryBack() {
    assertThatThrownBy(() -> rig.create(0.01))
        .isInstanceOf(BackendBuildingException.class)
        .hasMessageContaining("totals_1")
        .hasMessageContaining("needs " + CountingStores.PAGE_BYTES + " bytes")
        .hasMessageContaining("taskmanager.memory.managed.size")
        .hasCauseInstanceOf(MemoryBudgetException.class);
    assertThat(rig.acquired()).isZero();
  }

  @Test
  void create_othersReservedTheMemory_namesFlinksOptions() throws Exception {
    rig.memory.reserveMemory(this, SlotRig.SLOT_BYTES);
    assertThatThrownBy(() -> rig.create(0.5))
        .isInstanceOf(BackendBuildingException.class)
        .hasMessageContaining("only 0 bytes are remaining")
        .hasMessageContaining("taskmanager.memory.managed.size")
        .hasMessageNotContaining("..")
        .hasCauseInstanceOf(MemoryBudgetException.class);
    rig.memory.releaseAllMemory(this);
  }

  @Test
  void create_threadIsInterrupted_isNotTakenForTooLittleMemory() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> rig.create(0.5))
        .isInstanceOf(BackendBuildingException.class)
        .hasMessageContaining("interrupted")
        .hasMessageNotContaining("taskmanager.memory.managed.size")
        .hasCauseInstanceOf(IllegalStateException.class);
    assertThat(Thread.interrupted()).as("the thread is still interrupted").isTrue();
    assertThat(rig.acquired()).isZero();
  }

  @Test
  void create_fractionIsZero_namesTheWeights() {
    assertThatThrownBy(() -> rig.create(0))
        .hasMessageContaining("taskmanager.memory.managed.consumer-weights");
  }

  @Test
  void create_restoreFails_freesStoreAndMemory() throws Exception {
    AbstractKeyedStateBackend<String> written = rig.create(0.5);
    SlotRig.total(written);
    RunnableFuture<SnapshotResult<KeyedStateHandle>> snapshot = SlotRig.snapshot(written);
    snapshot.run();
    KeyedStateHandle handle = snapshot.get().getJobManagerOwnedSnapshot();
    written.dispose();
    rig.stores.beforeCall =
        method -> {
          if (method.equals("load")) {
            throw new IllegalStateException("failure on purpose");
          }
        };

    assertThatThrownBy(() -> rig.create(0.5, handle)).isInstanceOf(BackendBuildingException.class);

    assertThat(rig.stores.created).hasValue(2);
    rig.assertFreed();
  }
}
