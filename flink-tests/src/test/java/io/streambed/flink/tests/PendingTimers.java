package io.streambed.flink.tests;

import io.streambed.flink.tests.Feed.Event;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.InternalTimerService;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.Triggerable;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Processing-time timers in namespaces, so far in the future that none fires: at the end of the
 * input it lists those that are pending.
 */
final class PendingTimers extends AbstractStreamOperator<String>
    implements OneInputStreamOperator<Event, String>, Triggerable<String, Long>, BoundedOneInput {
  private static final long serialVersionUID = 1L;
  private static final long YEAR_2200 = 7_258_118_400_000L;
  private static final int NAMESPACES = 3;
  private static final int TIMES = 50;

  private final boolean registers;
  private transient InternalTimerService<Long> timers;

  /** With timers, or without: then it never asks for what a savepoint has of them. */
  PendingTimers(boolean registers) {
    this.registers = registers;
  }

  @Override
  public void open() throws Exception {
    super.open();
    if (registers) {
      timers = getInternalTimerService("pending", LongSerializer.INSTANCE, this);
    }
  }

  @Override
  public void processElement(StreamRecord<Event> element) {
    Event event = element.getValue();
    long namespace = event.number() % NAMESPACES;
    long time = YEAR_2200 + Math.floorMod(event.amount(), TIMES);
    if (event.amount() % 3 == 0) {
      timers.deleteProcessingTimeTimer(namespace, time);
    } else {
      timers.registerProcessingTimeTimer(namespace, time);
    }
  }

  @Override
  public void endInput() throws Exception {
    timers.forEachProcessingTimeTimer(
        (namespace, time) ->
            output.collect(
                new StreamRecord<>(
                    getCurrentKey() + " pending " + namespace + " " + (time - YEAR_2200))));
  }

  @Override
  public void onEventTime(InternalTimer<String, Long> timer) {
    throw new AssertionError("nobody registered " + timer);
  }

  @Override
  public void onProcessingTime(InternalTimer<String, Long> timer) {
    throw new AssertionError("too early: " + timer);
  }
}
