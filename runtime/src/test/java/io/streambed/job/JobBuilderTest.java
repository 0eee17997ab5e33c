package io.streambed.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.streambed.connector.ListSource;
import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import io.streambed.state.StateDescriptor;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class JobBuilderTest {
  private static void declare(JobBuilder builder) {
    builder.source("in", new Nothing()).sink("out", new Nowhere());
  }

  private static List<Integer> parallelism(JobBuilder builder) {
    return builder.build().operators().stream().map(JobOperator::parallelism).toList();
  }

  @Test
  void sourceOrSink_null_isToldWhereItIsGiven() {
    JobBuilder builder = new JobBuilder("job");
    assertThatThrownBy(() -> builder.source("in", null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("source");
    DataStream<String> stream = builder.source("in", ListSource.of("a"));
    assertThatThrownBy(() -> stream.sink("out", null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("sink");
  }

  @Test
  void parallelism_ofNothing_isOne() {
    JobBuilder builder = new JobBuilder("job");
    declare(builder);
    assertThat(parallelism(builder)).containsExactly(1, 1);
  }

  @Test
  void parallelism_beforeOrAfterTheOperators_isTheSame() {
    JobBuilder before = new JobBuilder("job").parallelism(3).parallelism("in", 2);
    declare(before);
    JobBuilder after = new JobBuilder("job");
    declare(after);
    after.parallelism("in", 2).parallelism(3).maxParallelism(8);
    assertThat(parallelism(before)).containsExactly(2, 3);
    assertThat(parallelism(after)).containsExactly(2, 3);
  }

  @Test
  void parallelism_setToTwoNumbers_isRefusedWithBoth() {
    JobBuilder builder = new JobBuilder("job").parallelism(3);
    declare(builder);
    builder.parallelism(4);
    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("set to 3 and to 4")
        .hasMessageContaining("parallelism(id, subtasks)");
  }

  @Test
  void parallelism_ofAnOperatorThatIsNotThere_isRefused() {
    JobBuilder builder = new JobBuilder("job").parallelism("inn", 2);
    declare(builder);
    assertThatThrownBy(builder::build).hasMessageContaining("no operator \"inn\"");
  }

  // ---- states, which opening the function declares

  private static IllegalArgumentException refused(KeyedFunction<Integer, String, String> function) {
    JobBuilder builder = new JobBuilder("job");
    builder
        .source("in", new Nothing())
        .keyBy(String::length)
        .process("count", function)
        .sink("out", new Nowhere());
    return catchThrowableOfType(IllegalArgumentException.class, builder::build);
  }

  @Test
  void build_functions_areOpenedAndClosedOnceToLearnTheirStates() {
    List<String> calls = new ArrayList<>();
    JobBuilder builder = new JobBuilder("job");
    builder
        .source("in", new Nothing())
        .keyBy(String::length)
        .<String>process(
            "count",
            context -> {
              calls.add("open");
              context.value("count", Long.class, 0L);
              context.list("names", String.class);
              context.map("prices", String.class, Double.class);
              context.reducing("sum", Long.class, Long::sum);
              return new KeyedHandler<>() {
                @Override
                public void onElement(String element, long timestampMillis) {}

                @Override
                public void close() {
                  calls.add("close");
                }
              };
            })
        .sink("out", new Nowhere());
    JobOperator.KeyedOperator operator =
        (JobOperator.KeyedOperator) builder.build().operators().get(1);
    assertThat(calls).containsExactly("open", "close");
    assertThat(operator.states().keyed())
        .extracting(StateDescriptor::name)
        .containsExactly("count", "names", "prices", "sum");
  }

  @Test
  void build_functionThatUsesStateWhenOpened_isRefused() {
    assertThat(
            refused(
                context -> {
                  context.value("count", Long.class, 0L).update(1L);
                  return (element, timestampMillis) -> {};
                }))
        .hasMessageContaining("state \"count\" of operator \"count\" is used while")
        .hasMessageContaining("use them in the handler");
    assertThat(
            refused(
                context -> {
                  context.registerEventTimer(1);
                  return (element, timestampMillis) -> {};
                }))
        .hasMessageContaining("a timer of operator \"count\" is used while its function is opened");
    assertThat(
            refused(
                context -> {
                  context.emit("x" + context.key());
                  return (element, timestampMillis) -> {};
                }))
        .hasMessageContaining("the current key of operator \"count\" is used while");
  }

  @Test
  void build_functionsThatCannotBeOpened_areToldWithTheirCauses() {
    assertThat(
            refused(
                context -> {
                  throw new IOException("no connection");
                }))
        .hasMessageContaining("operator \"count\": its function cannot be opened")
        .hasMessageContaining("no connection")
        .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
    assertThat(refused(context -> null)).hasMessageContaining("opened to null");
    assertThat(
            refused(
                context -> {
                  context.value("x", StringBuilder.class);
                  return (element, timestampMillis) -> {};
                }))
        .hasMessageContaining("java.lang.StringBuilder");
  }

  @Test
  void build_statesThatClash_areRefusedByName() {
    assertThat(
            refused(
                context -> {
                  context.value("twice", Long.class);
                  context.list("twice", Long.class);
                  context.value("_mine", Long.class);
                  context.broadcast("rules", String.class, String.class);
                  return (element, timestampMillis) -> {};
                }))
        .hasMessageContaining("declares keyed state \"twice\" twice")
        .hasMessageContaining("state \"_mine\": names with _ first are reserved")
        .hasMessageContaining("declares broadcast state and has no broadcast input");
  }

  @Test
  void build_stepThatNobodyReads_isRefused() {
    JobBuilder builder = new JobBuilder("job");
    DataStream<String> in = builder.source("in", new Nothing());
    in.map(String::length);
    in.sink("out", new Nowhere());
    assertThatThrownBy(builder::build).hasMessageContaining("nobody reads what step \"in/map-1\"");
  }

  @Test
  void build_sideOutputThatNobodyGivesTo_isRefused() {
    JobBuilder builder = new JobBuilder("job");
    SideOutput<String> side = SideOutput.named("side");
    DataStream<String> in = builder.source("in", new Nothing());
    in.sink("out", new Nowhere());
    in.filter(text -> true).sideOutput(side).sink("side-out", new Nowhere());
    assertThatThrownBy(builder::build)
        .hasMessageContaining("\"in/filter-1\" gives nothing to the side output \"side\"");
  }

  @Test
  void build_discoveryIntervalBelowAMillisecond_isRefused() {
    for (Duration interval : Arrays.asList(null, Duration.ofNanos(1), Duration.ofSeconds(-1))) {
      JobBuilder builder = new JobBuilder("job");
      builder
          .source(
              "in",
              new Nothing() {
                @Override
                public Duration discoveryInterval() {
                  return interval;
                }
              })
          .sink("out", new Nowhere());
      assertThatThrownBy(builder::build)
          .hasMessageContaining("its discovery interval is " + interval);
    }
  }

  @Test
  void process_streamsWithKeysOfTwoTypes_areRefused() {
    JobBuilder builder = new JobBuilder("job");
    KeyedStream<Integer, String> byLength =
        builder.source("in", new Nothing()).keyBy(String::length);
    @SuppressWarnings({"unchecked", "rawtypes"})
    KeyedStream<Integer, String> byText =
        (KeyedStream) builder.source("other", new Nothing()).keyBy(text -> text);
    assertThatThrownBy(() -> byLength.process("join", byText, context -> null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("keys of two types: int and string");
  }

  private static class Nothing implements NumberedSource<String> {
    @Override
    public int count() {
      return 1;
    }

    @Override
    public NumberedReader<String> open(int split, long offset) {
      throw new IllegalStateException("never opened");
    }
  }

  private static final class Nowhere implements Sink<String, String> {
    @Override
    public SinkWriter<String, String> open(SinkContext<String> context) {
      throw new IllegalStateException("never opened");
    }

    @Override
    public Serializer<String> committableSerializer() {
      return Serializers.strings();
    }
  }
}
