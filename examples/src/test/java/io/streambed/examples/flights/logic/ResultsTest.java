package io.streambed.examples.flights.logic;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.examples.flights.logic.Disruption.Session;
import io.streambed.examples.flights.logic.HourStats.Departure;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is computed, on small inputs. */
class ResultsTest {
  private static final long EIGHT = Times.parseMinute("2001-01-03T08:00");

  private static Flight flight(long line, int minute, int delay) {
    return new Flight(line, EIGHT + minute * Times.MINUTE_MILLIS, delay, 100, "ATL", "SAV");
  }

  @Test
  void threshold_isThatOfTheRuleEffectiveLast() {
    Map<Rule.Key, Integer> rules = new LinkedHashMap<>();
    rules.put(new Rule.Key(RuleName.LATE_MINUTES, 300), 30);
    rules.put(new Rule.Key(RuleName.LATE_MINUTES, 100), 10);
    rules.put(new Rule.Key(RuleName.SESSION_GAP_MINUTES, 200), 99);
    assertThat(RuleTable.threshold(rules.entrySet(), RuleName.LATE_MINUTES, 99)).isEqualTo(15);
    assertThat(RuleTable.threshold(rules.entrySet(), RuleName.LATE_MINUTES, 100)).isEqualTo(10);
    assertThat(RuleTable.threshold(rules.entrySet(), RuleName.LATE_MINUTES, 299)).isEqualTo(10);
    assertThat(RuleTable.threshold(rules.entrySet(), RuleName.LATE_MINUTES, 300)).isEqualTo(30);
  }

  @Test
  void hourLine_countsFlightsAndLateOnes() {
    HourStats stats = HourStats.NONE.plus(new Departure(20, true)).plus(new Departure(-5, false));
    assertThat(stats.line("ATL", EIGHT)).isEqualTo("hourly,2001-01-03T08:00,ATL,2,1,7.5");
  }

  @Test
  void worst_equalDelays_earlierDepartureThenLineComesFirst() {
    List<Flight> worst = List.of();
    for (Flight flight :
        List.of(flight(9, 5, 40), flight(4, 1, 40), flight(2, 9, 30), flight(3, 1, 40))) {
      worst = WorstFlights.with(worst, flight);
    }
    assertThat(worst).containsExactly(flight(3, 1, 40), flight(4, 1, 40), flight(9, 5, 40));
    assertThat(WorstFlights.lines(worst, worst.get(0).route(), Times.weekStart(EIGHT)).get(2))
        .isEqualTo("worst,2001-01-01,ATL-SAV,3,2001-01-03T08:05,40");
  }

  @Test
  void session_shorterGap_doesNotDrawTheEndNearer() {
    Session session = Session.of(flight(1, 0, 20), 60);
    assertThat(session.with(flight(2, 10, 20), 30))
        .isEqualTo(new Session(EIGHT, EIGHT + 600_000, EIGHT + 3_600_000));
    assertThat(session.with(flight(2, 40, 20), 30).endMillis()).isEqualTo(EIGHT + 4_200_000);
  }

  @Test
  void disruptionLine_givesBoundsMeanAndWorst() {
    Disruption whole = Disruption.of(flight(1, 0, 20)).plus(Disruption.of(flight(2, 10, 35)));
    Session session = Session.of(flight(1, 0, 20), 30).with(flight(2, 10, 35), 30);
    assertThat(whole.line("ATL", session))
        .isEqualTo("disruption,ATL,2001-01-03T08:00,2001-01-03T08:10,2,27.5,35");
  }

  @Test
  void totalsLine_sumsUp() {
    assertThat(Totals.NONE.plus(flight(1, 0, -4)).plus(flight(2, 1, 1)).line("SAV", EIGHT))
        .isEqualTo("totals,2001-01-03,SAV,2,200,-1.5");
  }
}
