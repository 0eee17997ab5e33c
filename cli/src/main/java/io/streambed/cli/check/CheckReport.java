package io.streambed.cli.check;

import io.streambed.checkpoint.CheckpointMetadata;
import io.streambed.checkpoint.OpenedCheckpoint;
import io.streambed.checkpoint.SubtaskState;
import io.streambed.job.Job;
import io.streambed.migration.Incompatibility;
import io.streambed.migration.OperatorCompatibility;
import io.streambed.migration.StateCompatibility;
import io.streambed.runtime.JobCompatibility;
import io.streambed.snapshot.KeyedStateHandle;
import java.util.List;
import java.util.Locale;

/**
 * Whether a job can be restored from a checkpoint, as it is printed.
 *
 * @param path where the checkpoint is
 * @param checkpointId its id
 * @param type checkpoint or savepoint
 * @param job the name of the job that wrote it
 * @param declaredJob the name of the job that was declared
 * @param compatible whether it can be restored
 * @param storesNeeded the stores whose own files it refers to, which alone restore it
 * @param operators the job's operators, then those that were removed
 * @param problems all that does not fit, each with the way out
 * @param threadsLeft the names of threads that the job's code left running
 */
record CheckReport(
    String path,
    long checkpointId,
    String type,
    String job,
    String declaredJob,
    boolean compatible,
    List<String> storesNeeded,
    List<Operator> operators,
    List<String> problems,
    List<String> threadsLeft) {

  /**
   * One operator.
   *
   * @param id its id
   * @param presence kept, new or removed
   * @param states what becomes of its states
   */
  record Operator(String id, String presence, List<State> states) {}

  /**
   * One state.
   *
   * @param name its name
   * @param formerName its name in the checkpoint, if that is another one
   * @param kind its kind
   * @param verdict what becomes of it
   * @param written the types of what was written; null of a new one
   * @param declared the declared types; null of one that the job does not declare
   * @param problem why it cannot be restored, or null
   */
  record State(
      String name,
      String formerName,
      String kind,
      String verdict,
      String written,
      String declared,
      String problem) {
    static State of(StateCompatibility state) {
      Incompatibility problem = state.problem();
      return new State(
          state.name(),
          state.formerName(),
          text(state.kind()),
          text(state.verdict()),
          state.written(),
          state.declared(),
          problem == null ? null : problem.toString());
    }
  }

  static CheckReport of(
      OpenedCheckpoint from, Job job, JobCompatibility compatibility, List<String> threadsLeft) {
    CheckpointMetadata metadata = from.metadata();
    return new CheckReport(
        from.location(),
        metadata.checkpointId(),
        text(metadata.type()),
        metadata.job().name(),
        job.name(),
        compatibility.problems().isEmpty(),
        stores(metadata),
        compatibility.report().operators().stream().map(CheckReport::operator).toList(),
        compatibility.problems().stream().map(Throwable::getMessage).toList(),
        threadsLeft);
  }

  private static Operator operator(OperatorCompatibility operator) {
    return new Operator(
        operator.id(),
        text(operator.presence()),
        operator.states().stream().map(State::of).toList());
  }

  /** The stores whose own files a checkpoint refers to. */
  static List<String> stores(CheckpointMetadata metadata) {
    return metadata.operators().stream()
        .flatMap(operator -> operator.subtasks().stream())
        .map(SubtaskState::keyed)
        .flatMap(List::stream)
        .filter(KeyedStateHandle.Incremental.class::isInstance)
        .map(handle -> ((KeyedStateHandle.Incremental) handle).store())
        .distinct()
        .sorted()
        .toList();
  }

  private static String text(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
