package io.streambed.harness;

import io.streambed.job.Job;
import io.streambed.runtime.SteppedOperator;
import io.streambed.runtime.SteppedOperator.Setup;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** One run of a function: the steps so far, what they gave, and the function's subtasks. */
final class Run implements AutoCloseable {
  /** The id of the operator in the job. */
  static final String OPERATOR = "function";

  private final Job job;
  private final List<Step> steps = new ArrayList<>();
  private final List<Result> results = new ArrayList<>();
  private Place place;
  private SteppedOperator operator;
  private long watermarkMillis = Long.MIN_VALUE;
  private long clockMillis;
  private Step failed;

  /** Opens the function, without state. */
  Run(Job job, Place place) {
    this.job = job;
    this.place = place;
    this.operator = SteppedOperator.open(setup(), this::take);
  }

  private Setup setup() {
    return new Setup(job, OPERATOR, place.parallelism(), place.store(), clockMillis);
  }

  private void take(SteppedOperator.Emitted emitted) {
    results.add(new Result(steps.size() + 1, emitted));
  }

  /** Takes a step. If it fails, it has no results, and is none of the steps. */
  void step(Step step) {
    SteppedOperator usable = usable();
    int before = results.size();
    try {
      step.on(usable);
    } catch (RuntimeException | Error e) {
      results.subList(before, results.size()).clear();
      failed = step;
      throw e;
    }
    steps.add(step);
    if (step instanceof Step.Watermark watermark) {
      watermarkMillis = Math.max(watermarkMillis, watermark.timestampMillis());
    } else if (step instanceof Step.Clock clock) {
      clockMillis = clock.nowMillis();
    }
  }

  private SteppedOperator usable() {
    if (failed != null) {
      throw new IllegalStateException(
          "the function failed in the step "
              + failed
              + ", and its state is somewhere in the middle of it: go back to a snapshot as a job"
              + " does, by crash() or restore(snapshot)");
    }
    return operator;
  }

  HarnessSnapshot snapshot() {
    return new HarnessSnapshot(usable().snapshot(), steps, results, watermarkMillis, clockMillis);
  }

  /** Closes the function and opens it anew with the state of a snapshot. */
  void restore(HarnessSnapshot from, Place at) {
    operator.close();
    steps.clear();
    steps.addAll(from.steps);
    results.clear();
    results.addAll(from.results);
    watermarkMillis = from.watermarkMillis;
    clockMillis = from.clockMillis;
    failed = null;
    place = at;
    operator = SteppedOperator.restore(setup(), from.checkpoint, this::take);
    operator.watermark(watermarkMillis);
  }

  /** The function's subtasks, to look into. */
  SteppedOperator operator() {
    return operator;
  }

  Place place() {
    return place;
  }

  List<Step> steps() {
    return Collections.unmodifiableList(steps);
  }

  List<Result> results() {
    return Collections.unmodifiableList(results);
  }

  @Override
  public void close() {
    operator.close();
  }
}
