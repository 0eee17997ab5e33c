package io.streambed.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.job.NumberedReader;
import io.streambed.job.Poll;
import io.streambed.job.SplitContext;
import io.streambed.job.SplitReader;
import io.streambed.job.WatermarkStrategy;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** When a split counts as idle, and where it goes on. */
class OpenSplitTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private static OpenSplit split(SplitReader<?, Long> reader, Long position) {
    return split(
        reader, position, WatermarkStrategy.ofSource().withIdleAfter(Duration.ofSeconds(10)));
  }

  @SuppressWarnings("unchecked")
  private static OpenSplit split(
      SplitReader<?, Long> reader, Long position, WatermarkStrategy<Object> strategy) {
    return new OpenSplit(
        new SplitContext<>("a", Optional.ofNullable(position), () -> {}),
        (SplitReader<Object, Object>) (SplitReader<?, ?>) reader,
        strategy);
  }

  private static NumberedReader<Long> timed(Long position) {
    return new NumberedReader<>() {
      @Override
      public Long next() {
        return 1L;
      }

      @Override
      public long timestampMillis() {
        return 5;
      }

      @Override
      public long offset() {
        throw new AssertionError("not reached");
      }

      @Override
      public Long position() {
        return position;
      }
    };
  }

  @Test
  void idle_split_isOneThatWasAskedForLongInVain() {
    OpenSplit split = split(timed(null), null);
    assertThat(split.idle()).as("never asked").isFalse();
    split.read(0, Poll.IDLE, 100 * SECOND);
    assertThat(split.idle()).as("quiet since now").isFalse();
    split.read(0, Poll.IDLE, 109 * SECOND);
    assertThat(split.idle()).isFalse();
    split.read(0, Poll.IDLE, 110 * SECOND);
    assertThat(split.idle()).isTrue();
    split.timestampMillis(1L);
    split.read(1, Poll.IDLE, 111 * SECOND);
    assertThat(split.idle()).as("it has given an element").isFalse();
    split.timestampMillis(1L);
    split.read(1, Poll.ELEMENT, 112 * SECOND);
    assertThat(split.idle()).as("long not asked, and asked again: it may have had some").isFalse();
    split.read(0, Poll.IDLE, 200 * SECOND);
    assertThat(split.idle()).isFalse();
  }

  @Test
  void idle_splitWithoutTimeByItsStrategy_isAlways() {
    OpenSplit split = split(timed(null), null, WatermarkStrategy.withoutTime());
    assertThat(split.idle()).isTrue();
    split.timestampMillis(1L);
    split.read(1, Poll.ELEMENT, SECOND);
    assertThat(split.idle()).isTrue();
  }

  /** A line that is no event, say: time is not to go on without the split for it. */
  @Test
  void idle_splitWhoseFirstElementHasNoTime_isNot() {
    NumberedReader<Long> untimed =
        new NumberedReader<>() {
          @Override
          public Long next() {
            return 1L;
          }

          @Override
          public long offset() {
            return 1;
          }
        };
    OpenSplit split = split(untimed, null);
    split.timestampMillis(1L);
    split.read(1, Poll.ELEMENT, SECOND);
    assertThat(split.idle()).isFalse();
  }

  @Test
  void position_ofAReaderThatHasReadNothing_isTheRestoredOne() {
    assertThat(split(timed(null), 7L).store(1)).isEqualTo(7L);
    assertThat(split(timed(null), null).store(1)).isNull();
    assertThat(split(timed(9L), 7L).store(1)).isEqualTo(9L);
  }

  @Test
  void position_thatIsMissingBehindElements_isRefused() {
    OpenSplit split = split(timed(null), 7L);
    split.timestampMillis(1L);
    split.read(1, Poll.IDLE, SECOND);
    assertThatThrownBy(() -> split.store(1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("split \"a\" has given elements and has no position");
  }
}
