package io.streambed.cli.bench;

import io.streambed.entry.EntryCursor;
import io.streambed.file.LocalFileSystem;
import io.streambed.key.KeyGroupRange;
import io.streambed.rocksdb.RocksKeyedStoreFactory;
import io.streambed.rocksdb.RocksOptions;
import io.streambed.rocksdb.RocksProfile;
import io.streambed.serial.Serializers;
import io.streambed.serial.VoidNamespace;
import io.streambed.state.StateKind;
import io.streambed.store.FrozenView;
import io.streambed.store.KeyedStore;
import io.streambed.store.MapTable;
import io.streambed.store.StoreContext;
import io.streambed.store.TableSpec;
import io.streambed.store.ValueTable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.SplittableRandom;

/**
 * The main class of the JVM that {@code streambed memory} watches: two RocksDB stores under one
 * budget that grow to a size, are read, updated and walked under frozen views at the same time. It
 * watches its own resident memory. One thread.
 */
final class MemoryProbe {
  private static final int GROUPS = 16;
  private static final KeyGroupRange ALL = new KeyGroupRange(0, GROUPS - 1);
  private static final int WARM_UP_BYTES = 128 << 10;
  private static final int SAMPLE_EVERY = 500;
  private static final int MIN_VALUE_BYTES = 100;
  private static final int MAX_VALUE_BYTES = 700;
  private static final int ENTRIES_PER_KEY = 8;

  private final KeyedStore<Long> left;
  private final KeyedStore<Long> right;
  private final ValueTable<Long, VoidNamespace, byte[]> values;
  private final MapTable<Long, VoidNamespace, Integer, byte[]> maps;
  private final ResidentMemory memory;
  private final SplittableRandom random = new SplittableRandom(11);
  private FrozenView view;
  private EntryCursor walk;
  private int group;
  private long stateBytes;
  private long steps;

  private MemoryProbe(KeyedStore<Long> left, KeyedStore<Long> right, ResidentMemory memory) {
    this.left = left;
    this.right = right;
    this.memory = memory;
    this.values =
        left.openValues(
            new TableSpec<>(
                "values", StateKind.VALUE, Serializers.unit(), null, Serializers.byteArrays()));
    this.maps =
        right.openMaps(
            new TableSpec<>(
                "maps",
                StateKind.MAP,
                Serializers.unit(),
                Serializers.ints(),
                Serializers.byteArrays()));
  }

  /**
   * Prints what was found, as {@link MemoryResult} reads it.
   *
   * @param arguments a directory, the budget in bytes, how many times that the state takes, the
   *     profile
   */
  public static void main(String[] arguments) throws IOException {
    Path directory = Path.of(arguments[0]);
    long budgetBytes = Long.parseLong(arguments[1]);
    long stateBytes = Math.multiplyExact(budgetBytes, Long.parseLong(arguments[2]));
    RocksProfile profile = RocksProfile.valueOf(arguments[3]);
    // Code of both the JVM and the library is in memory before the measure is taken. Little state:
    // memory that the C library keeps of it would be used again, and be missed in what is counted.
    run(
        factory(directory.resolve("warm-up"), RocksOptions.MIN_MEMORY_BYTES, profile),
        WARM_UP_BYTES);
    RocksKeyedStoreFactory factory = factory(directory.resolve("stores"), budgetBytes, profile);
    MemoryResult result = run(factory, stateBytes);
    System.out.println(result.line());
  }

  private static RocksKeyedStoreFactory factory(
      Path directory, long budgetBytes, RocksProfile profile) {
    return new RocksKeyedStoreFactory(
        new LocalFileSystem(),
        RocksOptions.in(directory).withMemoryBytes(budgetBytes).withProfile(profile));
  }

  private static MemoryResult run(RocksKeyedStoreFactory factory, long wantedBytes)
      throws IOException {
    long reached;
    ResidentMemory memory;
    try (KeyedStore<Long> left =
            factory.create(StoreContext.alone(Serializers.longs(), GROUPS, ALL));
        KeyedStore<Long> right =
            factory.create(StoreContext.alone(Serializers.longs(), GROUPS, ALL))) {
      memory = new ResidentMemory();
      MemoryProbe probe = new MemoryProbe(left, right, memory);
      probe.run(wantedBytes);
      reached = probe.stateBytes;
    }
    return new MemoryResult(
        reached,
        memory.emptyBytes(),
        memory.peakBytes(),
        memory.medianBytes(),
        factory.openNativeHandles());
  }

  private void run(long wantedBytes) throws IOException {
    int entries = 0;
    while (stateBytes < wantedBytes) {
      put(entries, 0);
      entries++;
      touch(entries);
    }
    for (int i = 0; i < entries / 2; i++) {
      touch(entries);
    }
    view.close();
  }

  /** Reads, updates and walks over what is there. */
  private void touch(int entries) throws IOException {
    check(random.nextInt(entries));
    if (random.nextInt(4) == 0) {
      put(random.nextInt(entries), 1);
    }
    walkOn();
    if (++steps % SAMPLE_EVERY == 0) {
      memory.sample();
    }
  }

  private void put(int number, int version) {
    byte[] value = value(number);
    left.context().setKey(scattered(number));
    values.put(value, 0);
    right.context().setKey(scattered(number / ENTRIES_PER_KEY));
    maps.put(number, value, 0);
    if (version == 0) {
      stateBytes += 2L * value.length;
    }
  }

  private void check(int number) {
    left.context().setKey(scattered(number));
    byte[] value = values.get();
    right.context().setKey(scattered(number / ENTRIES_PER_KEY));
    byte[] other = maps.get(number);
    if (value == null
        || other == null
        || ByteBuffer.wrap(value).getInt() != number
        || ByteBuffer.wrap(other).getInt() != number) {
      throw new IllegalStateException("entry " + number + " is not what was written");
    }
  }

  /** A number and then bytes that do not compress; the length follows from the number. */
  private byte[] value(int number) {
    int range = MAX_VALUE_BYTES - MIN_VALUE_BYTES;
    byte[] value =
        new byte[MIN_VALUE_BYTES + (int) Long.remainderUnsigned(scattered(number), range)];
    random.nextBytes(value);
    ByteBuffer.wrap(value).putInt(number);
    return value;
  }

  private static long scattered(long number) {
    long mixed = (number ^ (number >>> 32)) * 0x9E3779B97F4A7C15L;
    return mixed ^ (mixed >>> 29);
  }

  /** Two entries further in a snapshot of one store after the other. */
  private void walkOn() throws IOException {
    for (int i = 0; i < 2; i++) {
      if (walk != null && walk.advance()) {
        continue;
      }
      if (view == null || ++group == GROUPS) {
        if (view != null) {
          view.close();
        }
        view = (random.nextBoolean() ? left : right).freeze(1);
        group = 0;
      }
      walk = view.entries(group);
    }
  }
}
