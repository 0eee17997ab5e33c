package io.streambed.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every target with its seeds and with what fuzzers have found. */
class CorpusTest {
  private static final int CUTS = 16;
  private static final int MAX_FILES = 60;
  private static final int MAX_FILE_BYTES = 16 << 10;

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
    assertThat(files).hasSizeLessThanOrEqualTo(MAX_FILES);
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
