package io.streambed.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.backend.Store;
import io.streambed.error.StorageException;
import io.streambed.job.DataStream;
import io.streambed.job.FailedElement;
import io.streambed.job.JobBuilder;
import io.streambed.job.KeyedCoHandler;
import io.streambed.job.KeyedHandler;
import io.streambed.job.NumberedReader;
import io.streambed.job.NumberedSource;
import io.streambed.job.ProcessHandler;
import io.streambed.job.SideOutput;
import io.streambed.state.ValueState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is done between operators, and with two inputs of one. */
class StepsTest extends HangContract {
  private static final int NUMBERS = 1_000;

  private final JobBuilder builder = new JobBuilder("small").maxParallelism(8);

  /** The numbers from one on, in two splits; a number is its own time. */
  private record Numbers(int upTo) implements NumberedSource<Long> {
    @Override
    public int count() {
      return 2;
    }

    @Override
    public NumberedReader<Long> open(int split, long offset) {
      return new NumberedReader<>() {
        private long read = offset;

        @Override
        public Long next() {
          return read * 2 + split < upTo ? read++ * 2 + split + 1 : null;
        }

        @Override
        public long timestampMillis() {
          return (read - 1) * 2 + split + 1;
        }

        @Override
        public long watermark() {
          return timestampMillis() - 1;
        }

        @Override
        public long offset() {
          return read;
        }
      };
    }
  }

  private DataStream<Long> numbers(String id) {
    return builder.source(id, new Numbers(NUMBERS));
  }

  private List<Long> run(int parallelism) {
    builder.parallelism(parallelism);
    Streambed.run(builder.build(), Store.of(backend()), options);
    return small.written.stream().sorted().toList();
  }

  private static List<Long> range(long from, long to) {
    return LongStream.range(from, to).boxed().toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void mapFilterFlatMap_inARow_areDoneInOrder(int parallelism) {
    numbers("in")
        .filter(number -> number % 2 == 0)
        .map(number -> number / 2)
        .flatMap(number -> List.of(2 * number, 2 * number + 1))
        .sink("out", small.sink());
    assertThat(run(parallelism)).isEqualTo(range(2, NUMBERS + 2));
  }

  @Test
  void step_readByTwo_isDoneOnceForEachElement() {
    AtomicInteger calls = new AtomicInteger();
    DataStream<Long> mapped =
        numbers("in")
            .map(
                number -> {
                  calls.incrementAndGet();
                  return number;
                });
    mapped.filter(number -> number <= 10).sink("low", small.sink());
    mapped.filter(number -> number > NUMBERS - 10).sink("high", small.sink());
    assertThat(run(2)).hasSize(20);
    assertThat(calls).hasValue(NUMBERS);
  }

  @Test
  void steps_keepTimesAndWatermarks() {
    numbers("in")
        .map(number -> number)
        .keyBy(number -> number % 3)
        .<Long>process(
            "last",
            context -> {
              ValueState<Long> last = context.value("last", Long.class, 0L);
              return KeyedHandler.of(
                  (number, timestampMillis) -> {
                    assertThat(timestampMillis).isEqualTo(number);
                    last.update(Math.max(number, last.value()));
                    context.registerEventTimer(NUMBERS);
                  },
                  timer -> {
                    assertThat(timer).isEqualTo(NUMBERS);
                    context.emit(last.value());
                  });
            })
        .sink("out", small.sink());
    assertThat(run(2)).containsExactly(998L, 999L, 1_000L);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void union_ofStreamsAndSteps_hasTheElementsOfAll(int parallelism) {
    DataStream<Long> first = numbers("first");
    DataStream<Long> both = first.map(number -> number + NUMBERS).union(numbers("second"));
    both.filter(number -> number % 2 == 1).sink("out", small.sink());
    assertThat(run(parallelism))
        .isEqualTo(range(1, 2 * NUMBERS + 1).stream().filter(n -> n % 2 == 1).toList());
  }

  @Test
  void union_ofTheSameStreamTwice_isRefused() {
    DataStream<Long> numbers = numbers("in");
    assertThatThrownBy(() -> numbers.union(numbers))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("in twice");
  }

  @Test
  void process_openedOnEachSubtask_isClosedThere() {
    List<String> calls = new CopyOnWriteArrayList<>();
    numbers("in")
        .<Long>process(
            context -> {
              calls.add("open " + context.subtask());
              return new ProcessHandler<>() {
                @Override
                public void onElement(Long number, long timestampMillis) throws IOException {
                  context.emit(number);
                }

                @Override
                public void close() {
                  calls.add("close " + context.subtask());
                }
              };
            })
        .sink("out", small.sink());
    assertThat(run(2)).hasSize(NUMBERS);
    assertThat(calls).containsExactlyInAnyOrder("open 0", "open 1", "close 0", "close 1");
  }

  @Test
  void sideOutputs_ofStepsAndKeyedFunctions_areReadWhereTheyAreAskedFor() {
    SideOutput<Long> low = SideOutput.named("low");
    SideOutput<String> unread = SideOutput.named("unread");
    DataStream<Long> split =
        numbers("in")
            .process(
                context ->
                    (number, timestampMillis) -> {
                      context.emit(unread, "n" + number);
                      if (number <= 10) {
                        context.emit(low, number);
                      } else {
                        context.emit(number);
                      }
                    });
    DataStream<Long> keyed =
        split
            .keyBy(number -> number % 5)
            .process(
                "keyed",
                context ->
                    (number, timestampMillis) -> {
                      if (number > NUMBERS - 10) {
                        context.emit(low, -number);
                      }
                    });
    keyed.sink("nothing", small.sink());
    split.sideOutput(low).union(keyed.sideOutput(low)).sink("out", small.sink());
    List<Long> expected = new ArrayList<>(range(-NUMBERS, -NUMBERS + 10));
    expected.addAll(range(1, 11));
    assertThat(run(2)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void twoKeyedInputs_shareTheStateOfTheirKey(int parallelism) {
    numbers("left")
        .keyBy(number -> number)
        .<Long, Long>process(
            "join",
            numbers("right").filter(number -> number % 10 == 0).keyBy(number -> number),
            context -> {
              ValueState<Integer> sides = context.value("sides", Integer.class, 0);
              return new KeyedCoHandler<>() {
                private void side(int side, Long number) {
                  sides.update(sides.value() | side);
                  if (sides.value() == 3) {
                    context.emit(number);
                  }
                }

                @Override
                public void onElement(Long number, long timestampMillis) {
                  side(1, number);
                }

                @Override
                public void onSecond(Long number, long timestampMillis) {
                  side(2, number);
                }
              };
            })
        .sink("out", small.sink());
    assertThat(run(parallelism))
        .isEqualTo(range(1, NUMBERS + 1).stream().filter(n -> n % 10 == 0).toList());
  }

  @Test
  void checkedException_ofAStep_namesStepAndElement() {
    numbers("in")
        .<Long>map(
            number -> {
              throw new IOException("told to fail");
            })
        .sink("out", small.sink());
    assertThatThrownBy(() -> run(1))
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining("step \"in/map-1\" failed for the element ")
        .hasRootCauseMessage("told to fail");
  }

  @Test
  void checkedException_ofAnEventTimer_namesTimerAndKey() {
    numbers("in")
        .keyBy(number -> "key-" + number)
        .<Long>process(
            "timers",
            context ->
                KeyedHandler.of(
                    (number, timestampMillis) -> context.registerEventTimer(77),
                    timer -> {
                      throw new IOException("told to fail");
                    }))
        .sink("out", small.sink());
    assertThatThrownBy(() -> run(1))
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining("the function failed at its timer 77 of the key key-")
        .hasRootCauseMessage("told to fail");
  }

  // ---- elements that a function fails for

  private static final SideOutput<FailedElement> FAILED = SideOutput.named("failed");

  private static Long odd(Long number) throws IOException {
    if (number % 2 == 0) {
      throw new IOException(number + " is even");
    }
    return number;
  }

  @Test
  void skipFailures_ofAStep_leavesElementsOutAndCountsThem() {
    numbers("in").map(StepsTest::odd).skipFailures().sink("out", small.sink());
    JobResult result = Streambed.run(builder.build(), Store.of(backend()), options);
    assertThat(small.written).hasSize(NUMBERS / 2).allMatch(number -> number % 2 == 1);
    assertThat(result.failedElements()).isEqualTo(Map.of("in/map-1", NUMBERS / 2L));
  }

  @Test
  void failuresTo_ofAKeyedFunction_givesElementsWithTheirCauses() {
    List<FailedElement> failed = new CopyOnWriteArrayList<>();
    DataStream<Long> counted =
        numbers("in")
            .keyBy(number -> number % 7)
            .<Long>process("odd", context -> (number, at) -> context.emit(odd(number)))
            .failuresTo(FAILED);
    counted
        .sideOutput(FAILED)
        .map(
            each -> {
              failed.add(each);
              return (Long) each.element();
            })
        .union(counted)
        .sink("out", small.sink());
    JobResult result = Streambed.run(builder.parallelism(2).build(), Store.of(backend()), options);
    assertThat(small.written).hasSize(NUMBERS);
    assertThat(failed).hasSize(NUMBERS / 2);
    assertThat(failed)
        .allSatisfy(
            each -> {
              assertThat(each.timestampMillis()).isEqualTo(each.element());
              assertThat(each.cause()).hasMessage(each.element() + " is even");
            });
    assertThat(result.failedElements()).isEqualTo(Map.of("odd", NUMBERS / 2L));
  }

  @Test
  void skipFailures_ofAFunctionWhoseResultsFailElsewhere_failsTheJob() {
    numbers("in")
        .filter(number -> true)
        .skipFailures()
        .map(StepsTest::odd)
        .sink("out", small.sink());
    assertThatThrownBy(() -> run(1))
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining("step \"in/filter-1/map-2\" failed for the element 2");
  }

  @Test
  void skipFailures_ofASource_isRefused() {
    DataStream<Long> numbers = numbers("in");
    assertThatThrownBy(numbers::skipFailures)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no function gives the elements of \"in\"");
  }

  @Test
  void skipFailures_ofAStoreThatFails_failsTheJobHoweverItIsWrapped() {
    for (RuntimeException failure :
        List.of(
            new StorageException("disk full", null),
            new IllegalStateException("wrapped", new StorageException("disk full", null)))) {
      JobBuilder failing = new JobBuilder("small");
      failing
          .source("in", new Numbers(NUMBERS))
          .keyBy(number -> number % 7)
          .<Long>process(
              "store",
              context ->
                  (number, at) -> {
                    throw failure;
                  })
          .skipFailures()
          .sink("out", small.sink());
      assertThatThrownBy(() -> Streambed.run(failing.build(), Store.of(backend()), options))
          .isInstanceOf(JobFailedException.class)
          .hasRootCauseInstanceOf(StorageException.class);
    }
  }
}
