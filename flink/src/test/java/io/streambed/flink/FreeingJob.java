package io.streambed.flink;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.v2.StateFuture;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.streaming.api.datastream.KeyedStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.Collector;

/**
 * A job that counts numbers by key, by synchronous or asynchronous state, up to where it is told.
 */
final class FreeingJob {
  /** Where a job does what its test wants. There is one JVM, and one test at a time. */
  static volatile Stage stage;

  /** Part of the other task's name. */
  static final String OTHER_TASK = "other task";

  private FreeingJob() {}

  /** What a test wants of the function. */
  static final class Stage {
    private static final long PAUSE_NANOS = 100_000;

    final CountDownLatch waits = new CountDownLatch(1);
    final CountDownLatch processed = new CountDownLatch(100);
    private final AtomicBoolean failsNext = new AtomicBoolean();
    private long last = 1_000;
    private long waitsAt;
    private long failsAt;
    private boolean failsInOpen;
    private boolean withOtherTask;

    /** The job goes on until somebody ends it. */
    Stage endless() {
      last = Long.MAX_VALUE;
      return this;
    }

    /** Another task of the job runs, which has nothing to do with the function, and never ends. */
    Stage withOtherTask() {
      withOtherTask = true;
      return this;
    }

    /** The function waits to be cancelled. */
    Stage waitsAt(long number) {
      waitsAt = number;
      return this;
    }

    /** The function fails at a number, each time that it comes. */
    Stage failsAt(long number) {
      failsAt = number;
      return this;
    }

    /** The function fails when it is opened. */
    Stage failsInOpen() {
      failsInOpen = true;
      return this;
    }

    /** The function fails at the next number, once. */
    void fail() {
      failsNext.set(true);
    }

    private void reached(long number) throws InterruptedException {
      processed.countDown();
      if (number == failsAt || failsNext.getAndSet(false)) {
        throw new IllegalStateException("failure on purpose");
      }
      if (number == waitsAt) {
        waits.countDown();
        new CountDownLatch(1).await();
      }
      if (last == Long.MAX_VALUE) {
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }

    private void opened() throws IOException {
      if (failsInOpen) {
        throw new IOException("failure on purpose");
      }
    }
  }

  static JobGraph graph(Configuration config, boolean async) {
    StreamExecutionEnvironment environment = new StreamExecutionEnvironment(config);
    KeyedStream<Long, Long> numbers =
        environment.fromSequence(1, stage.last).keyBy(number -> number % 7, Types.LONG);
    if (async) {
      numbers = numbers.enableAsyncState();
    }
    numbers
        .process(async ? new AsyncCounting() : new Counting(), Types.LONG)
        .uid("counting")
        .sinkTo(new DiscardingSink<>());
    if (stage.withOtherTask) {
      environment
          .fromSequence(1, Long.MAX_VALUE)
          .setParallelism(1)
          .filter(
              number -> {
                LockSupport.parkNanos(Stage.PAUSE_NANOS);
                return false;
              })
          .name(OTHER_TASK)
          .setParallelism(1)
          .sinkTo(new DiscardingSink<>())
          .setParallelism(1);
    }
    return environment.getStreamGraph().getJobGraph();
  }

  private static final class Counting extends KeyedProcessFunction<Long, Long, Long> {
    private static final long serialVersionUID = 1L;
    private transient org.apache.flink.api.common.state.ValueState<Long> count;

    @Override
    public void open(OpenContext context) throws IOException {
      count =
          getRuntimeContext()
              .getState(
                  new org.apache.flink.api.common.state.ValueStateDescriptor<>(
                      "count", Types.LONG));
      stage.opened();
    }

    @Override
    public void processElement(Long number, Context context, Collector<Long> out) throws Exception {
      Long before = count.value();
      count.update(before == null ? 1 : before + 1);
      context.timerService().registerEventTimeTimer(number);
      stage.reached(number);
      out.collect(count.value());
    }
  }

  private static final class AsyncCounting extends KeyedProcessFunction<Long, Long, Long> {
    private static final long serialVersionUID = 1L;
    private transient org.apache.flink.api.common.state.v2.ValueState<Long> count;

    @Override
    public void open(OpenContext context) throws IOException {
      count =
          getRuntimeContext()
              .getState(
                  new org.apache.flink.api.common.state.v2.ValueStateDescriptor<>(
                      "count", Types.LONG));
      stage.opened();
    }

    @Override
    public void processElement(Long number, Context context, Collector<Long> out) throws Exception {
      context.timerService().registerEventTimeTimer(number);
      stage.reached(number);
      StateFuture<Long> before = count.asyncValue();
      before.thenAccept(
          value -> {
            count.asyncUpdate(value == null ? 1 : value + 1);
            out.collect(number);
          });
    }
  }
}
