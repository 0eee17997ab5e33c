package io.streambed.job;

import io.streambed.bytes.Names;
import io.streambed.job.JobOperator.Input;
import io.streambed.job.JobOperator.KeyedOperator;
import io.streambed.job.JobOperator.SinkOperator;
import io.streambed.job.JobOperator.SourceOperator;
import io.streambed.job.JobOperator.States;
import io.streambed.key.KeyGroups;
import io.streambed.serial.Serializer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Declares a job. All that is wrong with a declaration is told at once, by {@link #build()}.
 *
 * <pre>{@code
 * JobBuilder builder = new JobBuilder("totals").parallelism(2);
 * builder.source("orders", orders)
 *     .keyBy(Order::customer)
 *     .process("totals", new Totals())
 *     .sink("files", FileSink.lines(directory));
 * Job job = builder.build();
 * }</pre>
 *
 * <p>Threading: one thread.
 */
public final class JobBuilder {
  /** The number of key groups if none is given. */
  public static final int DEFAULT_MAX_PARALLELISM = 128;

  private static final int MAX_NAME_LENGTH = 255;
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  private final String name;
  private final List<JobOperator> operators = new ArrayList<>();
  private final List<JobStep> steps = new ArrayList<>();

  /** Operators and steps whose functions may give to side outputs. */
  private final Set<String> withSideOutputs = new HashSet<>();

  private final Map<String, FailurePolicy> failures = new HashMap<>();
  private final List<String> problems = new ArrayList<>();
  private final List<Exception> causes = new ArrayList<>();
  private final Set<String> ids = new HashSet<>();
  private final Set<String> read = new HashSet<>();
  private final Map<String, Integer> ownParallelism = new LinkedHashMap<>();
  private Integer parallelism;
  private int maxParallelism = DEFAULT_MAX_PARALLELISM;

  /**
   * Begins a declaration.
   *
   * @param name the job's name; its checkpoints belong to it
   */
  public JobBuilder(String name) {
    this.name = name;
    if (name.isBlank() || name.length() > MAX_NAME_LENGTH) {
      problems.add("the job's name is blank or has more than " + MAX_NAME_LENGTH + " characters");
    }
    String problem = Names.problem("job", name);
    if (problem != null) {
      problems.add(problem);
    }
  }

  /**
   * Sets the number of subtasks of every operator that is given none of its own, be it declared
   * before or after this call. It is 1 if it is not set, and set once.
   *
   * @param subtasks from 1 to the max parallelism
   * @return this
   */
  public JobBuilder parallelism(int subtasks) {
    if (parallelism != null && parallelism != subtasks) {
      problems.add(
          "parallelism is set to "
              + parallelism
              + " and to "
              + subtasks
              + ": it holds for the whole job; parallelism(id, subtasks) gives an operator its own");
    }
    parallelism = subtasks;
    return this;
  }

  /**
   * Sets the number of subtasks of one operator, be it declared before or after this call.
   *
   * @param operatorId the operator's id
   * @param subtasks from 1 to the max parallelism
   * @return this
   */
  public JobBuilder parallelism(String operatorId, int subtasks) {
    ownParallelism.put(operatorId, subtasks);
    return this;
  }

  /**
   * Sets the number of key groups.
   *
   * @param keyGroups from 1 to {@link KeyGroups#MAX_PARALLELISM_LIMIT}; fixed for the life of the
   *     job's state
   * @return this
   */
  public JobBuilder maxParallelism(int keyGroups) {
    maxParallelism = keyGroups;
    return this;
  }

  /**
   * Declares a source whose elements have the times that it gives them. Subtasks beyond the number
   * of splits read nothing.
   *
   * @param id the operator's stable id: letters, digits, dashes and underscores
   * @param source what is read
   * @param <T> the type of the elements
   * @return its elements
   */
  public <T> DataStream<T> source(String id, Source<T, ?> source) {
    return source(id, source, WatermarkStrategy.ofSource());
  }

  /**
   * Declares a source.
   *
   * @param id the operator's stable id: letters, digits, dashes and underscores
   * @param source what is read
   * @param watermarks how event time advances with its elements
   * @param <T> the type of the elements
   * @return its elements
   */
  @SuppressWarnings("unchecked")
  public <T> DataStream<T> source(String id, Source<T, ?> source, WatermarkStrategy<T> watermarks) {
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(watermarks, "watermarks");
    Duration interval = source.discoveryInterval();
    if (interval == null || !interval.isZero() && interval.toMillis() < 1) {
      problems.add(
          "source \"" + id + "\": its discovery interval is " + interval + ": zero, or from 1 ms");
    }
    return add(
        new SourceOperator(
            id, 1, (Source<Object, Object>) source, (WatermarkStrategy<Object>) watermarks));
  }

  /** Adds a keyed operator, whose function is opened to learn its states. */
  <O> DataStream<O> keyed(
      String id,
      List<Input> inputs,
      Serializer<Object> keySerializer,
      KeyedFunction<Object, Object, Object> function) {
    States states = new States(List.of(), List.of());
    try {
      states = StateDeclarations.of(id, function);
    } catch (IllegalArgumentException e) {
      problems.add(e.getMessage());
      causes.add(e);
    }
    KeyedOperator operator = new KeyedOperator(id, 1, inputs, keySerializer, function, states);
    problems.addAll(DeclaredStates.problems(operator));
    withSideOutputs.add(id);
    return add(operator);
  }

  private <T> DataStream<T> add(JobOperator operator) {
    String id = operator.id();
    if (!ID.matcher(id).matches()) {
      problems.add(
          "operator id \"" + id + "\": use 1 to 64 letters, digits, dashes and underscores");
    } else if (!ids.add(id)) {
      problems.add("operator id \"" + id + "\" is used twice: ids find state, so they are unique");
    }
    operators.add(operator);
    return new DataStream<>(this, List.of(id));
  }

  void sink(SinkOperator operator) {
    add(operator);
    read.add(operator.id());
  }

  /** Adds a step; gives its id. The slash keeps it apart from the ids of operators. */
  String step(String kind, String input, ProcessFunction<Object, Object> function) {
    String id = input + "/" + kind + "-" + (steps.size() + 1);
    steps.add(new JobStep.Function(id, input, function));
    if (kind.equals(DataStream.PROCESS)) {
      withSideOutputs.add(id);
    }
    return id;
  }

  /** Adds the reading of a side output; gives its id. */
  String side(String input, SideOutput<?> output) {
    String id = input + "!" + output.name();
    JobStep.Side side = new JobStep.Side(id, input, output);
    if (!steps.contains(side)) {
      steps.add(side);
    }
    return id;
  }

  /** Says what becomes of elements that an operator or step fails for. */
  void onFailure(String id, FailurePolicy policy) {
    boolean ofFunction =
        operators.stream().anyMatch(each -> each.id().equals(id) && each instanceof KeyedOperator)
            || steps.stream()
                .anyMatch(each -> each.id().equals(id) && each instanceof JobStep.Function);
    if (!ofFunction) {
      throw new IllegalArgumentException(
          "no function gives the elements of \"" + id + "\", which could fail for one");
    }
    failures.put(id, policy);
  }

  void reads(String id) {
    read.add(id);
  }

  /**
   * Ends the declaration.
   *
   * @return the job
   * @throws IllegalArgumentException with everything that is wrong with it
   */
  public Job build() {
    List<String> found = new ArrayList<>(problems);
    List<JobOperator> resolved = operators.stream().map(this::resolved).toList();
    for (JobOperator operator : resolved) {
      try {
        KeyGroups.checkParallelism(maxParallelism, operator.parallelism());
      } catch (IllegalArgumentException e) {
        found.add("operator \"" + operator.id() + "\": " + e.getMessage());
      }
      if (!read.contains(operator.id())) {
        found.add(
            "nobody reads what operator \""
                + operator.id()
                + "\" gives: end the stream with sink(id, sink)");
      }
    }
    for (JobStep step : steps) {
      if (step instanceof JobStep.Side side && !mayGive(side)) {
        found.add(
            "\""
                + side.input()
                + "\" gives nothing to the side output \""
                + side.output().name()
                + "\": ask the stream that the function gives which does");
      }
      if (!read.contains(step.id())) {
        found.add(
            "nobody reads what step \""
                + step.id()
                + "\" gives: end the stream with sink(id, sink)");
      }
    }
    for (String id : ownParallelism.keySet()) {
      if (!ids.contains(id)) {
        found.add("there is no operator \"" + id + "\" to give a parallelism");
      }
    }
    if (operators.isEmpty()) {
      found.add("there is no operator");
    }
    found.addAll(SinkDirectories.shared(operators));
    if (!found.isEmpty()) {
      IllegalArgumentException all =
          new IllegalArgumentException(
              "job \"" + name + "\" cannot run: " + String.join("; ", found));
      causes.forEach(all::addSuppressed);
      throw all;
    }
    return new Job(name, maxParallelism, resolved, steps, failures);
  }

  /** Whether a function gives to a side output: as it likes, or what it fails for. */
  private boolean mayGive(JobStep.Side side) {
    return withSideOutputs.contains(side.input())
        || failures.get(side.input()) instanceof FailurePolicy.ToSideOutput to
            && to.output().equals(side.output());
  }

  private JobOperator resolved(JobOperator operator) {
    int ofAll = parallelism == null ? 1 : parallelism;
    return operator.withParallelism(ownParallelism.getOrDefault(operator.id(), ofAll));
  }
}
