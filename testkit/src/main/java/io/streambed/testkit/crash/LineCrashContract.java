package io.streambed.testkit.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.testkit.crash.TakeOver.Depth;
import io.streambed.testkit.damage.BackendUnderTest;
import io.streambed.testkit.fault.SimulatedFileSystem;
import io.streambed.testkit.fault.Survival;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * A machine stops at every operation of a job's run, with every prefix and random subsets of what
 * was not yet durable; a new attempt takes over what is left. Longer campaigns: {@code
 * -Dstreambed.crash.checkpoints=N -Dstreambed.crash.subsets=N -Dstreambed.crash.remainders=N
 * -Dstreambed.crash.seed=N}.
 */
public abstract class LineCrashContract {
  private static final int SUBSETS = Integer.getInteger("streambed.crash.subsets", 20);
  private static final long SEED = Long.getLong("streambed.crash.seed", 1);
  private static final int WRITTEN_PARALLELISM = 2;

  private Depth depth;
  private Recording recording;
  private TakeOver takeOver;
  private int crashes;
  private int newer;
  private int empty;
  private int savepoints;

  /** A contract over the backend that a subclass names. */
  protected LineCrashContract() {}

  /**
   * The backend under test.
   *
   * @return makes the backend of each attempt
   */
  protected abstract BackendUnderTest backend();

  /**
   * How many checkpoints the job's first attempt completes.
   *
   * @return at least 2; 4 unless overridden
   */
  protected int checkpoints() {
    return 4;
  }

  /**
   * How many remainders of the disk are tried at each operation, where a test has no time for all;
   * it then looks less closely at most of them, too.
   *
   * @return at least 1; unless overridden, all prefixes, single changes and random subsets
   */
  protected int remainders() {
    return Integer.MAX_VALUE;
  }

  @Test
  void crash_atAnyOperation_lastAcknowledgedOrNewerIsRestoredWhole() throws IOException {
    int remainders = Integer.getInteger("streambed.crash.remainders", remainders());
    recording = new Recording(backend(), SEED, WRITTEN_PARALLELISM);
    takeOver = new TakeOver(backend(), recording.models);
    recording.run(Integer.getInteger("streambed.crash.checkpoints", checkpoints()));
    depth = remainders == Integer.MAX_VALUE ? Depth.READER : Depth.ATTEMPT;
    List<Integer> points = recording.files.crashPoints();
    for (int point : points) {
      for (Survival survival : survivals(point, remainders)) {
        try {
          crash(point, survival);
        } catch (IOException | RuntimeException | AssertionError e) {
          throw new AssertionError(
              "seed " + SEED + ", crash before operation " + point + ", survivors: " + survival, e);
        }
      }
    }
    System.out.printf(
        "crashes: %d at %d of %d operations; restored the last acknowledged checkpoint %d, a newer"
            + " complete one %d, none as none was acknowledged %d; savepoints restored %d; wrong 0,"
            + " files leaked 0%n",
        crashes,
        points.size(),
        recording.files.log().size(),
        crashes - newer - empty,
        newer,
        empty,
        savepoints);
    assertThat(crashes)
        .isGreaterThanOrEqualTo(remainders == Integer.MAX_VALUE ? 1_000 : points.size());
    assertThat(newer).isPositive();
    assertThat(savepoints).isPositive();
  }

  /** So many of all, others at each operation. */
  private List<Survival> survivals(int point, int remainders) {
    List<Survival> all = Survival.sample(recording.files.pendingCount(point), SUBSETS);
    if (all.size() <= remainders) {
      return all;
    }
    Collections.shuffle(all, new Random(SEED * 31 + point));
    return all.subList(0, remainders);
  }

  private void crash(int point, Survival survival) throws IOException {
    SimulatedFileSystem disk = recording.files.crash(point, survival);
    Depth here = crashes % 5 == 0 ? Depth.NEXT : depth;
    int parallelism = 1 + crashes % (here == Depth.ATTEMPT ? 2 : 3);
    long restored = takeOver.verify(disk, 1_000 + SEED, parallelism, here);
    long acknowledged = valueOf(recording.acknowledged.floorEntry(point));
    long underWay = valueOf(recording.acknowledged.higherEntry(point));
    assertThat(restored).isIn(acknowledged, Math.max(acknowledged, underWay));
    crashes++;
    newer += restored > acknowledged ? 1 : 0;
    empty += restored == 0 ? 1 : 0;
    if (crashes % 10 == 0) {
      for (Map.Entry<String, Long> savepoint : before(point).values()) {
        takeOver.verifySavepoint(disk, savepoint.getKey(), savepoint.getValue(), parallelism);
        savepoints++;
      }
    }
  }

  private Map<Integer, Map.Entry<String, Long>> before(int point) {
    return new TreeMap<>(recording.savepoints.headMap(point, true));
  }

  private static long valueOf(Map.Entry<Integer, Long> entry) {
    return entry == null ? 0 : entry.getValue();
  }
}
