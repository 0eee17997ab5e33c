package io.streambed.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.testkit.store.MemoryStreams;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RunnableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Chains of increments, while the job goes on, with aborts and rescales in between. */
class RocksChainTest implements RocksStores {
  private static final int INCREMENTS = 10;
  private static final int CHANGES = 1_500;

  private final ExecutorService executor = Executors.newFixedThreadPool(2);
  private final MemoryStreams streams = new MemoryStreams();
  private final List<Long> complete = new ArrayList<>();
  private PlainJob model = new PlainJob();
  private long checkpoint;

  @AfterEach
  void stop() {
    executor.shutdownNow();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  @Tag("FLINK-26062")
  @Tag("FLINK-26063")
  void restore_chainOfIncrements_equalsTheModel(long seed) throws Exception {
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    RocksJob job = new RocksJob(FACTORY, 2);
    try {
      job.open();
      play(job, random, CHANGES);
      for (int i = 0; i < INCREMENTS; i++) {
        if (random.nextInt(3) == 0) {
          abort(job, random);
        }
        PlainJob frozen = model.copy();
        List<KeyedStateHandle> handles = complete(job, random);
        job.expect(model);
        job.close();
        job = new RocksJob(FACTORY, 1 + random.nextInt(4));
        // Jobs declare their states before, or open them when they are used.
        if (random.nextBoolean()) {
          job.open();
        }
        job.restore(handles, streams);
        model = frozen;
        job.expect(model);
        play(job, random, CHANGES / 3);
      }
      job.expect(model);
    } finally {
      job.close();
    }
    assertThat(streams.openStreams()).isZero();
    assertThat(FACTORY.openNativeHandles()).isZero();
    complete.forEach(streams::subsume);
    assertThat(streams.sharedFiles()).isZero();
    assertThat(streams.finishedStreams()).isZero();
  }

  private void play(RocksJob job, Random random, int changes) {
    for (int i = 0; i < changes; i++) {
      job.change(random, model);
    }
  }

  private List<KeyedStateHandle> complete(RocksJob job, Random random) throws Exception {
    checkpoint++;
    List<KeyedStateHandle> handles = new ArrayList<>();
    for (var future : run(job, random)) {
      KeyedStateHandle handle = future.get();
      assertThat(handle).isInstanceOf(KeyedStateHandle.Incremental.class);
      handles.add(handle);
    }
    streams.complete(checkpoint, handles);
    complete.add(checkpoint);
    if (complete.size() > 2) {
      streams.subsume(complete.remove(0));
    }
    return handles;
  }

  /** Some are written and given up then, some cancelled before. */
  private void abort(RocksJob job, Random random) throws Exception {
    checkpoint++;
    for (var future : run(job, random)) {
      if (random.nextBoolean()) {
        future.get();
      } else {
        future.cancel(true);
      }
    }
    streams.abort(checkpoint);
  }

  /** The job goes on while its snapshot is written. */
  private List<RunnableFuture<KeyedStateHandle>> run(RocksJob job, Random random) {
    List<RunnableFuture<KeyedStateHandle>> futures =
        job.snapshot(checkpoint, streams.forCheckpoint(checkpoint));
    futures.forEach(executor::execute);
    play(job, random, CHANGES / 3);
    return futures;
  }
}
