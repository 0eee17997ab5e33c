package io.streambed.checkpoint;

import io.streambed.checkpoint.CoordinatorAction.Unanswered;
import io.streambed.snapshot.SnapshotType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A checkpoint that was triggered and has not ended: who has acknowledged, and what. */
final class PendingCheckpoint {
  /** How far it is. */
  enum Phase {
    /** For acknowledgements. */
    WAITING,
    /** All are there. */
    READY,
    /** A store is under way, which nothing takes back. */
    STORING
  }

  final CoordinatorAction.Trigger trigger;
  final long requestId;
  Phase phase = Phase.WAITING;

  /** Whether sources may have got its barrier. */
  boolean begun = true;

  private final Collection<OperatorShape> job;
  private final Map<String, SubtaskState[]> states = new LinkedHashMap<>();
  private int missing;

  PendingCheckpoint(
      CoordinatorAction.Trigger trigger, long requestId, Collection<OperatorShape> job) {
    this.trigger = trigger;
    this.requestId = requestId;
    this.job = job;
    for (OperatorShape operator : job) {
      states.put(operator.operatorId(), new SubtaskState[operator.parallelism()]);
      missing += operator.parallelism();
    }
  }

  long id() {
    return trigger.checkpointId();
  }

  boolean isSavepoint() {
    return trigger.type() == SnapshotType.SAVEPOINT;
  }

  /** Takes a subtask's first answer; a repeated one changes nothing. */
  void acknowledge(String operatorId, int subtask, SubtaskState state) {
    SubtaskState[] operator = states.get(operatorId);
    if (phase == Phase.WAITING && operator[subtask] == null) {
      operator[subtask] = state;
      missing--;
      if (missing == 0) {
        phase = Phase.READY;
      }
    }
  }

  /** The subtasks that have not answered, in the order of the job. */
  List<Unanswered> unanswered() {
    List<Unanswered> unanswered = new ArrayList<>();
    for (OperatorShape operator : job) {
      SubtaskState[] answers = states.get(operator.operatorId());
      for (int i = 0; i < answers.length; i++) {
        if (answers[i] == null) {
          unanswered.add(new Unanswered(operator.operatorId(), i));
        }
      }
    }
    return unanswered;
  }

  List<OperatorSnapshot> operators() {
    List<OperatorSnapshot> snapshots = new ArrayList<>();
    for (OperatorShape operator : job) {
      snapshots.add(
          new OperatorSnapshot(
              operator.operatorId(),
              operator.parallelism(),
              operator.maxParallelism(),
              List.of(states.get(operator.operatorId()))));
    }
    return snapshots;
  }
}
