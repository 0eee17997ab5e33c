package io.streambed.benchmarks.embedded;

import io.streambed.benchmarks.Backend;
import io.streambed.file.LocalFileSystem;
import io.streambed.heap.HeapKeyedStoreFactory;
import io.streambed.key.KeyGroupRange;
import io.streambed.keyed.KeyedStateBackend;
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
   * @param store {@code heap} or {@code rocksdb}
   * @param memoryBytes of RocksDB, whose files are in the directory for temporary files
   */
  static EmbeddedBackend open(String store, long memoryBytes) {
    StoreContext<Long> context =
        StoreContext.alone(Serializers.longs(), KEY_GROUPS, new KeyGroupRange(0, KEY_GROUPS - 1));
    StateTime time = StateTime.of(new ProcessingTime(Clock.systemUTC(), System::nanoTime));
    return new EmbeddedBackend(
        new KeyedStateBackend<>(factory(store, memoryBytes).create(context), context.task(), time),
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
          throw new IllegalArgumentException("no store '" + store + "'; there are heap, rocksdb");
    };
  }

  @Override
  public void setCurrentKey(Long key) {
    keyed.setCurrentKey(key);
  }

  @Override
  public OneValue values(String name) {
    return new EmbeddedStates.Value(
        keyed.getState(new ValueStateDescriptor<>(name, Serializers.longs())));
  }

  @Override
  public OneValue expiringValues(String name) {
    return new EmbeddedStates.ExpiringValue(
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
