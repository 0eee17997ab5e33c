package io.streambed.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.error.IncompatibleStateException;
import io.streambed.job.Job;
import io.streambed.job.JobBuilder;
import io.streambed.job.KeyedHandler;
import io.streambed.job.Source;
import io.streambed.job.SplitContext;
import io.streambed.job.SplitReader;
import io.streambed.job.WatermarkStrategy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ListSourceTest extends SourceContract<Long> {
  @Override
  Source<String, Long> source(List<String> elements) {
    return ListSource.of(elements);
  }

  private static SplitReader<Integer, Long> open(
      ListSource<Integer> source, String split, long position) {
    return source.open(new SplitContext<>(split, Optional.of(position), () -> {}));
  }

  @Test
  void of_elements_isOneSplitWithoutTimes() throws Exception {
    ListSource<Integer> source = ListSource.of(3, 1, 2);
    assertThat(source.splits()).containsExactly("0");
    SplitReader<Integer, Long> reader = wakeUps.open(source, null);
    assertThat(wakeUps.rest(reader)).containsExactly(3, 1, 2);
    assertThat(reader.timestampMillis()).isEqualTo(SplitReader.NO_TIMESTAMP);
    assertThat(reader.watermark()).isEqualTo(SplitReader.NO_TIMESTAMP);
  }

  @Test
  void of_listThatChangesLater_keepsWhatItHad() throws Exception {
    List<String> given = new ArrayList<>(List.of("a", "b"));
    ListSource<String> source = ListSource.of(given);
    given.set(0, "c");
    assertThat(wakeUps.rest(wakeUps.open(source, null))).containsExactly("a", "b");
  }

  @Test
  void open_splitOrPositionThatIsNotThere_isRefused() {
    ListSource<Integer> source = ListSource.ofSplits(List.of(List.of(1, 2), List.of(3)));
    assertThat(source.splits()).containsExactly("0", "1");
    open(source, "0", 2);
    assertThatThrownBy(() -> open(source, "1", 2))
        .isInstanceOf(IncompatibleStateException.class)
        .hasMessageContainingAll("split \"1\"", "index 2", "a list of 1 elements");
    assertThatThrownBy(() -> open(source, "2", 0))
        .isInstanceOf(IncompatibleStateException.class)
        .hasMessageContainingAll("split \"2\"", "2 splits");
  }

  /** Elements that come before it in time do, whatever split they are in. */
  @Test
  void run_withTimesOfTheJob_firesTimersInOrderOfEventTime() {
    Source<Long, Long> source =
        ListSource.ofSplits(List.of(List.of(10L, 30L, 50L), List.of(20L, 40L)));
    CollectingSink<Long> sink = new CollectingSink<>();
    JobBuilder builder = new JobBuilder("timers");
    builder
        .source("in", source, WatermarkStrategy.bounded(Duration.ZERO, time -> time))
        .keyBy(time -> 0)
        .<Long>process(
            "timers",
            context ->
                KeyedHandler.of(
                    (time, timestampMillis) -> context.registerEventTimer(timestampMillis),
                    context::emit))
        .sink("out", sink);
    Job job = builder.build();
    new ConnectorJob().run(job);
    assertThat(sink.results()).containsExactly(10L, 20L, 30L, 40L, 50L);
  }
}
