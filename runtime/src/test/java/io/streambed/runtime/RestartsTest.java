package io.streambed.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class RestartsTest {
  private final RestartPolicy policy = new RestartPolicy(2, 0, 1_000);
  private final Restarts restarts =
      new Restarts("small", policy, new JobEvents("small", JobProbe.NONE, JobListener.NONE));

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
  void policy_withTwoNumbers_countsWithinAnHour() {
    assertThat(new RestartPolicy(3, 10)).isEqualTo(new RestartPolicy(3, 10, 3_600_000));
  }
}
