package io.streambed.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.job.NumberedReader;
import io.streambed.job.NumberedSource;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A source that cannot tell its splits, or tells wrong ones. */
class SplitDiscoveryTest extends HangContract {
  private interface Splits {
    List<String> get() throws Exception;
  }

  private void splits(Splits splits) {
    small.source = new Given(splits);
  }

  private record Given(Splits given) implements NumberedSource<Long> {
    @Override
    public int count() {
      throw new AssertionError("not reached");
    }

    @Override
    public List<String> splits() {
      try {
        return given.get();
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public NumberedReader<Long> open(int split, long offset) {
      return new NumberedReader<>() {
        private long next = offset;

        @Override
        public Long next() {
          return next < 5 ? next++ : null;
        }

        @Override
        public long offset() {
          return next;
        }
      };
    }
  }

  @Test
  void splits_namedTwice_areRefused() {
    splits(() -> List.of("0", "1", "0"));
    assertThat(failure(start()))
        .hasMessageContaining("finding the splits of source \"numbers\" failed")
        .hasMessageContaining("split \"0\" is named twice");
  }

  @Test
  void splits_withoutAName_areRefused() {
    for (String name : Arrays.asList(null, "", "x".repeat(256))) {
      splits(() -> Arrays.asList("0", name));
      assertThat(failure(start()))
          .hasMessageContaining("the id of a split is " + name + ": it has 1 to 255 characters");
    }
  }

  @Test
  void splits_thatFail_startTheJobAgain() {
    AtomicInteger asked = new AtomicInteger();
    splits(
        () -> {
          if (asked.incrementAndGet() == 1) {
            throw new IllegalStateException("told to fail");
          }
          return List.of("0", "1");
        });
    options = options.withRestarts(new RestartPolicy(1, 0));
    assertThat(start().await().restarts()).isEqualTo(1);
    assertThat(small.committedLines()).isEqualTo(10);
  }

  @Test
  void splits_thatHang_areNamedWhenTheJobIsCancelled() {
    splits(
        () -> {
          hang.here();
          return List.of();
        });
    assertLeftBehind(
        cancelledWhileHanging(),
        "small/numbers/splits",
        "called by io.streambed.runtime.Hang.here");
  }

  @Test
  void splits_ofWhichThereAreNone_endTheJob() {
    splits(List::of);
    assertThat(start().await().recordsRead()).isZero();
  }
}
