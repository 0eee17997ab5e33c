package io.streambed.cli.check;

import io.streambed.checkpoint.CheckpointMetadata;
import io.streambed.checkpoint.OpenedCheckpoint;
import io.streambed.checkpoint.SubtaskState;
import io.streambed.job.Job;
import io.streambed.migration.Incompatibility;
import io.streambed.migration.OperatorCompatibility;
import io.streambed.migration.StateCompatibility;
import io.streambed.migration.StateCompatibility.Verdict;
import io.streambed.runtime.JobCompatibility;
import io.streambed.snapshot.KeyedStateHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

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
 * @param notes what fits by the rules and may be meant otherwise, each with the way out
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
    List<String> notes,
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
      OpenedCheckpoint from,
      Job job,
      JobCompatibility compatibility,
      Set<String> newStates,
      List<String> threadsLeft) {
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
        notes(compatibility.report().operators(), newStates),
        threadsLeft);
  }

  /**
   * New states beside unclaimed ones of the same kind, whose types do not fit: a state that was
   * renamed and got another type at once begins empty without a problem.
   *
   * @param newStates states that are said to be new, as {@code operator/state}
   */
  private static List<String> notes(List<OperatorCompatibility> operators, Set<String> newStates) {
    List<String> notes = new ArrayList<>();
    for (OperatorCompatibility operator : operators) {
      for (StateCompatibility state : operator.states()) {
        String path = operator.id() + "/" + state.name();
        List<String> unclaimed =
            operator.states().stream()
                .filter(other -> other.verdict() == Verdict.UNCLAIMED)
                .filter(other -> other.kind() == state.kind())
                // Not the runtime's own, which nobody can rename.
                .filter(other -> !other.name().startsWith("_"))
                .map(other -> "\"" + other.name() + "\" (" + other.written() + ")")
                .toList();
        if (state.verdict() == Verdict.NEW && !unclaimed.isEmpty() && !newStates.contains(path)) {
          notes.add(
              operator.id()
                  + ", "
                  + state.name()
                  + ": the state ("
                  + state.declared()
                  + ") is new and begins empty. The checkpoint holds "
                  + String.join(", ", unclaimed)
                  + " of the same kind, which the job does not declare. If the state was renamed,"
                  + " give its descriptor the former name by withFormerNames: its types are compared"
                  + " then. If it is new, --new-state "
                  + path
                  + " leaves this note out.");
        }
      }
    }
    return notes;
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
