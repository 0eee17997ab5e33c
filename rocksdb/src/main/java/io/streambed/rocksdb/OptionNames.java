package io.streambed.rocksdb;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What errors tell of the names and values of RocksDB's options, of which its Java part tells none.
 */
final class OptionNames {
  /** Words that are values of such options. */
  static final Set<String> WORDS = Set.of(words());

  private OptionNames() {}

  private static String[] words() {
    return """
      kNoCompression kSnappyCompression kZlibCompression kBZip2Compression kLZ4Compression
      kLZ4HCCompression kZSTD kDisableCompressionOption
      DEBUG_LEVEL INFO_LEVEL WARN_LEVEL ERROR_LEVEL FATAL_LEVEL HEADER_LEVEL
      kByCompensatedSize kOldestLargestSeqFirst kOldestSmallestSeqFirst kMinOverlappingRatio
      kRoundRobin kCompactionStyleLevel kCompactionStyleUniversal
      kTolerateCorruptedTailRecords kAbsoluteConsistency kPointInTimeRecovery
      kSkipAnyCorruptedRecords kUnknown kHot kWarm kCool kCold kIce
      kVolatileTier kVolatileCompressedTier kNonVolatileBlockTier kDisable kFlushOnly
      """
        .trim()
        .split("\\s+");
  }

  /**
   * The name of the option that a setter of RocksDB's Java part sets, as far as a rule gives it.
   */
  static String ofSetter(Method setter) {
    String name =
        setter
            .getName()
            .substring(3)
            .replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_")
            .toLowerCase(Locale.ROOT);
    // The one whose setter is named otherwise.
    return name.equals("index_search_type") ? "index_block_search_type" : name;
  }

  /** The names that look like one, the most like it first. */
  static Stream<String> nearest(String name, Stream<String> names) {
    return names
        .filter(other -> distance(name, other) <= name.length() / 2)
        .distinct()
        .sorted(
            Comparator.<String>comparingInt(other -> distance(name, other))
                .thenComparing(Comparator.naturalOrder()));
  }

  /** How many characters to insert, delete or replace. */
  private static int distance(String left, String right) {
    int[] row = new int[right.length() + 1];
    Arrays.setAll(row, i -> i);
    for (int i = 1; i <= left.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= right.length(); j++) {
        int replaced = diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[right.length()];
  }
}
