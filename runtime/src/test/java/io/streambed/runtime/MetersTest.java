package io.streambed.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.backend.Store;
import io.streambed.checkpoint.CoordinatorOptions;
import io.streambed.meter.Meters;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is measured of a job, and whose it is. */
@Timeout(60)
class MetersTest {
  private final SmallJob small = new SmallJob();
  private final Map<String, List<Long>> recorded = new ConcurrentHashMap<>();

  /** Notes values by name and tags; its clock goes on by one with each question. */
  private final class Recording implements Meters {
    private final TreeMap<String, String> tags = new TreeMap<>();
    private final AtomicLong clock = new AtomicLong();

    @Override
    public Counter counter(String name) {
      return more -> note(name, more);
    }

    @Override
    public Histogram histogram(String name) {
      return value -> note(name, value);
    }

    @Override
    public Gauge gauge(String name, LongSupplier value) {
      return () -> {};
    }

    @Override
    public Meters tagged(String key, String value) {
      Recording tagged = new Recording();
      tagged.tags.putAll(tags);
      tagged.tags.put(key, value);
      return tagged;
    }

    @Override
    public long nanos() {
      return clock.incrementAndGet();
    }

    private void note(String name, long value) {
      recorded.computeIfAbsent(name + tags, key -> new CopyOnWriteArrayList<>()).add(value);
    }
  }

  private void run(Store store) {
    Streambed.run(
        small.job(),
        store,
        RunOptions.defaults()
            .withCheckpoints(CoordinatorOptions.DEFAULT.withIntervalMillis(0))
            .withMeters(new Recording()));
  }

  @Test
  void run_thenRestore_measuresSnapshotsAndTheRestoreOfEachSubtask() {
    small.onNext = number -> {};
    small.elements = 10;
    Store store = Store.memory();
    run(store);
    String job = small.job().name();
    String tags = "{job=" + job + ", operator=count, subtask=0}";
    assertThat(recorded.get("snapshot.freeze.nanos" + tags)).isNotEmpty().allMatch(n -> n > 0);
    assertThat(recorded.get("snapshot.write.nanos" + tags)).isNotEmpty().allMatch(n -> n > 0);
    assertThat(recorded).doesNotContainKey("restore.nanos" + tags);
    small.elements = 11;
    run(store);
    assertThat(recorded.get("restore.nanos" + tags)).hasSize(1).allMatch(n -> n > 0);
  }
}
