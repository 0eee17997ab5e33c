package io.streambed.examples.flights.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class NumberedLinesTest {
  private static NumberedLines lines(String text) throws IOException {
    return new NumberedLines(
        "rules.csv", new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), "head");
  }

  @Test
  void next_bothEndsAndNone_givesLinesAndNumbers() throws IOException {
    try (NumberedLines lines = lines("head\r\na\rb\r\n\nlast")) {
      assertThat(lines.next()).isEqualTo("a\rb");
      assertThat(lines.number()).isEqualTo(2);
      assertThat(lines.next()).isEmpty();
      assertThat(lines.next()).isEqualTo("last");
      assertThat(lines.number()).isEqualTo(4);
      assertThat(lines.next()).isNull();
    }
  }

  @Test
  void next_aroundTheGreatestLength_cutsOnlyBeyond() throws IOException {
    String longest = "x".repeat(NumberedLines.MAX_LINE_BYTES);
    String text = "head\n" + longest + "\r\n" + longest + "y\n" + longest + "\rz\n" + longest;
    try (NumberedLines lines = lines(text)) {
      assertThat(lines.next()).isEqualTo(longest);
      assertThat(lines.tooLong()).isFalse();
      assertThat(lines.next()).isEmpty();
      assertThat(lines.tooLong()).isTrue();
      assertThat(lines.next()).isEmpty();
      assertThat(lines.tooLong()).isTrue();
      assertThat(lines.next()).isEqualTo(longest);
      assertThat(lines.tooLong()).isFalse();
    }
  }

  @Test
  void open_otherHeader_namesFileAndHeader() {
    assertThatThrownBy(() -> lines("heads\n")).hasMessageContainingAll("rules.csv, line 1", "head");
    assertThatThrownBy(() -> lines("")).hasMessageContaining("rules.csv");
  }
}
