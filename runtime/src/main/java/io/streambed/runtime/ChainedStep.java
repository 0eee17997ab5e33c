package io.streambed.runtime;

import io.streambed.job.FailurePolicy;
import io.streambed.job.JobStep;
import io.streambed.job.ProcessContext;
import io.streambed.job.ProcessHandler;
import io.streambed.job.SideOutput;

/** A step in a subtask: takes what the subtask, or the step before, gives on. Its thread. */
final class ChainedStep implements ProcessContext<Object> {
  private final JobStep.Function step;
  private final Subtask subtask;
  private final ElementFailures failures;
  private final Output output = new Output();
  private ProcessHandler<Object> handler;
  private long timestampMillis;

  /** Whether it has got an element: the steps behind it are open then. */
  private boolean handling;

  ChainedStep(JobStep.Function step, Subtask subtask, FailurePolicy policy) {
    this.step = step;
    this.subtask = subtask;
    this.failures = new ElementFailures(step.id(), policy, subtask.services.events());
  }

  Output output() {
    return output;
  }

  void open() throws Exception {
    handler = step.function().open(this);
    if (handler == null) {
      throw new IllegalStateException(
          "the function of step \""
              + step.id()
              + "\", a "
              + step.function().getClass().getName()
              + ", opened to null instead of a handler");
    }
  }

  void process(Object element, long elementMillis) {
    timestampMillis = elementMillis;
    handling = true;
    try {
      handler.onElement(element, elementMillis);
    } catch (Exception e) {
      failed(element, elementMillis, e);
    }
  }

  private void failed(Object element, long elementMillis, Exception cause) {
    try {
      failures.failed(output, element, elementMillis, cause);
    } catch (FunctionFailedException | UnusableKeyException | CancelledException e) {
      // Of what takes this step's results.
      throw e;
    } catch (Exception e) {
      throw FunctionFailedException.ofStep(step.id(), element, e);
    }
  }

  void close() throws Exception {
    if (handler != null) {
      handler.close();
    }
  }

  @Override
  public int subtask() {
    return subtask.subtask;
  }

  @Override
  public long processingTimeMillis() {
    return subtask.services.clock().getAsLong();
  }

  @Override
  public void emit(Object result) {
    emit(result, timestampMillis);
  }

  @Override
  public void emit(Object result, long resultMillis) {
    output.emit(present(result), resultMillis);
  }

  @Override
  public <S> void emit(SideOutput<S> to, S result) {
    output.emit(to, present(result), timestampMillis);
  }

  private Object present(Object result) {
    if (!handling) {
      throw new IllegalStateException(
          "step \"" + step.id() + "\" gives a result before it has got an element");
    }
    if (result == null) {
      throw new IllegalArgumentException(
          "step \""
              + step.id()
              + "\" gave null as a result: give nothing, or a value that says so");
    }
    return result;
  }
}
