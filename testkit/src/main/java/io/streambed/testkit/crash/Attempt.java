package io.streambed.testkit.crash;

import io.streambed.error.StreambedException;
import io.streambed.testkit.damage.BackendUnderTest;
import io.streambed.testkit.damage.Change;
import io.streambed.testkit.damage.SampleModel;
import io.streambed.testkit.fault.SimulatedFileSystem;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/** An attempt that takes two checkpoints if the storage lets it, and knows what it promised. */
final class Attempt {
  final Map<Long, SampleModel> models;

  /** The last checkpoint that was acknowledged. */
  long acknowledged = 2;

  /** The last one that may be complete. */
  long begun = 2;

  /** What ended it early, or null. */
  StreambedException error;

  private final BackendUnderTest backend;
  private final SimulatedFileSystem disk;
  private SampleModel model;

  Attempt(BackendUnderTest backend, SimulatedFileSystem disk, Recording recording) {
    this.backend = backend;
    this.disk = disk;
    this.models = new HashMap<>(recording.models);
    this.model = models.get(acknowledged).copy();
  }

  void run() {
    try (Line line = new Line(backend, disk, 40, 2)) {
      model.restore(2);
      for (int i = 0; i < 2 && line.jobFailure() == null; i++) {
        checkpoint(line, i);
      }
      if (line.jobFailure() != null) {
        throw new StreambedException(line.jobFailure());
      }
    } catch (StreambedException e) {
      error = e;
    }
  }

  private void checkpoint(Line line, int round) {
    for (Change change : Change.round(40, round, 20)) {
      line.job.apply(change);
      model.apply(change);
    }
    OptionalLong complete =
        line.checkpoint(
            new Line.Observer() {
              @Override
              public void frozen(long id) {
                models.put(id, model.copy());
                begun = id;
              }
            });
    acknowledged = complete.orElse(acknowledged);
    if (complete.isPresent() || line.jobFailure() == null) {
      // Acknowledged, or certainly not complete.
      begun = acknowledged;
    }
  }
}
