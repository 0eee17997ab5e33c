package io.streambed.testkit.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.testkit.fault.SimulatedFileSystem;
import io.streambed.testkit.fault.Survival;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * A machine stops at every operation of a job's run, with every prefix and random subsets of what
 * was not yet durable; a new attempt takes over what is left. Longer campaigns: {@code
 * -Dstreambed.crash.checkpoints=N -Dstreambed.crash.subsets=N -Dstreambed.crash.seed=N}.
 */
class LineCrashTest {
  private static final int CHECKPOINTS = Integer.getInteger("streambed.crash.checkpoints", 4);
  private static final int SUBSETS = Integer.getInteger("streambed.crash.subsets", 20);
  private static final long SEED = Long.getLong("streambed.crash.seed", 1);
  private static final int WRITTEN_PARALLELISM = 2;

  private final Recording recording = new Recording(SEED, WRITTEN_PARALLELISM);
  private final TakeOver takeOver = new TakeOver(recording.models);
  private int crashes;
  private int newer;
  private int empty;
  private int savepoints;

  @Test
  void crash_atAnyOperation_lastAcknowledgedOrNewerIsRestoredWhole() throws IOException {
    recording.run(CHECKPOINTS);
    List<Integer> points = recording.files.crashPoints();
    for (int point : points) {
      for (Survival survival : Survival.sample(recording.files.pendingCount(point), SUBSETS)) {
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
    assertThat(crashes).isGreaterThan(1_000);
    assertThat(newer).isPositive();
    assertThat(savepoints).isPositive();
  }

  private void crash(int point, Survival survival) throws IOException {
    SimulatedFileSystem disk = recording.files.crash(point, survival);
    int parallelism = 1 + crashes % 3;
    long restored = takeOver.verify(disk, 1_000 + SEED, parallelism, crashes % 5 == 0);
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
