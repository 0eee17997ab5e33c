package io.streambed.examples.flights.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ProgramOptionsTest {
  @Test
  void parse_all_givesThem() {
    assertThat(
            ProgramOptions.parse(
                "--flights", "f", "--rules", "r", "--output", "o", "--records-per-second", "2.5"))
        .isEqualTo(new ProgramOptions("f", "r", "o", 2.5));
  }

  @Test
  void parse_missingUnknownOrNegative_namesIt() {
    assertThatThrownBy(() -> ProgramOptions.parse("--flights", "f", "--rules", "r"))
        .hasMessageContaining("output");
    assertThatThrownBy(() -> ProgramOptions.parse("--flight", "f"))
        .hasMessageContaining("--flight is unknown");
    assertThatThrownBy(() -> ProgramOptions.parse("--records-per-second", "-1"))
        .hasMessageContaining("below 0");
  }
}
