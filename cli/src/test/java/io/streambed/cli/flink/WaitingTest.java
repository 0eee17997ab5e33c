package io.streambed.cli.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WaitingTest {
  @Test
  void until_answerInTheEnd_givesIt() {
    AtomicInteger asked = new AtomicInteger();
    String answer =
        new Waiting(Duration.ofMinutes(1))
            .until("it", () -> asked.incrementAndGet() < 2 ? Optional.empty() : Optional.of("yes"));
    assertThat(answer).isEqualTo("yes");
    assertThat(asked).hasValue(2);
  }

  @Test
  void until_noAnswerInTime_namesWhatWasWaitedFor() {
    Waiting waiting = new Waiting(Duration.ofNanos(1));
    assertThatThrownBy(() -> waiting.until("a miracle", Optional::empty))
        .isInstanceOf(ClusterException.class)
        .hasMessageContainingAll("a miracle", "--timeout");
  }

  @Test
  void until_interrupted_failsAndKeepsTheInterrupt() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> new Waiting(Duration.ofMinutes(1)).until("it", Optional::empty))
        .isInstanceOf(ClusterException.class)
        .hasMessageContaining("interrupted");
    assertThat(Thread.interrupted()).isTrue();
  }
}
