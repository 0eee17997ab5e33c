package io.streambed.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.file.Compression;
import io.streambed.key.KeyGroupRange;
import io.streambed.keyed.KeyedStateBackend;
import io.streambed.serial.Serializers;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.RestoreProgress;
import io.streambed.snapshot.SnapshotOptions;
import io.streambed.state.ListStateDescriptor;
import io.streambed.state.MapStateDescriptor;
import io.streambed.state.TimeToLive;
import io.streambed.state.ValueStateDescriptor;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.store.StoreContext;
import io.streambed.store.TaskInfo;
import io.streambed.testkit.store.MemoryStreams;
import io.streambed.testkit.store.TimeToLiveContract;
import io.streambed.time.StateTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** State in RocksDB expires as it has to, also where a checkpoint is its files as they are. */
class RocksTimeToLiveTest extends TimeToLiveContract implements RocksStores {
  private static final TimeToLive TEN = TimeToLive.of(Duration.ofMillis(10));

  private final MemoryStreams streams = new MemoryStreams();
  private long nowMillis = 1_000;
  private long checkpoints;
  private StateTime time;

  @Override
  protected KeyedStoreFactory factory() {
    return FACTORY;
  }

  @Override
  protected int plays() {
    return 1;
  }

  private KeyedStateBackend<Long> backend(KeyedStateHandle from) throws Exception {
    return backend(null, false, from);
  }

  /** A backend of what it restores from, whose states are open before that, or not yet. */
  private KeyedStateBackend<Long> backend(
      TimeToLive policy, boolean opensFirst, KeyedStateHandle from) throws Exception {
    var backend =
        new KeyedStateBackend<>(
            FACTORY.create(StoreContext.alone(Serializers.longs(), 4, new KeyGroupRange(0, 3))),
            new TaskInfo("job", "operator", 0),
            time = StateTime.of(() -> nowMillis));
    if (opensFirst) {
      read(backend, 1, policy);
      backend.clearCurrentKey();
    }
    if (from != null) {
      backend.restore(List.of(from), streams, RestoreProgress.NONE);
    }
    return backend;
  }

  private KeyedStateHandle increment(KeyedStateBackend<Long> backend) throws Exception {
    long id = ++checkpoints;
    var snapshot =
        backend.snapshot(
            id, streams.forCheckpoint(id), SnapshotOptions.checkpoint(Compression.NONE));
    snapshot.run();
    KeyedStateHandle handle = snapshot.get();
    streams.complete(id, List.of(handle));
    assertThat(handle).isInstanceOf(KeyedStateHandle.Incremental.class);
    return handle;
  }

  private static void write(KeyedStateBackend<Long> backend, long key, TimeToLive policy) {
    backend.setCurrentKey(key);
    backend
        .getState(new ValueStateDescriptor<>("value", Serializers.longs()).withTimeToLive(policy))
        .update(key);
    backend
        .getListState(new ListStateDescriptor<>("list", Serializers.longs()).withTimeToLive(policy))
        .add(key);
    backend
        .getMapState(
            new MapStateDescriptor<>("map", Serializers.longs(), Serializers.longs())
                .withTimeToLive(policy))
        .put(key, key);
  }

  private static List<Object> read(KeyedStateBackend<Long> backend, long key, TimeToLive policy) {
    backend.setCurrentKey(key);
    List<Object> all = new ArrayList<>();
    all.add(
        backend
            .getState(
                new ValueStateDescriptor<>("value", Serializers.longs()).withTimeToLive(policy))
            .value());
    all.add(
        backend
            .getListState(
                new ListStateDescriptor<>("list", Serializers.longs()).withTimeToLive(policy))
            .get());
    all.add(
        backend
            .getMapState(
                new MapStateDescriptor<>("map", Serializers.longs(), Serializers.longs())
                    .withTimeToLive(policy))
            .get(key));
    return all;
  }

  @Test
  void increment_whatExpired_isExpiredAfterARestore() throws Exception {
    try (KeyedStateBackend<Long> backend = backend(null)) {
      write(backend, 1, TEN);
      nowMillis += 5;
      KeyedStateHandle first;
      try (KeyedStateBackend<Long> second = backend(increment(backend))) {
        write(second, 2, TEN);
        first = increment(second);
      }
      nowMillis += 5;
      try (KeyedStateBackend<Long> restored = backend(first)) {
        assertThat(read(restored, 1, TEN)).containsExactly(null, null, null);
        assertThat(read(restored, 2, TEN)).containsExactly(2L, List.of(2L), 2L);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void increment_timeToLiveSwitchedOnAndOff_migrates(boolean opensFirst) throws Exception {
    try (KeyedStateBackend<Long> backend = backend(null)) {
      write(backend, 1, null);
      nowMillis += 1_000;
      try (KeyedStateBackend<Long> on = backend(TEN, opensFirst, increment(backend))) {
        assertThat(read(on, 1, TEN)).containsExactly(1L, List.of(1L), 1L);
        nowMillis += 9;
        time.refresh();
        assertThat(read(on, 1, TEN)).containsExactly(1L, List.of(1L), 1L);
        KeyedStateHandle stamped = increment(on);
        nowMillis += 1;
        time.refresh();
        assertThat(read(on, 1, TEN)).containsExactly(null, null, null);
        try (KeyedStateBackend<Long> off = backend(null, opensFirst, stamped)) {
          nowMillis += 1_000;
          time.refresh();
          assertThat(read(off, 1, null)).containsExactly(1L, List.of(1L), 1L);
        }
      }
    }
  }
}
