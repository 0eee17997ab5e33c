package io.streambed.runtime;

import java.util.concurrent.CountDownLatch;

/** A subtask with inputs: merges watermarks, aligns barriers, lets processing time pass. */
abstract class ConsumingSubtask extends Subtask {
  /** The longest wait for input while a processing-time timer is set: clocks of tests jump. */
  private static final long TIMER_POLL_MILLIS = 20;

  private static final long IDLE_WAIT_MILLIS = 1_000;

  /** Processing-time timers that fire before input and mail are looked at again. */
  static final int TIMERS_IN_A_ROW = 1_000;

  private BarrierAligner aligner;
  private WatermarkMerge watermarks;
  private long watermark = Long.MIN_VALUE;

  /** The savepoint behind which no processing-time timer fires; 0 if there is none. */
  private long stoppedAt;

  ConsumingSubtask(Id id, TaskServices services, CountDownLatch ready, CountDownLatch start) {
    super(id, services, ready, start);
  }

  /** Takes an element of one of the operator's inputs. */
  abstract void element(int input, Element element) throws Exception;

  /** The watermark of all inputs has advanced; it has not been sent on yet. */
  abstract void watermark(long timestampMillis) throws Exception;

  /** Processing time may have passed. Returns whether more than some timers are due. */
  abstract boolean processingTime(long nowMillis) throws Exception;

  /** When {@link #processingTime} is needed next; {@link Long#MAX_VALUE} if never. */
  abstract long nextProcessingTimeMillis();

  /** Freezes the state and starts to write it. The barrier has been sent on. */
  abstract void snapshot(Barrier barrier) throws Exception;

  @Override
  final void work() throws Exception {
    aligner = new BarrierAligner(gate.channels());
    watermarks = new WatermarkMerge(gate.channels());
    boolean due = false;
    while (!finished()) {
      Batch batch = gate.take(0);
      if (batch == null && !finished()) {
        output.flush();
        boolean asked = answerQuestions();
        batch = gate.take(due || asked ? 0 : waitMillis());
      }
      if (batch != null) {
        process(batch);
        answerQuestions();
        output.flushIfOld(services.nanos().getAsLong());
      }
      measure();
      due =
          !finished()
              && stoppedAt == 0
              && nextProcessingTimeMillis() != Long.MAX_VALUE
              && processingTime(services.clock().getAsLong());
    }
  }

  /**
   * Answers some of those who ask for state from outside, between two batches. Who asks wakes the
   * gate. Returns whether more wait.
   */
  boolean answerQuestions() {
    return false;
  }

  /** Tells what can be measured between two batches only. */
  void measure() {}

  private long waitMillis() {
    return nextProcessingTimeMillis() == Long.MAX_VALUE ? IDLE_WAIT_MILLIS : TIMER_POLL_MILLIS;
  }

  /** Some elements are going to be handled one after the other. */
  void batchBegins() {}

  private void process(Batch batch) throws Exception {
    batchBegins();
    int input = gate.inputOf(batch.channel());
    int elements = 0;
    for (Object item : batch.items()) {
      checkCancelled();
      if (item instanceof Element element) {
        elements++;
        element(input, element);
      } else if (item instanceof Watermark mark) {
        boolean wasIdle = watermarks.isIdle();
        watermarks.watermark(batch.channel(), mark.timestampMillis());
        timeAdvanced(wasIdle);
      } else if (item instanceof Idle) {
        boolean wasIdle = watermarks.isIdle();
        watermarks.idle(batch.channel());
        timeAdvanced(wasIdle);
      } else {
        barrier(batch.channel(), (Barrier) item);
      }
    }
    metrics.received(elements);
  }

  private void timeAdvanced(boolean wasIdle) throws Exception {
    if (watermarks.merged() > watermark) {
      watermark = watermarks.merged();
      metrics.watermarkReceived(watermark);
      watermark(watermark);
      output.sendToAll(new Watermark(watermark));
      metrics.watermarkSent(watermark);
    } else if (wasIdle && !watermarks.isIdle()) {
      output.sendToAll(new Watermark(watermark));
    }
    if (watermarks.isIdle() && !wasIdle) {
      output.sendToAll(Idle.INSTANCE);
    }
  }

  private void barrier(int channel, Barrier barrier) throws Exception {
    if (aligner.overtakes(barrier.checkpointId())) {
      metrics.alignmentGivenUp();
      gate.unblockAll();
    }
    switch (aligner.barrier(channel, barrier.checkpointId())) {
      case IGNORE -> {}
      case BLOCK -> {
        metrics.alignmentBegins();
        gate.block(channel);
      }
      case ALIGNED -> {
        metrics.aligned();
        output.sendToAll(barrier);
        if (barrier.stopsSources()) {
          stoppedAt = barrier.checkpointId();
        }
        snapshot(barrier);
        gate.unblockAll();
      }
    }
  }

  @Override
  void aborted(long checkpointId) {
    if (checkpointId == stoppedAt) {
      stoppedAt = 0;
    }
    if (aligner.aborted(checkpointId)) {
      metrics.alignmentGivenUp();
      gate.unblockAll();
    }
  }
}
