package io.streambed.runtime;

import io.streambed.checkpoint.OpenedCheckpoint;
import io.streambed.error.IncompatibleStateException;
import io.streambed.job.Job;
import io.streambed.migration.CompatibilityReport;
import io.streambed.migration.Incompatibility;
import io.streambed.snapshot.IncrementSchemas;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Whether a job can be restored from a checkpoint, for all its operators and states at once, before
 * anything of it is started.
 *
 * @param report what becomes of each operator and state
 * @param problems all that keeps the job from being restored, also what concerns no single state,
 *     such as operators that were removed; empty if it can be restored
 * @param unjudged the ids of operators whose keyed state nobody has judged: it is in files of the
 *     store that is to restore it, and the declarations in them cannot be read
 */
public record JobCompatibility(
    CompatibilityReport report, List<IncompatibleStateException> problems, List<String> unjudged) {
  /** Freezes the lists. */
  public JobCompatibility {
    problems = List.copyOf(problems);
    unjudged = List.copyOf(unjudged);
  }

  /**
   * Compares what a checkpoint declares with what a job declares. Cost: of each file of state the
   * parts that hold declarations are read, and no entries. Serializers are asked on the calling
   * thread.
   *
   * @param job the job; nothing of it is started
   * @param from the checkpoint
   * @param store the name of the store that is to restore it
   * @param increments reads the declarations in files of that store; null if nobody can, or it
   *     reads containers only
   * @param options what is allowed: state of removed operators, and states that are new
   * @return the answer
   * @throws IOException if the storage fails
   * @throws io.streambed.error.CorruptionException if a declaration is damaged
   */
  public static JobCompatibility of(
      Job job, OpenedCheckpoint from, String store, IncrementSchemas increments, RunOptions options)
      throws IOException {
    List<IncompatibleStateException> problems = new ArrayList<>();
    try {
      OperatorMatch.of(job, from, options.allowDropped());
    } catch (IncompatibleStateException e) {
      problems.add(e);
    }
    WrittenDeclarations written = new WrittenDeclarations(from, increments);
    CompatibilityReport report =
        CompatibilityReport.of(
            written.of(job),
            JobDeclarations.of(job, options.newStates(), written.unread().keySet()));
    String reader =
        "store \"" + store + "\"" + (increments == null ? ", which reads containers only" : "");
    Map<String, List<String>> byStore =
        written.unread().keySet().stream()
            .collect(
                Collectors.groupingBy(written.unread()::get, TreeMap::new, Collectors.toList()));
    List<String> unjudged = byStore.getOrDefault(store, List.of());
    byStore.remove(store);
    byStore.forEach(
        (writer, operators) ->
            problems.add(IncrementSchemas.otherStore(operators, writer, reader)));
    report.problems().stream().map(Incompatibility::exception).forEach(problems::add);
    report.unknown(options.newStates()).stream()
        .filter(
            state -> written.unread().keySet().stream().noneMatch(id -> state.startsWith(id + "/")))
        .forEach(state -> problems.add(notDeclared(job, state)));
    return new JobCompatibility(report, problems, unjudged);
  }

  private static IncompatibleStateException notDeclared(Job job, String state) {
    return new IncompatibleStateException(
        "\"" + state + "\", which is said to be a new state",
        "nothing that is asked for by it",
        "a state of job \"" + job.name() + "\", which has none of that name",
        "Name it as operator/state in RunOptions.withNewStates, or --new-state on the command line,"
            + " or take it out.");
  }

  /**
   * Refuses a job that cannot be restored.
   *
   * @param restore what is restored into what, for the message
   * @throws IncompatibleStateException if there are problems: it holds all of them
   */
  void check(String restore) {
    if (problems.size() == 1) {
      throw problems.get(0);
    }
    if (!problems.isEmpty()) {
      throw new IncompatibleStateException(restore, problems);
    }
  }
}
