package io.streambed.examples.flights.logic;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TimesTest {
  @Test
  void minute_ofAParsedOne_isTheSameText() {
    for (String text : new String[] {"2001-01-31T23:59", "1969-12-31T00:00", "1970-01-01T00:00"}) {
      assertThat(Times.minute(Times.parseMinute(text))).isEqualTo(text);
    }
  }

  @Test
  void starts_areTheFirstMillisecondOfHourDayAndWeek() {
    long time = Times.parseMinute("2001-01-07T13:45");
    assertThat(Times.minute(Times.hourStart(time))).isEqualTo("2001-01-07T13:00");
    assertThat(Times.minute(Times.dayStart(time))).isEqualTo("2001-01-07T00:00");
    assertThat(Times.minute(Times.weekStart(time))).isEqualTo("2001-01-01T00:00");
    assertThat(Times.day(Times.weekStart(time + Times.DAY_MILLIS))).isEqualTo("2001-01-08");
    assertThat(Times.day(Times.weekStart(Times.parseMinute("1969-12-28T00:00"))))
        .isEqualTo("1969-12-22");
  }

  @Test
  void mean_isRoundedToTenthsHalvesUp() {
    assertThat(Decimals.mean(10, 4)).isEqualTo("2.5");
    assertThat(Decimals.mean(5, 4)).isEqualTo("1.3");
    assertThat(Decimals.mean(-5, 4)).isEqualTo("-1.2");
    assertThat(Decimals.mean(-1, 100)).isEqualTo("0.0");
    assertThat(Decimals.mean(-7, 100)).isEqualTo("-0.1");
    assertThat(Decimals.mean(0, 3)).isEqualTo("0.0");
  }
}
