package io.streambed.checkpoint;

import static io.streambed.snapshot.SnapshotType.CHECKPOINT;
import static io.streambed.snapshot.SnapshotType.SAVEPOINT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.checkpoint.CheckpointCoordinator.History;
import io.streambed.checkpoint.CoordinatorAction.Discard;
import io.streambed.checkpoint.CoordinatorAction.FailJob;
import io.streambed.checkpoint.CoordinatorAction.FailTasks;
import io.streambed.checkpoint.CoordinatorAction.Finish;
import io.streambed.checkpoint.CoordinatorAction.FinishWithSavepoint;
import io.streambed.checkpoint.CoordinatorAction.NotifyAborted;
import io.streambed.checkpoint.CoordinatorAction.NotifyComplete;
import io.streambed.checkpoint.CoordinatorAction.Recover;
import io.streambed.checkpoint.CoordinatorAction.SavepointFailed;
import io.streambed.checkpoint.CoordinatorAction.SavepointTaken;
import io.streambed.checkpoint.CoordinatorAction.Store;
import io.streambed.checkpoint.CoordinatorAction.Trigger;
import io.streambed.checkpoint.CoordinatorAction.Unanswered;
import io.streambed.checkpoint.CoordinatorEvent.SavepointRequested;
import io.streambed.checkpoint.CoordinatorEvent.SourcesFinished;
import io.streambed.checkpoint.CoordinatorEvent.StopRequested;
import io.streambed.checkpoint.CoordinatorEvent.Stopped;
import io.streambed.checkpoint.CoordinatorEvent.StoreFailed;
import io.streambed.checkpoint.CoordinatorEvent.StoreUnsettled;
import io.streambed.checkpoint.CoordinatorEvent.Stored;
import io.streambed.checkpoint.CoordinatorEvent.TaskAcknowledged;
import io.streambed.checkpoint.CoordinatorEvent.TaskDeclined;
import io.streambed.checkpoint.CoordinatorEvent.TasksFailed;
import io.streambed.checkpoint.CoordinatorEvent.TasksRestarted;
import io.streambed.checkpoint.CoordinatorEvent.Tick;
import io.streambed.checkpoint.CoordinatorEvent.TriggerFailed;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CheckpointCoordinatorTest {
  private static final List<OperatorShape> JOB =
      List.of(new OperatorShape("totals", 2, 8), new OperatorShape("sink", 1, 4));
  private static final CoordinatorOptions OPTIONS = new CoordinatorOptions(100, 0, 1_000, 1, 1, 2);

  private CheckpointCoordinator coordinator = with(OPTIONS);

  private static CheckpointCoordinator with(CoordinatorOptions options) {
    return new CheckpointCoordinator(options, JOB, History.NONE, 0);
  }

  private List<CoordinatorAction> at(long millis, CoordinatorEvent event) {
    return coordinator.handle(event, millis);
  }

  private static TaskAcknowledged ack(long id, String operator, int subtask) {
    return new TaskAcknowledged(id, operator, subtask, SubtaskState.EMPTY);
  }

  /** All subtasks acknowledge; returns what the last one leads to. */
  private List<CoordinatorAction> acknowledgeAll(long millis, long id) {
    assertThat(at(millis, ack(id, "totals", 1))).isEmpty();
    assertThat(at(millis, ack(id, "sink", 0))).isEmpty();
    return at(millis, ack(id, "totals", 0));
  }

  private static Trigger trigger(long id, long millis) {
    return new Trigger(id, CHECKPOINT, millis, false);
  }

  private static List<OperatorSnapshot> operators() {
    return List.of(
        new OperatorSnapshot("totals", 2, 8, List.of(SubtaskState.EMPTY, SubtaskState.EMPTY)),
        new OperatorSnapshot("sink", 1, 4, List.of(SubtaskState.EMPTY)));
  }

  private static Store store(long id, long millis, Long... retain) {
    return new Store(id, CHECKPOINT, millis, operators(), Set.of(retain));
  }

  private void complete(long millis, long id) {
    acknowledgeAll(millis, id);
    assertThat(at(millis, new Stored(id))).contains(new NotifyComplete(id));
  }

  @Test
  void tick_beforeInterval_nothing() {
    assertThat(at(99, new Tick())).isEmpty();
  }

  @Test
  void tick_atInterval_triggersOnce() {
    assertThat(at(100, new Tick())).containsExactly(trigger(1, 100));
    assertThat(at(250, new Tick())).isEmpty();
  }

  @Test
  void tick_clockGoesBack_countsAsLatestSeen() {
    assertThat(at(100, new Tick())).containsExactly(trigger(1, 100));
    complete(150, 1);
    assertThat(at(0, new Tick())).isEmpty();
    assertThat(at(200, new Tick())).containsExactly(trigger(2, 200));
  }

  @Test
  void intervalZero_neverTriggersByItself() {
    coordinator = with(OPTIONS.withIntervalMillis(0));
    assertThat(at(1_000_000, new Tick())).isEmpty();
  }

  @Test
  void acknowledged_byAll_storesThenNotifies() {
    at(100, new Tick());
    assertThat(acknowledgeAll(110, 1)).containsExactly(store(1, 100));
    assertThat(at(120, new Stored(1))).containsExactly(new NotifyComplete(1));
  }

  @Test
  void acknowledged_twiceBySame_doesNotComplete() {
    at(100, new Tick());
    at(101, ack(1, "totals", 0));
    at(101, ack(1, "totals", 0));
    at(101, ack(1, "totals", 0));
    assertThat(at(102, ack(1, "sink", 0))).isEmpty();
    assertThat(at(102, ack(1, "totals", 1))).containsExactly(store(1, 100));
  }

  @Test
  void acknowledged_afterComplete_ignored() {
    at(100, new Tick());
    complete(110, 1);
    assertThat(at(120, ack(1, "totals", 0))).isEmpty();
    assertThat(at(120, new Stored(1))).isEmpty();
    assertThat(at(120, new StoreFailed(1, "late"))).isEmpty();
  }

  @Test
  void acknowledged_afterAbort_discardsAgain() {
    at(100, new Tick());
    at(110, new TaskDeclined(1, "sink", 0, "busy"));
    assertThat(at(120, ack(1, "totals", 0))).containsExactly(new Discard(1));
  }

  @Test
  void acknowledged_neverTriggered_ignored() {
    assertThat(at(1, ack(77, "totals", 0))).isEmpty();
  }

  @Test
  void acknowledged_unknownSubtask_isCallersBug() {
    assertThatThrownBy(() -> at(1, ack(1, "totals", 2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("subtask 2 of operator \"totals\"");
  }

  @Test
  void declined_abortsAndDiscards() {
    at(100, new Tick());
    List<CoordinatorAction> actions = at(110, new TaskDeclined(1, "totals", 1, "no space"));
    assertThat(actions)
        .containsExactly(
            new NotifyAborted(1, "subtask 1 of operator \"totals\" declined: no space"),
            new Discard(1));
  }

  @Test
  void triggerFailed_abortsAndCounts() {
    coordinator = with(OPTIONS.withTolerableFailures(0));
    at(100, new Tick());
    assertThat(at(110, new TriggerFailed(1, "no directory")))
        .startsWith(new NotifyAborted(1, "no directory"), new Discard(1))
        .last()
        .isInstanceOf(FailTasks.class);
    assertThat(at(120, new TriggerFailed(1, "again"))).isEmpty();
  }

  @Test
  void timeout_abortsAndNamesWhoIsMissing() {
    at(100, new Tick());
    at(101, ack(1, "totals", 0));
    List<CoordinatorAction> actions = at(1_100, new Tick());
    assertThat(actions)
        .startsWith(
            new NotifyAborted(
                1,
                "timed out after 1000 ms; no answer from subtask 1 of operator \"totals\" and 1"
                    + " more",
                List.of(new Unanswered("totals", 1), new Unanswered("sink", 0))),
            new Discard(1))
        .endsWith(trigger(2, 1_100));
  }

  @Test
  void timeout_whileStoring_waits() {
    at(100, new Tick());
    acknowledgeAll(110, 1);
    assertThat(at(5_000, new Tick())).isEmpty();
  }

  @Test
  void storeFailed_aborts() {
    at(100, new Tick());
    acknowledgeAll(110, 1);
    assertThat(at(120, new StoreFailed(1, "disk")))
        .containsExactly(new NotifyAborted(1, "disk"), new Discard(1));
  }

  @Test
  void failures_beyondTolerance_failTheTasksOnce() {
    String reason = failBeyondTolerance();
    assertThat(reason).contains("2 checkpoints failed in a row", "tolerableFailures is 1", "b");
    assertThat(at(10_000, new Tick())).isEmpty();
    assertThat(at(10_001, new TasksRestarted())).as("before they have failed").isEmpty();
    assertThat(at(20_000, new Tick())).isEmpty();
  }

  @Test
  void failures_beyondTolerance_afterTheRestartCountAnew() {
    failBeyondTolerance();
    assertThat(at(202, new TasksFailed("checkpoints")))
        .containsExactly(new Recover(OptionalLong.empty()));
    at(300, new TasksRestarted());
    assertThat(at(400, new Tick())).containsExactly(trigger(3, 400));
    assertThat(at(401, new TaskDeclined(3, "sink", 0, "c"))).noneMatch(FailTasks.class::isInstance);
  }

  /** Of a job that tolerates one failure; gives why its tasks are to fail. */
  private String failBeyondTolerance() {
    at(100, new Tick());
    at(101, new TaskDeclined(1, "sink", 0, "a"));
    at(200, new Tick());
    List<CoordinatorAction> actions = at(201, new TaskDeclined(2, "sink", 0, "b"));
    assertThat(actions).last().isInstanceOf(FailTasks.class);
    return ((FailTasks) actions.get(actions.size() - 1)).reason();
  }

  @Test
  void failures_interruptedBySuccess_countAnew() {
    at(100, new Tick());
    at(101, new TaskDeclined(1, "sink", 0, "a"));
    at(200, new Tick());
    complete(210, 2);
    at(300, new Tick());
    assertThat(at(301, new TaskDeclined(3, "sink", 0, "b"))).noneMatch(FailTasks.class::isInstance);
  }

  @Test
  void storeUnsettled_failsJobWithoutAbortOrDiscard() {
    at(100, new Tick());
    acknowledgeAll(110, 1);
    assertThat(at(120, new StoreUnsettled(1, "who knows")))
        .containsExactly(new FailJob("who knows"));
  }

  @Test
  void minPause_delaysNextTrigger() {
    coordinator = with(new CoordinatorOptions(100, 500, 1_000, 1, 1, 2));
    at(100, new Tick());
    complete(190, 1);
    assertThat(at(689, new Tick())).isEmpty();
    assertThat(at(690, new Tick())).containsExactly(trigger(2, 690));
  }

  @Test
  void retained_keepsLastN() {
    at(100, new Tick());
    complete(101, 1);
    at(200, new Tick());
    complete(201, 2);
    at(300, new Tick());
    assertThat(acknowledgeAll(301, 3)).containsExactly(store(3, 300, 2L));
  }

  @Test
  void history_idsGoOnAndOldOnesAreSubsumed() {
    coordinator = new CheckpointCoordinator(OPTIONS, JOB, new History(List.of(4L, 7L), 5), 0);
    assertThat(at(100, new Tick())).containsExactly(trigger(8, 100));
    assertThat(acknowledgeAll(110, 8)).containsExactly(store(8, 100, 7L));
  }

  @Test
  void history_restoredSavepointIsNewest_idsGoOnAfterIt() {
    coordinator = new CheckpointCoordinator(OPTIONS, JOB, new History(List.of(), 41), 0);
    assertThat(at(100, new Tick())).containsExactly(trigger(42, 100));
  }

  @Test
  void concurrent_newerCompletes_olderIsAbortedUncounted() {
    coordinator = with(new CoordinatorOptions(100, 0, 1_000, 2, 0, 1));
    at(100, new Tick());
    assertThat(at(200, new Tick())).containsExactly(trigger(2, 200));
    assertThat(at(300, new Tick())).isEmpty();
    acknowledgeAll(301, 2);
    assertThat(at(302, new Stored(2)))
        .containsExactly(
            new NotifyComplete(2),
            new NotifyAborted(1, "checkpoint 2 completed before it"),
            new Discard(1),
            trigger(3, 302));
  }

  @Test
  void concurrent_bothAcknowledged_storeOneAfterTheOther() {
    coordinator = with(new CoordinatorOptions(100, 0, 1_000, 2, 0, 1));
    at(100, new Tick());
    at(200, new Tick());
    assertThat(acknowledgeAll(201, 1)).containsExactly(store(1, 100));
    assertThat(acknowledgeAll(202, 2)).isEmpty();
    assertThat(at(203, new Stored(1))).containsExactly(new NotifyComplete(1), store(2, 200));
  }

  @Test
  void savepoint_neitherSubsumesNorNotifies() {
    at(100, new Tick());
    complete(101, 1);
    assertThat(at(150, new SavepointRequested(9)))
        .containsExactly(new Trigger(2, SAVEPOINT, 150, false));
    assertThat(acknowledgeAll(151, 2))
        .containsExactly(new Store(2, SAVEPOINT, 150, operators(), Set.of(1L)));
    assertThat(at(152, new Stored(2))).containsExactly(new SavepointTaken(9, 2));
    at(200, new Tick());
    assertThat(acknowledgeAll(201, 3)).containsExactly(store(3, 200, 1L));
  }

  @Test
  void savepoint_whileCheckpointRuns_waitsForItsTurn() {
    at(100, new Tick());
    assertThat(at(110, new SavepointRequested(9))).isEmpty();
    acknowledgeAll(120, 1);
    assertThat(at(130, new Stored(1)))
        .containsExactly(new NotifyComplete(1), new Trigger(2, SAVEPOINT, 130, false));
  }

  @Test
  void savepoint_declined_answersRequestAndIsNotCounted() {
    coordinator = with(OPTIONS.withTolerableFailures(0));
    at(10, new SavepointRequested(9));
    String reason = "subtask 0 of operator \"sink\" declined: no";
    assertThat(at(11, new TaskDeclined(1, "sink", 0, "no")))
        .containsExactly(
            new NotifyAborted(1, reason), new Discard(1), new SavepointFailed(9, reason));
  }

  @Test
  void tasksFailed_abortsAndRecoversFromLastCompleted() {
    at(100, new Tick());
    complete(101, 1);
    at(200, new Tick());
    assertThat(at(201, new TasksFailed("oops")))
        .containsExactly(
            new NotifyAborted(2, "the tasks failed: oops"),
            new Discard(2),
            new Recover(OptionalLong.of(1)));
    assertThat(at(900, new Tick())).isEmpty();
    assertThat(at(1_000, new TasksRestarted())).isEmpty();
    assertThat(at(1_100, new Tick())).containsExactly(trigger(3, 1_100));
  }

  @Test
  void tasksFailed_nothingCompletedSinceStart_recoversWhereJobStarted() {
    coordinator = new CheckpointCoordinator(OPTIONS, JOB, new History(List.of(7L), 3), 0);
    assertThat(at(1, new TasksFailed("oops"))).containsExactly(new Recover(OptionalLong.empty()));
  }

  @Test
  void tasksFailed_whileStoring_recoversAfterIt() {
    at(100, new Tick());
    acknowledgeAll(101, 1);
    assertThat(at(102, new TasksFailed("oops"))).isEmpty();
    assertThat(at(103, new Stored(1)))
        .containsExactly(new NotifyComplete(1), new Recover(OptionalLong.of(1)));
  }

  @Test
  void tasksFailed_queuedSavepointIsRefused() {
    at(100, new Tick());
    at(101, new SavepointRequested(9));
    assertThat(at(102, new TasksFailed("oops")))
        .contains(new SavepointFailed(9, "the tasks failed: oops"));
    assertThat(at(103, new SavepointRequested(10)))
        .containsExactly(
            new SavepointFailed(10, "the job is being restarted: ask again once it runs"));
  }

  @Test
  void sourcesFinished_lastCheckpointEndsTheJob() {
    assertThat(at(10, new SourcesFinished())).containsExactly(new Trigger(1, CHECKPOINT, 10, true));
    assertThat(at(11, new SavepointRequested(9)))
        .containsExactly(new SavepointFailed(9, "the job is ending: wait until it has ended"));
    acknowledgeAll(12, 1);
    assertThat(at(13, new Stored(1))).containsExactly(new NotifyComplete(1), new Finish(1));
    assertThat(at(10_000, new Tick())).isEmpty();
  }

  @Test
  void sourcesFinished_lastCheckpointFails_isTakenAgainAfterAPause() {
    at(10, new SourcesFinished());
    assertThat(at(11, new TaskDeclined(1, "sink", 0, "x"))).endsWith(new Discard(1));
    long again = 11 + CheckpointCoordinator.LAST_RETRY_PAUSE_MILLIS;
    assertThat(at(again - 1, new Tick())).isEmpty();
    assertThat(at(again, new Tick())).containsExactly(new Trigger(2, CHECKPOINT, again, true));
  }

  @Test
  void sourcesFinished_tasksFailWhileLastIsStored_recoverInsteadOfFinish() {
    at(10, new SourcesFinished());
    acknowledgeAll(12, 1);
    at(13, new TasksFailed("oops"));
    assertThat(at(14, new Stored(1)))
        .containsExactly(new NotifyComplete(1), new Recover(OptionalLong.of(1)));
    at(15, new TasksRestarted());
    assertThat(at(16, new SourcesFinished())).containsExactly(new Trigger(2, CHECKPOINT, 16, true));
  }

  @Test
  void stopRequested_savepointEndsTheJob() {
    at(100, new Tick());
    assertThat(at(110, new StopRequested(9, false))).isEmpty();
    acknowledgeAll(120, 1);
    assertThat(at(130, new Stored(1)))
        .containsExactly(new NotifyComplete(1), new Trigger(2, SAVEPOINT, 130, true));
    assertThat(at(230, new Tick())).as("nothing follows").isEmpty();
    assertThat(at(231, new SavepointRequested(10)))
        .containsExactly(new SavepointFailed(10, "the job is ending: wait until it has ended"));
    acknowledgeAll(240, 2);
    assertThat(at(250, new Stored(2))).containsExactly(new FinishWithSavepoint(9, 2));
    assertThat(at(10_000, new Tick())).isEmpty();
  }

  @Test
  void stopRequested_savepointFails_theJobGoesOn() {
    assertThat(at(10, new StopRequested(9, false)))
        .containsExactly(new Trigger(1, SAVEPOINT, 10, true));
    String reason = "subtask 0 of operator \"sink\" declined: no";
    assertThat(at(11, new TaskDeclined(1, "sink", 0, "no")))
        .containsExactly(
            new NotifyAborted(1, reason), new Discard(1), new SavepointFailed(9, reason));
    assertThat(at(100, new Tick())).containsExactly(trigger(2, 100));
  }

  @Test
  void stopRequested_drainedSavepointFails_theTasksStartAgain() {
    assertThat(at(10, new StopRequested(9, true)))
        .containsExactly(new Trigger(1, SAVEPOINT, 10, true, true));
    assertThat(at(11, new TaskDeclined(1, "sink", 0, "no")))
        .hasSize(4)
        .last()
        .isInstanceOf(FailTasks.class);
  }

  @Test
  void stopRequested_drainedSavepointCannotBegin_theJobGoesOn() {
    at(10, new StopRequested(9, true));
    assertThat(at(11, new TriggerFailed(1, "disk full")))
        .containsExactly(
            new NotifyAborted(1, "disk full"), new Discard(1), new SavepointFailed(9, "disk full"));
  }

  @Test
  void stopRequested_tasksFailWhileItIsStored_failsTheJobWithTheWayOut() {
    at(10, new StopRequested(9, false));
    acknowledgeAll(12, 1);
    assertThat(at(13, new TasksFailed("oops"))).isEmpty();
    List<CoordinatorAction> actions = at(14, new Stored(1));
    assertThat(actions).hasSize(2).startsWith(new SavepointTaken(9, 1));
    assertThat(((CoordinatorAction.FailJob) actions.get(1)).reason())
        .contains("Start the job from the savepoint");
  }

  @Test
  void stopped_abortsAndStaysSilent() {
    at(100, new Tick());
    assertThat(at(110, new Stopped("cancelled")))
        .containsExactly(new NotifyAborted(1, "cancelled"), new Discard(1));
    assertThat(at(10_000, new Tick())).isEmpty();
  }
}
