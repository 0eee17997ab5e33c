package io.streambed.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streambed.backend.StateBackend;
import io.streambed.backend.Store;
import io.streambed.checkpoint.CoordinatorOptions;
import io.streambed.checkpoint.MemoryCheckpointStorage;
import io.streambed.connector.ForEachSink;
import io.streambed.file.LocalFileSystem;
import io.streambed.heap.HeapKeyedStoreFactory;
import io.streambed.job.Job;
import io.streambed.job.KeyedContext;
import io.streambed.job.KeyedHandler;
import io.streambed.job.Poll;
import io.streambed.job.Source;
import io.streambed.job.SplitContext;
import io.streambed.job.SplitReader;
import io.streambed.rocksdb.RocksKeyedStoreFactory;
import io.streambed.rocksdb.RocksOptions;
import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import io.streambed.state.ListStateDescriptor;
import io.streambed.state.MapStateDescriptor;
import io.streambed.state.StateQuery;
import io.streambed.state.ValueStateDescriptor;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.testkit.store.ByteStoreFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two threads look into a job, now and in views, while it updates its state and takes snapshots: no
 * answer is made of two moments, and what a view shows is what a model says. For more updates:
 * {@code -Dstreambed.query.updates=}.
 */
@Timeout(120)
class StateQueryRaceTest {
  private static final int UPDATES = Integer.getInteger("streambed.query.updates", 30_000);
  private static final int SNAPSHOTS = 10;
  private static final int VIEWS = 4;
  private static final int SPLITS = 2;
  private static final int KEYS_OF_SPLIT = 32;
  private static final int KEYS = SPLITS * KEYS_OF_SPLIT;
  private static final int KEYS_A_ROUND = 8;

  private static final ValueStateDescriptor<Pair> VALUE =
      new ValueStateDescriptor<>("value", Serializers.records(Pair.class));
  private static final ListStateDescriptor<Pair> LIST =
      new ListStateDescriptor<>("list", Serializers.records(Pair.class));
  private static final MapStateDescriptor<String, long[]> MAP =
      new MapStateDescriptor<>("map", Serializers.strings(), Serializers.of(long[].class));

  /** How often a key came, with a check over both fields. */
  record Pair(long count, long second, long sum) {
    static Pair of(long count) {
      return new Pair(count, ~count * 31, count + ~count * 31);
    }

    boolean isWhole() {
      return equals(of(count));
    }
  }

  private final AtomicLong handled = new AtomicLong();
  private final AtomicInteger snapshots = new AtomicInteger();
  private final AtomicLongArray given = new AtomicLongArray(SPLITS);
  private final AtomicLong asked = new AtomicLong();
  private final AtomicInteger views = new AtomicInteger();
  private volatile boolean paused;
  private volatile boolean stopped;

  /** Numbers from 0 on in each split, until it is paused. */
  private final class Numbers implements Source<Integer, Long> {
    @Override
    public List<String> splits() {
      return List.of("0", "1");
    }

    @Override
    public Serializer<Long> positionSerializer() {
      return Serializers.longs();
    }

    @Override
    public SplitReader<Integer, Long> open(SplitContext<Long> context) {
      int split = Integer.parseInt(context.split());
      return new SplitReader<>() {
        @Override
        public Poll poll() {
          if (paused) {
            return Poll.IDLE;
          }
          given.incrementAndGet(split);
          return Poll.ELEMENT;
        }

        @Override
        public Integer element() {
          return (int) ((given.get(split) - 1) % KEYS_OF_SPLIT) * SPLITS + split;
        }

        @Override
        public Long position() {
          return given.get(split);
        }

        @Override
        public void close() {}
      };
    }
  }

  private KeyedHandler<Integer> update(KeyedContext<Integer, Long> context) {
    var value = context.state(VALUE);
    var list = context.state(LIST);
    var map = context.state(MAP);
    return (key, millis) -> {
      long count = value.value() == null ? 1 : value.value().count() + 1;
      value.update(Pair.of(count));
      list.update(List.of(Pair.of(count), Pair.of(count)));
      for (String each : List.of("a", "b")) {
        // Changed in place, as a value on the heap may be, and put back.
        long[] held = map.get(each);
        long[] changed = held == null ? new long[2] : held;
        changed[0] = count;
        changed[1] = ~count;
        map.put(each, changed);
      }
      handled.incrementAndGet();
    };
  }

  private Job job() {
    return Streambed.job("asked")
        .maxParallelism(8)
        .parallelism(2)
        .source("numbers", new Numbers())
        .keyBy(key -> key)
        .process("update", this::update)
        .sink("none", new ForEachSink<>(none -> {}))
        .build();
  }

  /** Looks one key up, now or in a view. */
  private interface Look {
    <R> Optional<R> of(StateQuery<R> query, int key);
  }

  /** Checks what is found of a key; gives its count. */
  private static long check(Look look, int key) {
    Pair pair = look.of(StateQuery.of(VALUE), key).orElse(Pair.of(0));
    assertThat(pair).matches(Pair::isWhole);
    look.of(StateQuery.of(LIST), key)
        .ifPresent(
            list -> {
              assertThat(list).hasSize(2).allMatch(Pair::isWhole);
              assertThat(list.get(0)).isEqualTo(list.get(1));
            });
    Map<String, long[]> map = look.of(StateQuery.of(MAP), key).orElse(Map.of());
    map.values().forEach(held -> assertThat(held[1]).isEqualTo(~held[0]));
    assertThat(map.values().stream().map(held -> held[0]).distinct()).hasSizeLessThan(2);
    look.of(StateQuery.ofEntry(MAP, "a"), key)
        .ifPresent(held -> assertThat(held[1]).isEqualTo(~held[0]));
    return pair.count();
  }

  private static Look now(JobHandle job) {
    return new Look() {
      @Override
      public <R> Optional<R> of(StateQuery<R> query, int key) {
        return job.query("update", query, key).join();
      }
    };
  }

  private static Look in(OperatorView view) {
    return new Look() {
      @Override
      public <R> Optional<R> of(StateQuery<R> query, int key) {
        return view.query(query, key);
      }
    };
  }

  private void askUntilStopped(JobHandle job) {
    long[] seen = new long[KEYS];
    for (int round = 0; !stopped; round++) {
      for (int i = 0; i < KEYS_A_ROUND && !stopped; i++) {
        int key = (i * 7 + round) % KEYS;
        long count = check(now(job), key);
        assertThat(count).as("nothing is undone").isGreaterThanOrEqualTo(seen[key]);
        seen[key] = count;
        asked.incrementAndGet();
      }
      try (OperatorView view = job.view("update", Duration.ofMinutes(1)).join()) {
        for (int i = 0; i < KEYS_A_ROUND; i++) {
          int key = (i * 7 + round) % KEYS;
          long count = check(in(view), key);
          assertThat(count).isGreaterThanOrEqualTo(seen[key]);
          assertThat(check(in(view), key)).as("a view stays as it is").isEqualTo(count);
        }
      }
      views.incrementAndGet();
    }
  }

  private void run(KeyedStoreFactory factory) {
    Store store =
        Store.of(StateBackend.of(factory, new MemoryCheckpointStorage(64 << 20, UUID::randomUUID)));
    RunOptions options =
        RunOptions.defaults()
            .withCheckpoints(CoordinatorOptions.DEFAULT.withIntervalMillis(20))
            .withRestarts(RestartPolicy.NEVER)
            .withListener(
                event -> {
                  if (event instanceof JobEvent.CheckpointCompleted) {
                    snapshots.incrementAndGet();
                  }
                });
    JobHandle job = Streambed.start(job(), store, options);
    List<CompletableFuture<Void>> askers = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      CompletableFuture<Void> asker = new CompletableFuture<>();
      new Thread(
              () -> {
                try {
                  askUntilStopped(job);
                  asker.complete(null);
                } catch (Throwable e) {
                  asker.completeExceptionally(e);
                }
              })
          .start();
      askers.add(asker);
    }
    await()
        .atMost(Duration.ofSeconds(100))
        .until(
            () ->
                askers.stream().anyMatch(CompletableFuture::isDone)
                    || handled.get() >= UPDATES
                        && snapshots.get() >= SNAPSHOTS
                        && views.get() >= VIEWS);
    stopped = true;
    askers.forEach(CompletableFuture::join);
    paused = true;
    await().until(() -> handled.get() == given.get(0) + given.get(1));
    try (OperatorView view = job.view("update", Duration.ofMinutes(1)).join()) {
      for (int key = 0; key < KEYS; key++) {
        long gave = given.get(key % SPLITS);
        int place = key / SPLITS;
        long expected = gave / KEYS_OF_SPLIT + (gave % KEYS_OF_SPLIT > place ? 1 : 0);
        assertThat(check(in(view), key)).isEqualTo(expected);
        assertThat(check(now(job), key)).isEqualTo(expected);
      }
    }
    System.out.printf(
        "looked into %s: %d updates, %d snapshots, %d keys asked for, %d views%n",
        factory.description().name(), handled.get(), snapshots.get(), asked.get(), views.get());
    job.cancel();
    job.await();
  }

  @Test
  void looks_intoAHeapStoreDuringUpdatesAndSnapshots_areOfOneMoment() {
    run(new HeapKeyedStoreFactory());
  }

  @Test
  void looks_intoAByteStoreDuringUpdatesAndSnapshots_areOfOneMoment() {
    run(new ByteStoreFactory());
  }

  @Test
  void looks_intoARocksDbStoreDuringUpdatesAndSnapshots_areOfOneMoment(@TempDir Path directory) {
    run(new RocksKeyedStoreFactory(new LocalFileSystem(), RocksOptions.in(directory)));
  }
}
