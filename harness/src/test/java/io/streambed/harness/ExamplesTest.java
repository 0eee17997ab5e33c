package io.streambed.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.harness.FraudDetector.Payment;
import io.streambed.harness.FraudDetector.Stats;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The examples of docs/testing-jobs.md, which is held against them. */
class ExamplesTest {
  private static final Path SOURCES = Path.of("src/test/java/io/streambed/harness");
  private static final Path PAGE = Path.of("../docs/testing-jobs.md");

  @Test
  void visits_ofTenMinutes_areCountedByUser() {
    var t = FunctionHarness.of(user -> user, new VisitCounts());
    t.element("ada", 1_000).element("ada", 2_000).element("bob", 3_000).watermark(599_999);
    assertThat(t.output()).containsExactlyInAnyOrder("ada 2", "bob 1");
    t.everywhere();
  }

  @Test
  void payments_ofTenMinutes_areSummedUpByCard() {
    var t = FunctionHarness.of(Payment::card, new FraudDetector());
    t.element(new Payment("card-1", "bakery", 250), 0);
    t.element(new Payment("card-2", "garage", 150_000), 1_000);
    t.element(new Payment("card-1", "bakery", 300), 60_000);
    assertThat(t.value("card-1", "stats", Stats.class)).isEqualTo(new Stats(2, 550));
    assertThat(t.map("card-1", "shops", String.class, Integer.class))
        .isEqualTo(Map.of("bakery", 2));
    assertThat(t.sideOutput(FraudDetector.LARGE)).extracting(Payment::card).containsOnly("card-2");

    HarnessSnapshot snapshot = t.snapshot();
    t.rescale(3);
    t.element(new Payment("card-1", "garage", 1_000), 120_000);
    t.watermark(599_999);
    assertThat(t.output()).isEmpty();
    t.watermark(600_000);
    assertThat(t.takeOutput()).containsExactly("card-1: 3x, 1550 at 2");
    assertThat(t.timers()).as("that of card-2").isEqualTo(1);

    t.restore(snapshot).watermark(601_000);
    assertThat(t.output()).containsExactly("card-1: 2x, 550 at 1", "card-2: 1x, 150000 at 1");
    t.element(new Payment("card-1", "kiosk", 100), 700_000).watermark(1_300_000);
    assertThat(t.takeOutput()).last().isEqualTo("card-1: 1x, 100 at 1");
    t.everywhere();
  }

  @Test
  void sessions_withEndsInAField_areFoundEverywhere() throws IOException {
    var t = FunctionHarness.of(user -> user, new ForgetfulSessions());
    t.element("ada", 0).element("ada", 10_000).watermark(70_000);
    assertThat(t.output()).containsExactly("ada 2"); // all is well, one would think
    assertThatThrownBy(t::everywhere)
        .isInstanceOf(AssertionError.class)
        .satisfies(
            error -> assertThat(Files.readString(PAGE)).contains("```\n" + error.getMessage()));
  }

  @Test
  void page_holdsTheExamples() throws IOException {
    String sources;
    try (Stream<Path> files = Files.list(SOURCES)) {
      sources = files.map(ExamplesTest::unindented).collect(Collectors.joining("\n"));
    }
    List<String> blocks =
        Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(PAGE))
            .results()
            .map((MatchResult block) -> block.group(1))
            .toList();
    assertThat(blocks).hasSizeGreaterThan(3);
    for (String block : blocks) {
      assertThat(sources).contains(unindented(block.lines()));
    }
  }

  private static String unindented(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return unindented(lines);
    } catch (IOException e) {
      throw new IllegalStateException(file + " cannot be read", e);
    }
  }

  private static String unindented(Stream<String> lines) {
    return lines.map(String::strip).collect(Collectors.joining("\n"));
  }
}
