package io.streambed.benchmarks.embedded;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.streambed.benchmarks.Backend;
import io.streambed.file.LocalFileSystem;
import io.streambed.heap.HeapKeyedStoreFactory;
import io.streambed.key.KeyGroupRange;
import io.streambed.keyed.KeyedStateBackend;
import io.streambed.meter.Meters;
import io.streambed.meter.StateTracking;
import io.streambed.micrometer.MicrometerMeters;
import io.streambed.rocksdb.RocksKeyedStoreFactory;
import io.streambed.rocksdb.RocksOptions;
import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import io.streambed.state.ListStateDescriptor;
import io.streambed.state.MapStateDescriptor;
import io.streambed.state.TimeToLive;
import io.streambed.state.ValueStateDescriptor;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.store.StoreContext;
import io.streambed.time.ProcessingTime;
import io.streambed.time.StateTime;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;

/** Streambed's keyed backend as a subtask has it, with all of 128 key groups. */
final class EmbeddedBackend extends Backend {
  /** Behind the name of a store: with latency tracking at the default sampling, by Micrometer. */
  private static final String TRACKED = "-tracked";

  private static final int KEY_GROUPS = 128;
  private static final Serializer<Window> WINDOWS = Serializers.records(Window.class);

  /** A namespace as time windows make them. */
  record Window(long startMillis, long endMillis) {}

  private final KeyedStateBackend<Long> keyed;
  private final StateTime time;

  private EmbeddedBackend(KeyedStateBackend<Long> keyed, StateTime time) {
    this.keyed = keyed;
    this.time = time;
  }

  /**
   * Makes one.
   *
   * @param name {@code heap} or {@code rocksdb}; with {@code -tracked} behind it, the latency of
   *     accesses is measured
   * @param memoryBytes of RocksDB, whose files are in the directory for temporary files
   */
  static EmbeddedBackend open(String name, long memoryBytes) {
    boolean tracked = name.endsWith(TRACKED);
    String store = tracked ? name.substring(0, name.length() - TRACKED.length()) : name;
    StoreContext<Long> context =
        StoreContext.alone(Serializers.longs(), KEY_GROUPS, new KeyGroupRange(0, KEY_GROUPS - 1));
    StateTime time = StateTime.of(new ProcessingTime(Clock.systemUTC(), System::nanoTime));
    return new EmbeddedBackend(
        new KeyedStateBackend<>(
            factory(store, memoryBytes).create(context),
            context.task(),
            time,
            tracked ? MicrometerMeters.of(new SimpleMeterRegistry()) : Meters.NONE,
            tracked ? StateTracking.ofLatency() : StateTracking.NONE),
        time);
  }

  private static KeyedStoreFactory factory(String store, long memoryBytes) {
    return switch (store) {
      case "heap" -> new HeapKeyedStoreFactory();
      case "rocksdb" ->
          new RocksKeyedStoreFactory(
              new LocalFileSystem(),
              RocksOptions.in(Path.of(System.getProperty("java.io.tmpdir")).resolve("rocksdb"))
                  .withMemoryBytes(memoryBytes));
      default ->
          throw new IllegalArgumentException(
              "no store '" + store + "'; there are heap, rocksdb, heap-tracked, rocksdb-tracked");
    };
  }

  @Override
  public void setCurrentKey(Long key) {
    keyed.setCurrentKey(key);
  }

  @Override
  public OneValue values(String name) {
    return new EmbeddedStates.Value(
        keyed.getState(new ValueStateDescriptor<>(name, Serializers.longs())), time);
  }

  @Override
  public OneValue expiringValues(String name) {
    return new EmbeddedStates.Value(
        keyed.getState(
            new ValueStateDescriptor<>(name, Serializers.longs())
                .withTimeToLive(TimeToLive.of(Duration.ofDays(1)))),
        time);
  }

  @Override
  public OneMap maps(String name) {
    return new EmbeddedStates.Entries(
        keyed.getMapState(
            new MapStateDescriptor<>(name, Serializers.longs(), Serializers.longs())));
  }

  @Override
  public OneList lists(String name) {
    return new EmbeddedStates.Elements(
        keyed.getListState(new ListStateDescriptor<>(name, Serializers.longs())));
  }

  @Override
  public WindowedValue<Window> windows(String name) {
    return new EmbeddedStates.Windowed(
        keyed.open(new ValueStateDescriptor<>(name, Serializers.longs()), WINDOWS));
  }

  @Override
  public Timers timers(String name) {
    return new EmbeddedTimers(name, keyed);
  }

  @Override
  public void close() {
    keyed.close();
  }
}
