package io.streambed.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The golden numbers were computed by Apache Flink 1.20's own MathUtils.murmurHash. */
class KeyGroupsTest {

  @ParameterizedTest
  @CsvSource({
    "0, 593689054, 94, 31198, 0",
    "1, 68075478, 86, 16342, 2",
    "-1, 1982413648, 80, 15184, 5",
    "2, 1085422463, 127, 15231, 6",
    "42, 1134849565, 29, 28189, 3",
    "127, 1931274395, 27, 26779, 1",
    "128, 132521001, 41, 7209, 4",
    "1000, 3506311, 7, 135, 4",
    "-1000, 696921294, 78, 11470, 6",
    "65535, 1986290322, 18, 25234, 2",
    "123456789, 1088346449, 81, 22865, 1",
    "-123456789, 1470798557, 93, 6877, 4",
    "2147483647, 1653689534, 62, 19646, 0",
    "-2147483648, 1718298732, 108, 10348, 3",
    "97520992, 1330823394, 98, 16610, 5",
    "69215351, 557622771, 115, 9715, 6",
    "1073217536, 1684538177, 65, 833, 0",
  })
  void murmur_goldenHashes_areFlinks(int hash, int murmur, int of128, int of32768, int of7) {
    assertThat(KeyGroups.murmur(hash)).isEqualTo(murmur);
    assertThat(KeyGroups.assign(hash, 128)).isEqualTo(of128);
    assertThat(KeyGroups.assign(hash, 32_768)).isEqualTo(of32768);
    assertThat(KeyGroups.assign(hash, 7)).isEqualTo(of7);
    assertThat(KeyGroups.assign(hash, 1)).isZero();
  }

  @Test
  void murmur_aMillionHashes_haveFlinksChecksum() {
    long sum = 0;
    for (int i = 0; i < 1_000_000; i++) {
      sum = sum * 31 + KeyGroups.murmur(i * 2_654_435);
    }
    assertThat(sum).isEqualTo(-4_340_303_604_099_271_011L);
  }

  @ParameterizedTest
  @CsvSource({
    "-2089875627, 0",
    "-1035494534, 0",
    "994512208, 2147483647",
    "1814469223, 2147483647"
  })
  void murmur_hashesAtTheEndsOfTheRange_areFlinks(int hash, int murmur) {
    assertThat(KeyGroups.murmur(hash)).isEqualTo(murmur);
    assertThat(KeyGroups.assign(hash, 32_768)).isEqualTo(murmur % 32_768);
    assertThat(KeyGroups.assign(hash, 7)).isEqualTo(murmur % 7);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 100, 128, 1000})
  void rangeOf_everyParallelism_partitionsAllKeyGroups(int maxParallelism) {
    for (int parallelism = 1; parallelism <= maxParallelism; parallelism++) {
      assertPartition(maxParallelism, parallelism);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 127, 16_384, 20_001, 32_767, 32_768})
  void rangeOf_theLargestMaxParallelism_partitionsAllKeyGroups(int parallelism) {
    assertPartition(KeyGroups.MAX_PARALLELISM_LIMIT, parallelism);
  }

  private static void assertPartition(int maxParallelism, int parallelism) {
    int next = 0;
    for (int subtask = 0; subtask < parallelism; subtask++) {
      KeyGroupRange range = KeyGroups.rangeOf(maxParallelism, parallelism, subtask);
      assertThat(range.first()).isEqualTo(next);
      for (int group = range.first(); group <= range.last(); group++) {
        if (KeyGroups.subtaskOf(group, maxParallelism, parallelism) != subtask) {
          throw new AssertionError(
              "group " + group + " of " + maxParallelism + " at parallelism " + parallelism);
        }
      }
      next = range.last() + 1;
    }
    assertThat(next).isEqualTo(maxParallelism);
  }

  @Test
  void rangeOf_unevenSplit_isFlinks() {
    assertThat(KeyGroups.rangeOf(128, 3, 0)).isEqualTo(new KeyGroupRange(0, 42));
    assertThat(KeyGroups.rangeOf(128, 3, 1)).isEqualTo(new KeyGroupRange(43, 85));
    assertThat(KeyGroups.rangeOf(128, 3, 2)).isEqualTo(new KeyGroupRange(86, 127));
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "32769, 1", "128, 0", "128, 129", "-1, -1"})
  void checkParallelism_outOfRange_isRefused(int maxParallelism, int parallelism) {
    assertThatThrownBy(() -> KeyGroups.checkParallelism(maxParallelism, parallelism))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("parallelism");
  }

  @Test
  void rangeOf_unknownSubtask_isRefused() {
    assertThatThrownBy(() -> KeyGroups.rangeOf(128, 4, 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("subtask 4");
    assertThatThrownBy(() -> KeyGroups.rangeOf(128, 4, -1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
