package io.streambed.connector;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import io.streambed.job.Poll;
import io.streambed.job.Source;
import io.streambed.job.SplitReader;
import io.streambed.serial.Serializer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What every source of these tests does that has one split and an end.
 *
 * @param <P> the type of the positions
 */
abstract class SourceContract<P> {
  final WakeUps wakeUps = new WakeUps();

  /** A source of these elements, and then its end. */
  abstract Source<String, P> source(List<String> elements) throws Exception;

  static List<String> elements(int count) {
    return IntStream.range(0, count).mapToObj(n -> "element " + n).toList();
  }

  @Test
  void poll_fromTheBeginning_givesEveryElementOnceInOrder() throws Exception {
    List<String> elements = elements(3_000);
    try (SplitReader<String, P> reader = wakeUps.open(source(elements), null)) {
      assertThat(wakeUps.rest(reader)).isEqualTo(elements);
    }
  }

  @Test
  void poll_withoutElements_isAtTheEnd() throws Exception {
    try (SplitReader<String, P> reader = wakeUps.open(source(List.of()), null)) {
      assertThat(wakeUps.poll(reader)).isEqualTo(Poll.END);
    }
  }

  @Test
  void open_atThePositionOfEachElement_goesOnBehindIt() throws Exception {
    List<String> elements = elements(600);
    Source<String, P> source = source(elements);
    List<P> positions = new ArrayList<>();
    try (SplitReader<String, P> reader = wakeUps.open(source, null)) {
      while (wakeUps.poll(reader) == Poll.ELEMENT) {
        positions.add(stored(source.positionSerializer(), reader.position()));
      }
      assertThat(reader.position()).as("at the end").isEqualTo(positions.get(599));
    }
    for (int i = 0; i < elements.size(); i += 1 + i / 10) {
      try (SplitReader<String, P> reader = wakeUps.open(source, positions.get(i))) {
        assertThat(reader.position()).as("before it reads").isEqualTo(positions.get(i));
        assertThat(wakeUps.rest(reader)).isEqualTo(elements.subList(i + 1, elements.size()));
      }
    }
  }

  /** The position as it comes back from a checkpoint. */
  private static <P> P stored(Serializer<P> serializer, P position) {
    ByteWriter out = new ByteWriter();
    serializer.write(position, out);
    return serializer.read(new ByteReader(out.toByteArray()));
  }

  @Test
  void run_jobFailsTwice_readsEveryElementOnce() throws Exception {
    List<String> elements = elements(20_000);
    ConnectorJob job = new ConnectorJob();
    CollectingSink<String> sink = new CollectingSink<>();
    var result = job.run(job.failingJob(source(elements), "element 9000", sink));
    assertThat(sink.results()).isEqualTo(elements);
    assertThat(result.restarts()).isBetween(1, 2);
  }
}
