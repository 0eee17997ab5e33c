package io.streambed.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.backend.Store;
import io.streambed.job.JobBuilder;
import io.streambed.job.KeyedHandler;
import io.streambed.job.NumberedReader;
import io.streambed.job.NumberedSource;
import io.streambed.job.Source;
import io.streambed.state.ValueState;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Faults in a user's code: who is blamed, and what for. */
class FunctionFaultTest extends HangContract {
  private record Route(String from, Integer to) {}

  @BeforeEach
  void boundedInput() {
    small.elements = 5;
    small.onNext = number -> {};
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void key_null_blamesTheKeyFunctionAndNamesTheElement(int parallelism) {
    small.parallelism = parallelism;
    small.key = number -> number == 3 ? null : 1;
    JobFailedException failure = failure(start());
    assertThat(failure)
        .hasMessageContaining("operator \"count\" failed")
        .hasMessageContaining("the key function of operator \"count\" gave null for the element 3")
        .hasCauseInstanceOf(UnusableKeyException.class);
    assertThat(failure).hasMessageNotContaining("\"numbers\"");
  }

  @Test
  void key_thatThrows_blamesTheKeyFunctionAndKeepsTheCause() {
    small.key =
        number -> {
          throw new IllegalStateException("no key today");
        };
    assertThat(failure(start()))
        .hasMessageContaining("the key function of operator \"count\" failed for the element 0")
        .hasRootCauseMessage("no key today");
  }

  @Test
  void key_withANullPart_namesKeyAndElement() {
    JobBuilder builder = new JobBuilder("small");
    builder
        .source("numbers", numbers())
        .keyBy(number -> new Route("x", null))
        .<Long>process("count", context -> (number, timestampMillis) -> {})
        .sink("sink", small.sink());
    JobFailedException failure =
        failure(Streambed.start(builder.build(), Store.of(backend()), options));
    assertThat(failure)
        .hasMessageContaining("Route[from=x, to=null]")
        .hasMessageContaining("for the element 0")
        .hasMessageContaining("Serializers.nullable");
  }

  private Source<Long, ?> numbers() {
    return small.source;
  }

  @Test
  void open_toNull_blamesTheFunction() {
    small.open = context -> null;
    assertThat(failure(start()))
        .hasMessageContaining("subtask 0 of operator \"count\" failed")
        .hasMessageContaining("instead of a handler");
  }

  @Test
  void emit_null_blamesTheFunction() {
    small.open = context -> (number, timestampMillis) -> context.emit(null, 0);
    assertThat(failure(start()))
        .hasMessageContaining("the function of operator \"count\" emitted null");
  }

  @Test
  void open_withStateUsedInIt_saysThatNoKeyIsCurrent() {
    small.open =
        context -> {
          ValueState<Long> count = context.state(SmallJob.COUNT);
          count.update(count.value() + 1);
          throw new AssertionError("not reached");
        };
    assertThat(failure(start()))
        .hasMessageContaining("subtask 0 of operator \"count\" failed")
        .hasMessageContaining("no current key")
        .hasMessageContaining("not while a function is opened");
  }

  @Test
  void open_withATimerRegisteredInIt_saysThatNoKeyIsCurrent() {
    small.open =
        context -> {
          context.registerProcessingTimer(0);
          throw new AssertionError("not reached");
        };
    assertThat(failure(start()))
        .hasMessageContaining("no current key")
        .hasMessageContaining("not while a function is opened");
  }

  @Test
  void source_withoutAReader_isBlamed() {
    JobBuilder builder = new JobBuilder("small");
    builder
        .source(
            "numbers",
            new NumberedSource<Long>() {
              @Override
              public int count() {
                return 1;
              }

              @Override
              public NumberedReader<Long> open(int split, long offset) {
                return null;
              }
            })
        .sink("sink", small.sink());
    assertThat(failure(Streambed.start(builder.build(), Store.of(backend()), options)))
        .hasMessageContaining("source \"numbers\" gave no reader for split \"0\"");
  }

  @Test
  void sink_withoutAWriter_isBlamed() {
    JobBuilder builder = new JobBuilder("small");
    NamingSink<Long> none = context -> null;
    builder.source("numbers", numbers()).sink("sink", none);
    assertThat(failure(Streambed.start(builder.build(), Store.of(backend()), options)))
        .hasMessageContaining("sink \"sink\" gave no writer");
  }

  // ---- timers without end

  @Test
  void processingTimer_thatIsAlwaysDue_letsABoundedJobEnd() {
    small.open = context -> renewing(() -> context.registerProcessingTimer(0));
    assertThat(start().await().recordsRead()).isEqualTo(5);
    assertThat(small.committedLines()).isZero();
  }

  @Test
  void processingTimer_thatIsAlwaysDue_letsAJobBeCancelledAndTakeSavepoints() {
    small.elements = Long.MAX_VALUE;
    small.onNext = number -> small.permits();
    small.permits.release(300);
    small.open = context -> renewing(() -> context.registerProcessingTimer(0));
    JobHandle job = start();
    small.onNext = number -> java.util.concurrent.locks.LockSupport.parkNanos(10_000);
    small.permits.release(1);
    assertThat(job.savepoint().join()).contains("savepoint-");
    cancel(job);
  }

  @Test
  void eventTimer_thatRenewsItselfAtTheLastWatermark_isToldWithOperatorAndTimer() {
    small.open =
        context ->
            new KeyedHandler<>() {
              @Override
              public void onElement(Long number, long timestampMillis) {
                context.registerEventTimer(timestampMillis);
              }

              @Override
              public void onEventTimer(long timestampMillis) {
                context.registerEventTimer(timestampMillis + 10);
              }
            };
    assertThat(failure(start()))
        .hasCauseInstanceOf(TimersWithoutEndException.class)
        .hasMessageContaining("operator \"count\"")
        .hasMessageContaining("of key ")
        .hasMessageContaining("The input has ended");
  }

  @Test
  void eventTimer_thatRenewsItselfForItsOwnTime_isTold() {
    small.elements = Long.MAX_VALUE;
    small.open =
        context ->
            new KeyedHandler<>() {
              @Override
              public void onElement(Long number, long timestampMillis) {
                context.registerEventTimer(timestampMillis);
              }

              @Override
              public void onEventTimer(long timestampMillis) {
                context.registerEventTimer(timestampMillis);
              }
            };
    assertThat(failure(start()))
        .hasCauseInstanceOf(TimersWithoutEndException.class)
        .hasMessageContaining("for a later time than its own");
  }

  @Test
  void eventTimers_thatRenewThemselvesALimitedNumberOfTimes_allFire() {
    int renewals = 3_000;
    long[] fired = {0};
    small.open =
        context ->
            new KeyedHandler<>() {
              @Override
              public void onElement(Long number, long timestampMillis) {
                context.registerEventTimer(1_000);
              }

              @Override
              public void onEventTimer(long timestampMillis) {
                fired[0]++;
                if (timestampMillis < 1_000 + renewals) {
                  context.registerEventTimer(timestampMillis + 1);
                }
              }
            };
    start().await();
    assertThat(fired[0]).isEqualTo(5L * (renewals + 1));
  }

  private static KeyedHandler<Long> renewing(Runnable register) {
    return new KeyedHandler<>() {
      @Override
      public void onElement(Long number, long timestampMillis) {
        register.run();
      }

      @Override
      public void onProcessingTimer(long timestampMillis) {
        register.run();
      }
    };
  }
}
