package io.streambed.testkit.crash;

import io.streambed.testkit.damage.BackendUnderTest;
import io.streambed.testkit.damage.Change;
import io.streambed.testkit.damage.SampleModel;
import io.streambed.testkit.fault.SimulatedFileSystem;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * One run of a job on a simulated disk, with what it must hold at each checkpoint. State changes
 * between the checkpoints, and between the moment of one and its writing.
 */
final class Recording {
  private static final int CHANGES = 40;
  private static final int CHANGES_MEANWHILE = 20;

  final SimulatedFileSystem files = new SimulatedFileSystem();
  final int parallelism;

  /** By id, what the job held. */
  final Map<Long, SampleModel> models = new HashMap<>();

  /** By number of operations done, the checkpoint acknowledged then. */
  final TreeMap<Integer, Long> acknowledged = new TreeMap<>();

  /** By number of operations done, the savepoint acknowledged then, with its id. */
  final TreeMap<Integer, Map.Entry<String, Long>> savepoints = new TreeMap<>();

  private final BackendUnderTest backend;
  private final long seed;
  private SampleModel model;
  private int round;

  Recording(BackendUnderTest backend, long seed, int parallelism) {
    this.backend = backend;
    this.seed = seed;
    this.parallelism = parallelism;
    this.model = new SampleModel(parallelism);
  }

  /** Two attempts: checkpoints, one declined, a savepoint, more; then a restart and one more. */
  void run(int checkpoints) throws IOException {
    List<Long> complete;
    try (Line line = new Line(backend, files, seed, parallelism)) {
      for (int i = 0; i < checkpoints; i++) {
        complete(line);
        if (i == 1) {
          decline(line);
          TakeOver.assertOnlySharedFilesLeft(files, line.claim.completed());
          savepoint(line);
        }
      }
      complete = line.claim.completed();
      if (checkpoints > 2) {
        // The last one is complete: what the declined one left is gone.
        TakeOver.assertNothingLeaked(files, complete);
      }
    }
    TakeOver.assertNothingLeaked(files, complete);
    try (Line line = new Line(backend, files, seed + 1, parallelism)) {
      model = models.get(line.restoredId).copy();
      model.restore(parallelism);
      complete(line);
    }
  }

  /** Only so many complete checkpoints of one attempt. */
  Recording complete(int checkpoints) {
    try (Line line = new Line(backend, files, seed, parallelism)) {
      for (int i = 0; i < checkpoints; i++) {
        complete(line);
      }
    }
    return this;
  }

  private void complete(Line line) {
    change(line, CHANGES);
    OptionalLong id = line.checkpoint(meanwhile(line, false));
    if (id.isEmpty()) {
      throw new AssertionError("a checkpoint failed without a fault");
    }
    acknowledged.put(files.log().size(), id.getAsLong());
  }

  private void decline(Line line) {
    change(line, CHANGES);
    if (line.checkpoint(meanwhile(line, true)).isPresent()) {
      throw new AssertionError("a declined checkpoint is complete");
    }
  }

  private void savepoint(Line line) {
    change(line, CHANGES);
    long[] id = {0};
    Line.Observer observer = meanwhile(line, false);
    String location =
        line.savepoint(
                new Line.Observer() {
                  @Override
                  public void frozen(long taken) {
                    id[0] = taken;
                    observer.frozen(taken);
                  }
                })
            .orElseThrow();
    savepoints.put(files.log().size(), Map.entry(location, id[0]));
  }

  private Line.Observer meanwhile(Line line, boolean decline) {
    return new Line.Observer() {
      @Override
      public void frozen(long id) {
        models.put(id, model.copy());
        change(line, CHANGES_MEANWHILE);
      }

      @Override
      public boolean declines(int parts) {
        return decline && parts == 2;
      }
    };
  }

  private void change(Line line, int count) {
    for (Change change : Change.round(seed, ++round, count)) {
      line.job.apply(change);
      model.apply(change);
    }
  }
}
