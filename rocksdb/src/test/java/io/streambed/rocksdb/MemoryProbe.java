package io.streambed.rocksdb;

import io.streambed.file.LocalFileSystem;
import io.streambed.key.KeyGroupRange;
import io.streambed.serial.Serializers;
import io.streambed.serial.VoidNamespace;
import io.streambed.state.StateKind;
import io.streambed.store.EntryCursor;
import io.streambed.store.FrozenView;
import io.streambed.store.KeyedStore;
import io.streambed.store.MapTable;
import io.streambed.store.TableSpec;
import io.streambed.store.ValueTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/** A process that fills two stores with four times their budget and watches its own memory. */
final class MemoryProbe {
  static final long BUDGET_BYTES = 32L << 20;
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final int VALUE_BYTES = 200;
  private static final int SAMPLE_EVERY = 10_000;

  private final RocksKeyedStoreFactory factory;
  private final SplittableRandom random = new SplittableRandom(11);
  private final byte[] value = new byte[VALUE_BYTES];
  private long startBytes;
  private long mostBytes;
  private long steps;

  private MemoryProbe(Path directory) {
    factory =
        new RocksKeyedStoreFactory(
            new LocalFileSystem(), RocksOptions.in(directory).withMemoryBytes(BUDGET_BYTES));
  }

  static boolean canMeasure() {
    return Files.isReadable(STATUS);
  }

  /** Prints the most bytes beyond those of empty databases, and the native objects left. */
  public static void main(String[] arguments) throws IOException {
    MemoryProbe probe = new MemoryProbe(Path.of(arguments[0]));
    probe.run();
    System.out.println(probe.mostBytes + " " + probe.factory.openNativeHandles());
  }

  private void run() throws IOException {
    KeyGroupRange range = new KeyGroupRange(0, 15);
    try (KeyedStore<Long> left = factory.create(Serializers.longs(), 16, range);
        KeyedStore<Long> right = factory.create(Serializers.longs(), 16, range)) {
      ValueTable<Long, VoidNamespace, byte[]> values =
          left.openValues(
              new TableSpec<>(
                  "values", StateKind.VALUE, Serializers.unit(), null, Serializers.byteArrays()));
      MapTable<Long, VoidNamespace, Integer, byte[]> maps =
          right.openMaps(
              new TableSpec<>(
                  "maps",
                  StateKind.MAP,
                  Serializers.unit(),
                  Serializers.ints(),
                  Serializers.byteArrays()));
      // Warm: what the process needs besides state is there once the code has run.
      fill(left, values, right, maps, 2_000);
      startBytes = residentBytes();
      mostBytes = 0;
      fill(left, values, right, maps, 2 * BUDGET_BYTES / VALUE_BYTES);
      try (FrozenView view = left.freeze(1)) {
        EntryCursor entries = view.entries(3);
        while (entries.advance()) {
          sample();
        }
      }
    }
  }

  private void fill(
      KeyedStore<Long> left,
      ValueTable<Long, VoidNamespace, byte[]> values,
      KeyedStore<Long> right,
      MapTable<Long, VoidNamespace, Integer, byte[]> maps,
      long count)
      throws IOException {
    for (long i = 0; i < count; i++) {
      // Keys scattered, values that do not compress.
      random.nextBytes(value);
      left.context().setKey(random.nextLong());
      values.put(value, 0);
      right.context().setKey(i / 8 * 0x9E3779B97F4A7C15L);
      maps.put((int) i, value, 0);
      maps.get((int) i - 3);
      sample();
    }
  }

  private void sample() throws IOException {
    if (++steps % SAMPLE_EVERY == 0) {
      mostBytes = Math.max(mostBytes, residentBytes() - startBytes);
    }
  }

  private static long residentBytes() throws IOException {
    for (String line : Files.readAllLines(STATUS)) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) << 10;
      }
    }
    throw new IOException(STATUS + " has no line VmRSS");
  }
}
