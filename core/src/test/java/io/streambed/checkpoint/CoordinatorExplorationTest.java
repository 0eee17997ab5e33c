package io.streambed.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

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
import io.streambed.snapshot.SnapshotType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Random orders of events; what is said about each checkpoint must make sense as a whole. */
class CoordinatorExplorationTest {
  private static final int RUNS = 1_000;
  private static final int STEPS = 150;
  private static final List<OperatorShape> JOB =
      List.of(new OperatorShape("a", 2, 8), new OperatorShape("b", 1, 8));

  @Test
  void anyOrderOfEvents_keepsInvariants() {
    Set<Class<?>> seen = new HashSet<>();
    for (int seed = 0; seed < RUNS; seed++) {
      Run run = new Run(seed);
      try {
        run.play();
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed + ": " + String.join("\n", run.story), e);
      }
      seen.addAll(run.actionTypes);
    }
    assertThat(seen).hasSize(CoordinatorAction.class.getPermittedSubclasses().length);
  }

  private static final class Run {
    private boolean drainFailed;
    private final Random random;
    private final CoordinatorOptions options;
    private final CheckpointCoordinator coordinator;
    private final List<String> story = new ArrayList<>();
    private final Set<Class<?>> actionTypes = new HashSet<>();
    private final Map<Long, Trigger> triggered = new HashMap<>();
    private final Map<Long, String> ends = new HashMap<>();
    private final Map<Long, Set<String>> acknowledged = new HashMap<>();
    private final Set<Long> requested = new HashSet<>();
    private final Set<Long> answered = new HashSet<>();
    private List<Long> kept = new ArrayList<>();
    private Store storing;
    private int failuresInARow;
    private int jobFailures;
    private boolean over;
    private boolean recoverDue;
    private boolean toldToFail;
    private boolean tasksRun = true;
    private long lastId;
    private long now;

    Run(int seed) {
      random = new Random(seed);
      options =
          new CoordinatorOptions(
              20,
              random.nextInt(3) * 10L,
              60,
              1 + random.nextInt(3),
              random.nextInt(4),
              1 + random.nextInt(3));
      lastId = random.nextInt(5);
      coordinator = new CheckpointCoordinator(options, JOB, new History(List.of(), lastId), 0);
    }

    void play() {
      for (int step = 0; step < STEPS; step++) {
        now += random.nextInt(12);
        feed(nextEvent());
      }
      while (storing != null) {
        feed(new Stored(storing.checkpointId()));
      }
      feed(new Stopped("end of test"));
      assertThat(ends.keySet()).isEqualTo(triggered.keySet());
      assertThat(answered).isEqualTo(requested);
      assertThat(recoverDue && !over).isFalse();
    }

    private CoordinatorEvent nextEvent() {
      long id = Math.max(1, lastId - random.nextInt(4));
      OperatorShape operator = JOB.get(random.nextInt(JOB.size()));
      int subtask = random.nextInt(operator.parallelism());
      switch (random.nextInt(40)) {
        case 0:
          long request = requested.size() + 1;
          requested.add(request);
          return random.nextInt(8) == 0
              ? new StopRequested(request, random.nextBoolean())
              : new SavepointRequested(request);
        case 1:
          return new TaskDeclined(id, operator.operatorId(), subtask, "declined");
        case 2:
          recoverDue = !over;
          toldToFail = false;
          tasksRun = false;
          return new TasksFailed("failed");
        case 3, 4:
          return new TasksRestarted();
        case 5:
          return random.nextInt(4) == 0 ? new SourcesFinished() : new Tick();
        case 6:
          return new StoreFailed(id, "store failed");
        case 7:
          return random.nextInt(8) == 0
              ? new StoreUnsettled(id, "unsettled")
              : new TriggerFailed(id, "trigger failed");
        case 8, 9, 10, 11:
          return new Stored(id);
        case 12, 13, 14, 15, 16:
          return new Tick();
        default:
          return new TaskAcknowledged(id, operator.operatorId(), subtask, SubtaskState.EMPTY);
      }
    }

    private void feed(CoordinatorEvent event) {
      story.add(now + " " + event);
      before(event);
      for (CoordinatorAction action : coordinator.handle(event, now)) {
        story.add("    -> " + action);
        actionTypes.add(action.getClass());
        check(action);
      }
    }

    /** What an event alone settles. */
    private void before(CoordinatorEvent event) {
      if (event instanceof TaskAcknowledged ack && triggered.containsKey(ack.checkpointId())) {
        acknowledged.get(ack.checkpointId()).add(ack.operatorId() + ack.subtask());
      } else if (event instanceof Stored stored && isStoring(stored.checkpointId())) {
        kept = new ArrayList<>(kept);
        if (storing.type() == SnapshotType.CHECKPOINT) {
          kept.retainAll(storing.retain());
          kept.add(storing.checkpointId());
          assertThat(kept).hasSizeLessThanOrEqualTo(options.retained());
        }
        storing = null;
      } else if (event instanceof StoreFailed failed && isStoring(failed.checkpointId())) {
        storing = null;
      } else if (event instanceof StoreUnsettled left && isStoring(left.checkpointId())) {
        storing = null;
        end(left.checkpointId(), "unsettled");
      } else if (event instanceof TasksRestarted && !tasksRun && !recoverDue && !toldToFail) {
        tasksRun = true;
        failuresInARow = 0;
      }
    }

    private boolean isStoring(long id) {
      return storing != null && storing.checkpointId() == id;
    }

    private void end(long id, String how) {
      assertThat(triggered).containsKey(id);
      assertThat(storing == null || storing.checkpointId() != id).isTrue();
      assertThat(ends.put(id, how)).isNull();
    }

    private void check(CoordinatorAction action) {
      if (action instanceof Trigger trigger) {
        checkTrigger(trigger);
      } else if (action instanceof Store store) {
        checkStore(store);
      } else if (action instanceof NotifyComplete complete) {
        end(complete.checkpointId(), "complete");
        failuresInARow = 0;
      } else if (action instanceof SavepointTaken taken) {
        end(taken.checkpointId(), "complete");
        assertThat(answered.add(taken.requestId())).isTrue();
      } else if (action instanceof FinishWithSavepoint finish) {
        end(finish.checkpointId(), "complete");
        assertThat(answered.add(finish.requestId())).isTrue();
        assertThat(triggered.get(finish.checkpointId()).stops()).isTrue();
        assertThat(tasksRun).isTrue();
        over = true;
      } else if (action instanceof SavepointFailed failed) {
        assertThat(requested).contains(failed.requestId());
        assertThat(answered.add(failed.requestId())).isTrue();
      } else if (action instanceof NotifyAborted aborted) {
        end(aborted.checkpointId(), "aborted");
        drainFailed |= triggered.get(aborted.checkpointId()).drain();
        countFailure(aborted);
      } else if (action instanceof Discard discard) {
        assertThat(ends.get(discard.checkpointId())).isEqualTo("aborted");
      } else if (action instanceof Recover recover) {
        assertThat(storing).isNull();
        assertThat(over).isFalse();
        recoverDue = false;
        long last = kept.isEmpty() ? -1 : kept.get(kept.size() - 1);
        assertThat(recover.checkpointId().orElse(-1)).isEqualTo(last);
      } else if (action instanceof Finish finish) {
        assertThat(triggered.get(finish.checkpointId()).last()).isTrue();
        over = true;
      } else if (action instanceof FailTasks) {
        assertThat(over).isFalse();
        assertThat(failuresInARow > options.tolerableFailures() || drainFailed).isTrue();
        drainFailed = false;
        toldToFail = true;
        tasksRun = false;
      } else if (action instanceof FailJob) {
        assertThat(++jobFailures).isEqualTo(1);
        over = true;
      }
    }

    private void checkTrigger(Trigger trigger) {
      assertThat(over || toldToFail).isFalse();
      assertThat(trigger.checkpointId()).isEqualTo(++lastId);
      triggered.put(trigger.checkpointId(), trigger);
      acknowledged.put(trigger.checkpointId(), new HashSet<>());
      assertThat(triggered.size() - ends.size()).isLessThanOrEqualTo(options.maxConcurrent());
      assertThat(failuresInARow).isLessThanOrEqualTo(options.tolerableFailures());
    }

    private void checkStore(Store store) {
      assertThat(storing).isNull();
      assertThat(ends).doesNotContainKey(store.checkpointId());
      assertThat(acknowledged.get(store.checkpointId()))
          .containsExactlyInAnyOrder("a0", "a1", "b0");
      assertThat(kept).containsAll(store.retain());
      assertThat(
              kept.stream().allMatch(id -> id < store.checkpointId())
                  || store.type() == SnapshotType.SAVEPOINT)
          .isTrue();
      storing = store;
    }

    private void countFailure(NotifyAborted aborted) {
      boolean counts =
          aborted.reason().contains("declined")
              || aborted.reason().contains("timed out")
              || aborted.reason().equals("trigger failed")
              || aborted.reason().equals("store failed");
      if (counts
          && !over
          && triggered.get(aborted.checkpointId()).type() == SnapshotType.CHECKPOINT) {
        failuresInARow++;
      }
    }
  }
}
