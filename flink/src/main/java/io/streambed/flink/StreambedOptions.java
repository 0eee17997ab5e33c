package io.streambed.flink;

import io.streambed.heap.HeapKeyedStoreFactory;
import io.streambed.store.KeyedStoreFactory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.apache.flink.configuration.ReadableConfig;

/**
 * All options of the backend. What Flink has an option for (snapshot compression, local recovery,
 * latency and size tracking) is set there.
 */
public final class StreambedOptions {
  /** What the keys of all options begin with. */
  public static final String PREFIX = "state.backend.streambed.";

  /**
   * The stores to choose from.
   *
   * @implNote Each has a type in Flink's words, see {@link
   *     StreambedKeyedStateBackend#getBackendTypeIdentifier()}. Flink's operators decide by it how
   *     they may use what they give to the state and get from it: docs/flink.md lists the places. A
   *     new store has to be held against each of them.
   */
  public enum StoreType {
    /** On the Java heap: objects, unboxed where their size is fixed. */
    HEAP(new HeapKeyedStoreFactory());

    private final KeyedStoreFactory factory;

    StoreType(KeyedStoreFactory factory) {
      this.factory = factory;
    }

    KeyedStoreFactory factory() {
      return factory;
    }
  }

  /** Where keyed state lives. */
  public static final ConfigOption<StoreType> STORE =
      ConfigOptions.key(PREFIX + "store")
          .enumType(StoreType.class)
          .defaultValue(StoreType.HEAP)
          .withDescription(
              "Where keyed state lives while the job runs. heap: on the Java heap of the"
                  + " TaskManager, unboxed where keys and values have a fixed size.");

  private StreambedOptions() {}

  /**
   * All options.
   *
   * @return in the order of the documentation
   */
  public static List<ConfigOption<?>> all() {
    return List.of(STORE);
  }

  /**
   * Refuses keys under {@link #PREFIX} that are none of the options.
   *
   * @param config any configuration
   * @throws IllegalConfigurationException naming the first such key and the nearest option
   */
  public static void checkKeys(ReadableConfig config) {
    List<String> unknown = new ArrayList<>(config.toMap().keySet());
    unknown.removeIf(key -> !key.startsWith(PREFIX) || isKnown(key));
    if (!unknown.isEmpty()) {
      String key = unknown.stream().min(Comparator.naturalOrder()).orElseThrow();
      throw new IllegalConfigurationException(
          "Unknown option '" + key + "'. Did you mean '" + nearest(key) + "'?");
    }
  }

  private static boolean isKnown(String key) {
    return all().stream().anyMatch(option -> option.key().equals(key));
  }

  private static String nearest(String key) {
    return all().stream()
        .map(ConfigOption::key)
        .min(Comparator.comparingInt(known -> distance(key, known)))
        .orElseThrow();
  }

  /** The number of characters to insert, delete or replace to get from one text to another. */
  private static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[to.length()];
  }
}
