package io.streambed.runtime;

import io.streambed.backend.KeyedBackendOptions;
import io.streambed.backend.KeyedBackendOptions.Restored;
import io.streambed.backend.OperatorBackendOptions;
import io.streambed.checkpoint.OpenedCheckpoint;
import io.streambed.checkpoint.OperatorSnapshot;
import io.streambed.checkpoint.RescalePlanner;
import io.streambed.checkpoint.SubtaskAssignment;
import io.streambed.job.Job;
import io.streambed.job.JobOperator;
import io.streambed.key.KeyGroups;
import io.streambed.serial.Serializer;
import io.streambed.snapshot.OperatorStateSlice;
import io.streambed.snapshot.RestoreProgress;
import io.streambed.snapshot.SnapshotInputs;
import io.streambed.state.StateDescriptor;
import io.streambed.store.StoreServices;
import io.streambed.store.TaskInfo;
import io.streambed.time.StateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * What one subtask begins with.
 *
 * @param task whose state it is
 * @param maxParallelism number of key groups
 * @param assignment what it reads
 * @param inputs where that is; null if the operator was not in a checkpoint
 * @param checkpointId the checkpoint restored, or 0
 */
record RestoredState(
    TaskInfo task,
    int maxParallelism,
    SubtaskAssignment assignment,
    SnapshotInputs inputs,
    long checkpointId) {

  /**
   * What each subtask of an operator begins with.
   *
   * @param job the job
   * @param operator one of its operators, with the number of subtasks that begin
   * @param from the checkpoint to start from, or null
   * @param snapshot what that holds of the operator, or null
   */
  static List<RestoredState> of(
      Job job, JobOperator operator, OpenedCheckpoint from, OperatorSnapshot snapshot) {
    int maxParallelism = job.maxParallelism();
    int parallelism = operator.parallelism();
    List<SubtaskAssignment> plan = new ArrayList<>();
    if (snapshot != null) {
      plan.addAll(RescalePlanner.plan(snapshot, parallelism, maxParallelism));
    } else {
      for (int subtask = 0; subtask < parallelism; subtask++) {
        plan.add(
            new SubtaskAssignment(
                subtask,
                KeyGroups.rangeOf(maxParallelism, parallelism, subtask),
                List.of(),
                List.of()));
      }
    }
    List<RestoredState> states = new ArrayList<>();
    for (SubtaskAssignment assignment : plan) {
      TaskInfo task = new TaskInfo(job.name(), operator.id(), assignment.subtask());
      states.add(
          new RestoredState(
              task,
              maxParallelism,
              assignment,
              snapshot == null ? null : from.inputs(),
              from == null ? 0 : from.metadata().checkpointId()));
    }
    return states;
  }

  int subtask() {
    return task.subtask();
  }

  /** Whether the operator was in the checkpoint, be it with nothing for this subtask. */
  boolean isRestored() {
    return inputs != null;
  }

  OperatorBackendOptions operatorOptions(int parallelism) {
    return operatorOptions(parallelism, slice -> true);
  }

  /** With those states only that are to be on the heap. */
  OperatorBackendOptions operatorOptions(int parallelism, Predicate<OperatorStateSlice> loaded) {
    List<OperatorStateSlice> slices = assignment.operator().stream().filter(loaded).toList();
    return new OperatorBackendOptions(subtask(), parallelism, slices, inputs);
  }

  <K> KeyedBackendOptions<K> keyedOptions(
      Serializer<K> keys,
      List<StateDescriptor> declared,
      RestoreProgress progress,
      StateTime time,
      TaskServices services) {
    return new KeyedBackendOptions<>(
        task,
        keys,
        maxParallelism,
        assignment.range(),
        declared,
        assignment.keyed().isEmpty()
            ? Restored.NOTHING
            : new Restored(assignment.keyed(), inputs, progress),
        time,
        new StoreServices(
            services.background(),
            services.metersOf(task.operatorId(), subtask()),
            services.tracking()));
  }
}
