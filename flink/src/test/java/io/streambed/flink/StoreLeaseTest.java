package io.streambed.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RunnableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.runtime.state.AbstractKeyedStateBackend;
import org.apache.flink.runtime.state.FullSnapshotResources;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.SnapshotResult;
import org.apache.flink.streaming.runtime.tasks.mailbox.MailboxProcessor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A store is freed when the task and all snapshots have ended, whatever Flink calls. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class StoreLeaseTest {
  private final SlotRig rig = new SlotRig();

  @AfterEach
  void closeRig() {
    rig.close();
  }

  @Test
  void dispose_stateInUse_isRefusedFromThenOn() throws Exception {
    AbstractKeyedStateBackend<String> backend = rig.create(0.5);
    ValueState<Long> total = SlotRig.total(backend);
    backend.dispose();
    assertThatThrownBy(total::value).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> SlotRig.snapshot(backend)).isInstanceOf(IllegalStateException.class);
    assertThat(rig.acquired()).isZero();
  }

  @Test
  void dispose_snapshotNotWrittenYet_memoryStaysUntilItIsCancelled() throws Exception {
    AbstractKeyedStateBackend<String> backend = rig.create(0.5);
    SlotRig.total(backend);
    List<Long> afterDispose = new ArrayList<>();
    rig.stores.beforeRead =
        method -> {
          if (method.equals("schema")) {
            backend.dispose();
            afterDispose.add(rig.stores.openStores.longValue());
            afterDispose.add(rig.acquired());
          }
        };
    RunnableFuture<SnapshotResult<KeyedStateHandle>> snapshot = SlotRig.snapshot(backend);
    snapshot.run();
    assertThat(snapshot.isCancelled()).isTrue();
    assertThat(afterDispose).containsExactly(0L, SlotRig.SLOT_BYTES / 2L);
    rig.assertFreed();
  }

  @Test
  void dispose_savepointNotWrittenYet_memoryStaysUntilItIsReleased() throws Exception {
    AbstractKeyedStateBackend<String> backend = rig.create(0.5);
    SlotRig.total(backend);
    FullSnapshotResources<String> savepoint = backend.savepoint().getSnapshotResources();
    backend.dispose();
    assertThat(rig.acquired()).isEqualTo(SlotRig.SLOT_BYTES / 2);
    savepoint.release();
    savepoint.release();
    rig.assertFreed();
  }

  @Test
  void snapshot_cancelledWhileItFreezes_isReleased() throws Exception {
    AbstractKeyedStateBackend<String> backend = rig.create(0.5);
    SlotRig.total(backend);
    rig.stores.beforeCall =
        method -> {
          if (method.equals("freeze")) {
            SlotRig.closeInAnotherThread(backend);
          }
        };
    assertThatThrownBy(() -> SlotRig.snapshot(backend)).isInstanceOf(IOException.class);
    assertThat(rig.stores.openViews).hasValue(0);
    backend.dispose();
    rig.assertFreed();
  }

  @Test
  void close_taskStillRuns_freesWhenTheMailboxIsClosed() throws Exception {
    MailboxProcessor mailbox = rig.startTask();
    AbstractKeyedStateBackend<String> backend = rig.create(0.5);
    ValueState<Long> total = SlotRig.total(backend);
    SlotRig.closeInAnotherThread(backend);
    assertThat(total.value()).isOne();
    mailbox.close();
    assertThatThrownBy(total::value).isInstanceOf(IllegalStateException.class);
    rig.assertFreed();
  }

  @Test
  void close_mailboxTakesNoMail_freesAtOnce() throws Exception {
    MailboxProcessor mailbox = rig.startTask();
    AbstractKeyedStateBackend<String> backend = rig.create(0.5);
    mailbox.drain();
    mailbox.prepareClose();
    backend.close();
    rig.assertFreed();
  }

  /** The task's thread closes operators and mailbox while another one cancels the task. */
  @ParameterizedTest(name = "the mailbox is closed: {0}")
  @ValueSource(booleans = {false, true})
  void close_fromAnotherThreadWhenTheMailboxTakesNoMail_freesWhenTheTasksThreadEnds(boolean closed)
      throws Exception {
    FutureTask<Long> task =
        new FutureTask<>(
            () -> {
              MailboxProcessor mailbox = rig.startTask();
              AbstractKeyedStateBackend<String> backend = rig.create(0.5);
              ValueState<Long> total = SlotRig.total(backend);
              mailbox.drain();
              mailbox.prepareClose();
              if (closed) {
                mailbox.close();
              }
              SlotRig.closeInAnotherThread(backend);
              return total.value();
            });
    new Thread(task).start();
    assertThat(task.get()).isOne();
    rig.awaitFreed();
  }

  @Test
  void close_mailboxIsClosedWhileSnapshotsAreCancelled_freesWithTheMailbox() throws Exception {
    MailboxProcessor mailbox = rig.startTask();
    AbstractKeyedStateBackend<String> backend = rig.create(0.5);
    SlotRig.total(backend);
    mailbox.drain();
    SlotRig.snapshot(backend);
    CountDownLatch cancels = new CountDownLatch(1);
    CountDownLatch mailboxClosed = new CountDownLatch(1);
    rig.stores.beforeRead =
        method -> {
          cancels.countDown();
          mailboxClosed.await();
        };
    Thread canceller = SlotRig.startClosing(backend);
    cancels.await();
    mailbox.close();
    mailboxClosed.countDown();
    canceller.join();
    rig.assertFreed();
  }

  @Test
  void restore_taskEndsBeforeItsFirstMail_isFreed() throws Exception {
    MailboxProcessor mailbox = rig.startTask();
    rig.create(0.5);
    mailbox.close();
    rig.assertFreed();
  }

  @Test
  void restore_taskReadsItsMails_leavesTheStateToTheTask() throws Exception {
    MailboxProcessor mailbox = rig.startTask();
    AbstractKeyedStateBackend<String> backend = rig.create(0.5);
    mailbox.drain();
    mailbox.close();
    assertThat(SlotRig.total(backend).value()).isOne();
    backend.dispose();
  }

  @Test
  void close_onItsThreadOutsideOfATask_frees() throws Exception {
    AbstractKeyedStateBackend<String> backend = rig.create(0.5);
    backend.close();
    rig.assertFreed();
  }
}
