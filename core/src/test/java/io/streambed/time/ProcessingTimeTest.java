package io.streambed.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessingTimeTest {
  private static final long START = 1_700_000_000_000L;
  private static final long HOUR = 3_600_000;

  private long wallMillis = START;
  private long nanos;
  private final ProcessingTime time = new ProcessingTime(new Wall(), () -> nanos);

  private void pass(long millis) {
    wallMillis += millis;
    nanos += TimeUnit.MILLISECONDS.toNanos(millis);
  }

  @Test
  void now_withoutAJump_isTheWallClocks() {
    assertThat(time.getAsLong()).isEqualTo(START);
    pass(7);
    assertThat(time.getAsLong()).isEqualTo(START + 7);
    assertThat(time.jump()).isEmpty();
  }

  @Test
  void goOnFrom_aTimeAheadOfTheWallClock_isThatTimeAtTheClocksPaceUntilTheClockHasCaughtUp() {
    assertThat(time.goOnFrom(START + HOUR)).isEqualTo(HOUR);
    assertThat(time.getAsLong()).isEqualTo(START + HOUR);
    pass(7);
    assertThat(time.getAsLong()).isEqualTo(START + HOUR + 7);
    wallMillis += HOUR;
    assertThat(time.getAsLong()).isEqualTo(START + HOUR + 7);
    wallMillis += 5;
    assertThat(time.getAsLong()).isEqualTo(START + HOUR + 12);
  }

  @Test
  void goOnFrom_aTimeThatHasPassed_changesNothing() {
    assertThat(time.goOnFrom(START - 1)).isZero();
    assertThat(time.getAsLong()).isEqualTo(START);
  }

  @ParameterizedTest
  @ValueSource(longs = {HOUR, 24 * HOUR, 8_766 * HOUR})
  void now_afterAJumpAhead_isTheWallClocks(long jump) {
    wallMillis += jump;
    assertThat(time.getAsLong()).isEqualTo(START + jump);
    assertThat(time.jump()).hasValue(jump);
    assertThat(time.jump()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {5, HOUR, 24 * HOUR, 8_766 * HOUR})
  void now_afterAJumpBack_goesOnAtTheMonotonicPaceUntilTheWallClockHasCaughtUp(long jump) {
    pass(100);
    time.getAsLong();
    wallMillis -= jump;
    for (long passed = 0; passed < 50; passed += 10) {
      assertThat(time.getAsLong()).isEqualTo(START + 100 + passed);
      pass(10);
    }
    wallMillis += jump;
    assertThat(time.getAsLong()).isEqualTo(START + 150);
    pass(1);
    assertThat(time.getAsLong()).isEqualTo(START + 151);
  }

  @Test
  void now_aheadAndBack_goesOnFromTheGreatestSeen() {
    wallMillis += HOUR;
    assertThat(time.jump()).hasValue(HOUR);
    wallMillis -= HOUR;
    assertThat(time.jump()).hasValue(-HOUR);
    pass(500);
    assertThat(time.getAsLong()).isEqualTo(START + HOUR + 500);
  }

  @Test
  void now_twiceBack_neverGoesBack() {
    pass(1_000);
    long last = time.getAsLong();
    for (int i = 0; i < 10; i++) {
      wallMillis -= HOUR;
      pass(3);
      assertThat(time.getAsLong()).isEqualTo(last + 3);
      last += 3;
    }
  }

  @Test
  void jump_ofAClockThatIsAdjustedLittleByLittle_isNone() {
    for (int i = 0; i < 1_000; i++) {
      pass(10);
      wallMillis += i % 2 == 0 ? 5 : -5;
      assertThat(time.jump()).isEmpty();
    }
  }

  private final class Wall extends Clock {
    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return Instant.ofEpochMilli(wallMillis);
    }
  }
}
