package io.streambed.examples.flights.logic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class FlightLinesTest {
  @Test
  void parse_line_givesTheFlight() {
    assertThat(FlightLines.parse(7, "2001-01-01T00:01,-13,2345,ANC,LAX"))
        .isEqualTo(new Flight(7, 978_307_260_000L, -13, 2345, "ANC", "LAX"));
  }

  @Test
  void parse_malformed_saysWhyInFixedWords() {
    Map<String, String> reasons =
        Map.ofEntries(
            Map.entry("", "does not have 5 fields"),
            Map.entry("2001-01-01T00:01,1,1,ANC", "does not have 5 fields"),
            Map.entry("2001-01-01T00:01,1,1,ANC,LAX,", "does not have 5 fields"),
            Map.entry("2001-01-01 00:01,1,1,ANC,LAX", Time.REASON),
            Map.entry("2001-02-29T00:01,1,1,ANC,LAX", Time.REASON),
            Map.entry("2001-01-01T24:00,1,1,ANC,LAX", Time.REASON),
            Map.entry("2001-01-01T00:60,1,1,ANC,LAX", Time.REASON),
            Map.entry("2001-01-01T00:01,,1,ANC,LAX", "delay is not a whole number"),
            Map.entry("2001-01-01T00:01,-,1,ANC,LAX", "delay is not a whole number"),
            Map.entry("2001-01-01T00:01,+1,1,ANC,LAX", "delay is not a whole number"),
            Map.entry("2001-01-01T00:01,1.5,1,ANC,LAX", "delay is not a whole number"),
            Map.entry("2001-01-01T00:01,9999999999,1,ANC,LAX", "delay is not a whole number"),
            Map.entry("2001-01-01T00:01,10001,1,ANC,LAX", "delay is not in -10000 to 10000"),
            Map.entry("2001-01-01T00:01,1,-1,ANC,LAX", "distance is not in 0 to 20000"),
            Map.entry("2001-01-01T00:01,1,1,anc,LAX", code("origin")),
            Map.entry("2001-01-01T00:01,1,1,ANC,LAXX", code("destination")));
    reasons.forEach(
        (text, reason) ->
            assertThatThrownBy(() -> FlightLines.parse(1, text))
                .as(text)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(reason));
  }

  private static String code(String field) {
    return field + " is not a code of three capital letters";
  }

  private static final class Time {
    static final String REASON = "time is not a minute of the form 2001-01-31T23:59";
  }

  @Test
  void parse_rule_givesNameTimeAndThreshold() {
    assertThat(Rule.parse("2001-01-01T00:01,session-gap-minutes,45"))
        .isEqualTo(new Rule(new Rule.Key(RuleName.SESSION_GAP_MINUTES, 978_307_260_000L), 45));
    assertThatThrownBy(() -> Rule.parse("2001-01-01T00:01,late,45")).hasMessageStartingWith("rule");
    assertThatThrownBy(() -> Rule.parse("2001-01-01T00:01,late-minutes,-1"))
        .hasMessage("threshold is not in 0 to 10000");
  }
}
