package io.streambed.runtime;

import io.streambed.job.Job;
import io.streambed.job.JobOperator;
import io.streambed.job.JobOperator.KeyedOperator;
import io.streambed.job.JobOperator.SinkOperator;
import io.streambed.job.JobOperator.SourceOperator;
import io.streambed.migration.DeclaredOperator;
import io.streambed.migration.DeclaredState;
import io.streambed.serial.Serializer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What the operators of a job declare: the states of their functions, and the runtime's own. */
final class JobDeclarations {
  private JobDeclarations() {}

  /**
   * The declarations of all operators.
   *
   * @param newStates states that are said to be new, as {@code operator/state}
   * @param withoutKeyed operators whose keyed state cannot be judged
   */
  static List<DeclaredOperator> of(Job job, Set<String> newStates, Set<String> withoutKeyed) {
    List<DeclaredOperator> operators = new ArrayList<>();
    for (JobOperator operator : job.operators()) {
      String prefix = operator.id() + "/";
      Set<String> newHere =
          newStates.stream()
              .filter(state -> state.startsWith(prefix))
              .map(state -> state.substring(prefix.length()))
              .collect(Collectors.toSet());
      operators.add(of(operator, job, newHere, withoutKeyed.contains(operator.id())));
    }
    return operators;
  }

  private static DeclaredOperator of(
      JobOperator operator, Job job, Set<String> newStates, boolean withoutKeyed) {
    String title = "operator";
    Serializer<?> keys = null;
    List<DeclaredState> keyed = List.of();
    List<DeclaredState> unkeyed;
    if (operator instanceof KeyedOperator function) {
      keys = function.keySerializer().duplicate();
      keyed = withoutKeyed ? List.of() : KeyedSubtask.keyedStates(function, job.maxParallelism());
      unkeyed = KeyedSubtask.operatorStates(function);
    } else if (operator instanceof SourceOperator source) {
      title = "source";
      unkeyed = SourceSubtask.operatorStates(source);
    } else {
      title = "sink";
      unkeyed = List.of(SinkSubtask.operatorState((SinkOperator) operator));
    }
    return new DeclaredOperator(
        operator.id(),
        title + " \"" + operator.id() + "\"",
        job.maxParallelism(),
        keys,
        keyed,
        unkeyed,
        newStates);
  }
}
