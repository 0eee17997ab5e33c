package io.streambed.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RestartsTest {
  private final RestartPolicy policy = new RestartPolicy(2, 0, 0, 1_000);
  private final Restarts restarts = restarts(policy);

  private static Restarts restarts(RestartPolicy policy) {
    return new Restarts("small", policy, new JobEvents("small", JobProbe.NONE, JobListener.NONE));
  }

  private void count(long nowMillis) {
    restarts.count("told to fail", null, nowMillis);
  }

  @Test
  void count_moreThanAllowedWithinTheWindow_failsTheJob() {
    count(0);
    count(999);
    assertThatThrownBy(() -> count(999))
        .isInstanceOf(JobFailedException.class)
        .hasMessage("job \"small\" failed after 2 restarts within 1000 ms: told to fail");
  }

  @Test
  void count_nowAndThen_goesOnForEver() {
    for (int i = 0; i < 100; i++) {
      count(i * 500L);
    }
    assertThat(restarts.total()).isEqualTo(100);
  }

  @Test
  void policy_withTwoNumbers_countsWithinAnHourAndWaitsAMinuteAtMost() {
    assertThat(new RestartPolicy(3, 10)).isEqualTo(new RestartPolicy(3, 10, 60_000, 3_600_000));
    assertThat(new RestartPolicy(3, 90_000).maxDelayMillis()).isEqualTo(90_000);
  }

  @Test
  void delay_ofRestartsInTheWindow_doublesToTheLongest() {
    Restarts growing = restarts(new RestartPolicy(6, 100, 1_000, 5_000));
    List<Long> delays = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      growing.count("told to fail", null, i);
      delays.add(growing.delayMillis());
    }
    assertThat(delays).containsExactly(100L, 200L, 400L, 800L, 1_000L, 1_000L);
  }

  @Test
  void delay_withoutABound_neverBecomesNegative() {
    RestartPolicy unbounded = new RestartPolicy(100, 1, Long.MAX_VALUE, 5_000);
    assertThat(unbounded.delayMillis(63)).isEqualTo(1L << 62);
    assertThat(unbounded.delayMillis(100)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void delay_afterAQuietWindow_beginsAnew() {
    Restarts growing = restarts(new RestartPolicy(6, 100, 1_000, 5_000));
    growing.count("told to fail", null, 0);
    growing.count("told to fail", null, 10);
    growing.count("told to fail", null, 5_010);
    assertThat(growing.delayMillis()).isEqualTo(100);
  }

  @Test
  void policy_whoseLongestDelayIsBelowTheFirst_isRefused() {
    assertThatThrownBy(() -> new RestartPolicy(1, 100, 99, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("maxDelayMillis 99 is below delayMillis 100");
  }
}
