package io.streambed.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every target with its seeds and with what fuzzers have found. */
@Timeout(120)
class CorpusTest {
  private static final int CUTS = 16;
  private static final int MAX_FILES = 60;
  private static final long MAX_HEAP_BYTES = 240L << 20;
  private static final int MAX_FILE_BYTES = 16 << 10;

  /** What a reader refuses depends on the heap, and so does what an input may allocate. */
  @BeforeAll
  static void checkHeap() {
    assertThat(Runtime.getRuntime().maxMemory())
        .as("the heap: start this with -Xmx240m, as the build does")
        .isLessThanOrEqualTo(MAX_HEAP_BYTES);
  }

  static Set<String> targets() {
    return FuzzTargets.names();
  }

  @ParameterizedTest
  @MethodSource("targets")
  void run_seeds_endInATypedErrorAtMost(String name) throws IOException {
    List<byte[]> seeds = FuzzTargets.named(name).seeds();
    assertThat(seeds).isNotEmpty();
    for (byte[] seed : seeds) {
      Trial.run(FuzzTargets.named(name), seed);
    }
  }

  /** Else the fuzzer would begin with files that are refused at once. */
  @ParameterizedTest
  @MethodSource("targets")
  void run_firstSeed_isAccepted(String name) throws IOException {
    FuzzTarget target = FuzzTargets.named(name);
    target.run(target.seeds().get(0));
  }

  @ParameterizedTest
  @MethodSource("targets")
  void run_cutSeeds_endInATypedErrorAtMost(String name) throws IOException {
    FuzzTarget target = FuzzTargets.named(name);
    for (byte[] seed : target.seeds()) {
      for (int cut = 0; cut < CUTS; cut++) {
        byte[] changed = Arrays.copyOf(seed, seed.length - seed.length * cut / CUTS);
        Trial.run(target, changed);
        if (changed.length > 0) {
          changed[changed.length - 1] ^= (byte) 0xFF;
          changed[changed.length * cut / CUTS] ^= (byte) 0x81;
          Trial.run(target, changed);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void run_corpus_endsInATypedErrorAtMost(String name) throws IOException {
    List<Path> files = Corpus.of(name);
    assertThat(files).isNotEmpty();
    assertThat(files)
        .filteredOn(path -> !path.getFileName().toString().startsWith("found-"))
        .hasSizeLessThanOrEqualTo(MAX_FILES);
    for (Path file : files) {
      assertThat(file)
          .as("small, so that it can be kept")
          .satisfies(path -> assertThat(Files.size(path)).isLessThanOrEqualTo(MAX_FILE_BYTES));
      Trial.run(FuzzTargets.named(name), Files.readAllBytes(file));
    }
  }

  @Test
  void corpus_directories_areTargets() throws IOException {
    assertThat(targets()).containsAll(Corpus.targets());
  }
}
