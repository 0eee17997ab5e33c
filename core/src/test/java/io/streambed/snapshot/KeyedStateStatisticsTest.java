package io.streambed.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.entry.Entry;
import io.streambed.entry.EntryCursor;
import io.streambed.entry.Expiry;
import io.streambed.entry.Schema;
import io.streambed.entry.StateSchema;
import io.streambed.key.KeyGroupRange;
import io.streambed.serial.Serializers;
import io.streambed.state.StateKind;
import io.streambed.store.FrozenView;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

/** When a count ends that nobody wants any more. */
class KeyedStateStatisticsTest {
  private static final int ENTRIES = 1_000_000;

  private final CancellationRegistry cancellation = new CancellationRegistry();
  private int read;

  /** Many empty entries, during the third of which the count is given up. */
  private final class View implements FrozenView {
    @Override
    public Schema schema() {
      StateSchema count =
          new StateSchema(
              "count",
              StateKind.VALUE,
              Serializers.unit().snapshot(),
              null,
              Serializers.longs().snapshot(),
              Expiry.NONE);
      return new Schema(1, Serializers.longs().snapshot(), List.of(count));
    }

    @Override
    public EntryCursor entries(int keyGroup) {
      return new EntryCursor() {
        private final Entry entry = new Entry();

        @Override
        public boolean advance() throws IOException {
          if (++read == 3) {
            cancellation.close();
          }
          return read <= ENTRIES;
        }

        @Override
        public int state() {
          return 0;
        }

        @Override
        public Entry entry() {
          return entry;
        }
      };
    }

    @Override
    public void close() {}
  }

  @Test
  void count_thatIsGivenUp_endsSoon() {
    assertThatThrownBy(
            () -> KeyedStateStatistics.count(new View(), new KeyGroupRange(0, 0), cancellation))
        .isInstanceOf(CancellationException.class);
    assertThat(read).isLessThan(1_000);
  }
}
