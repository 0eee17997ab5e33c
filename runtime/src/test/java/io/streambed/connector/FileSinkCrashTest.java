package io.streambed.connector;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.connector.FileSink.PendingFile;
import io.streambed.error.StorageException;
import io.streambed.file.FileSystem;
import io.streambed.job.Sink.SavedContent;
import io.streambed.job.Sink.SinkContext;
import io.streambed.job.SinkWriter;
import io.streambed.testkit.fault.Fault;
import io.streambed.testkit.fault.Operation;
import io.streambed.testkit.fault.SimulatedFileSystem;
import io.streambed.testkit.fault.Survival;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * {@link FileSink} under a crash and under a failure at every operation. A small driver stands for
 * the runtime: two subtasks write one line between checkpoints, and a checkpoint that is complete
 * remembers how many lines it covers and what awaits its commit.
 */
class FileSinkCrashTest {
  private static final Path DIRECTORY = Path.of("/out");
  private static final int SUBTASKS = 2;
  private static final int CHECKPOINTS = 3;

  /** Of the pairs of a moment at which files are taken away and a crash, each how many-th. */
  private static final int EVERY = Integer.getInteger("streambed.sink.every", 8);

  /** A complete checkpoint; every one covers one line more of each subtask. */
  private record Complete(long id, List<PendingFile> pending) {}

  /** When, in the log of the files, a checkpoint became complete. */
  private record Moment(int operation, Complete checkpoint) {}

  private static final Complete NOTHING = new Complete(0, List.of());

  private static String line(int subtask, long checkpoint) {
    // Longer than a sector, so that a torn file shows.
    return "subtask " + subtask + " line " + checkpoint + " " + "x".repeat(700);
  }

  private static List<Moment> run(SimulatedFileSystem files, Complete from, String runId)
      throws Exception {
    return run(files, files, from, runId);
  }

  /** The same, seen by the sink through another file system. */
  private static List<Moment> run(
      FileSystem seen, SimulatedFileSystem files, Complete from, String runId) throws Exception {
    List<Moment> moments = new ArrayList<>();
    run(seen, files, from, runId, moments);
    return moments;
  }

  /** Runs from a checkpoint to the last one, and tells the moments at which they completed. */
  private static void run(
      FileSystem seen, SimulatedFileSystem files, Complete from, String runId, List<Moment> moments)
      throws Exception {
    FileSink<Object> sink = FileSink.lines(DIRECTORY).withFileSystem(seen);
    try (SinkWriter<Object, PendingFile> first = open(sink, 0, from, runId);
        SinkWriter<Object, PendingFile> second = open(sink, 1, from, runId)) {
      for (long id = from.id() + 1; id <= CHECKPOINTS; id++) {
        Moment moment = checkpoint(files, List.of(first, second), id);
        moments.add(moment);
        for (PendingFile committable : moment.checkpoint().pending()) {
          first.commit(committable);
        }
      }
    }
  }

  private static SinkWriter<Object, PendingFile> open(
      FileSink<Object> sink, int subtask, Complete from, String runId) {
    return sink.open(
        new SinkContext<>(
            "output", subtask, "", runId, from.id(), from.pending(), SavedContent.NONE));
  }

  private static Moment checkpoint(
      SimulatedFileSystem files, List<SinkWriter<Object, PendingFile>> writers, long id)
      throws Exception {
    List<PendingFile> pending = new ArrayList<>();
    for (int subtask = 0; subtask < SUBTASKS; subtask++) {
      writers.get(subtask).write(line(subtask, id), 0);
      pending.addAll(writers.get(subtask).prepare(id));
    }
    return new Moment(files.log().size(), new Complete(id, pending));
  }

  private static Complete completeAt(List<Moment> moments, int operation) {
    Complete last = NOTHING;
    for (Moment moment : moments) {
      if (moment.operation() <= operation) {
        last = moment.checkpoint();
      }
    }
    return last;
  }

  private static List<String> visibleLines(SimulatedFileSystem files) throws Exception {
    List<String> lines = new ArrayList<>();
    for (Path path : FileSinkTest.written(files)) {
      assertThat(path.getParent()).as("no leftover " + path).isEqualTo(DIRECTORY);
      lines.addAll(Arrays.asList(FileSinkTest.read(files, path).split("\n")));
    }
    lines.sort(null);
    return lines;
  }

  private static List<String> expectedLines() {
    List<String> lines = new ArrayList<>();
    for (int subtask = 0; subtask < SUBTASKS; subtask++) {
      for (long id = 1; id <= CHECKPOINTS; id++) {
        lines.add(line(subtask, id));
      }
    }
    lines.sort(null);
    return lines;
  }

  @Test
  void crashAnywhere_restoredFromTheLastCompleteCheckpoint_givesEachLineOnce() throws Exception {
    SimulatedFileSystem files = new SimulatedFileSystem();
    List<Moment> moments = run(files, NOTHING, "1-0");
    int crashes = 0;
    for (int point : files.crashPoints()) {
      Complete from = completeAt(moments, point);
      for (Survival survival : Survival.sample(files.pendingCount(point), 10)) {
        SimulatedFileSystem after = files.crash(point, survival);
        run(after, from, "2-0");
        assertThat(visibleLines(after)).as(point + ", " + survival).isEqualTo(expectedLines());
        crashes++;
      }
    }
    assertThat(crashes).isGreaterThan(100);
  }

  @Test
  void crashDuringRecovery_restoredOnceMore_givesEachLineOnce() throws Exception {
    SimulatedFileSystem files = new SimulatedFileSystem();
    List<Moment> moments = run(files, NOTHING, "1-0");
    int second = moments.get(1).operation();
    // Both files of checkpoint 2 renamed, the directory not synced.
    SimulatedFileSystem recovering = files.crash(second + 1, Survival.none());
    List<Moment> later = run(recovering, moments.get(1).checkpoint(), "2-0");
    for (int point : recovering.crashPoints()) {
      Complete from =
          point < later.get(0).operation()
              ? moments.get(1).checkpoint()
              : later.get(0).checkpoint();
      for (Survival survival : Survival.sample(recovering.pendingCount(point), 10)) {
        SimulatedFileSystem after = recovering.crash(point, survival);
        run(after, from, "3-0");
        assertThat(visibleLines(after)).as(point + ", " + survival).isEqualTo(expectedLines());
      }
    }
  }

  @Test
  void crashAnywhere_whileAReaderTakesFilesAwayAtAnyMoment_givesEachLineOnceToTheReader()
      throws Exception {
    int crashes = 0;
    int moment = 0;
    boolean reached = true;
    while (reached) {
      int at = moment++;
      SimulatedFileSystem files = new SimulatedFileSystem();
      TakenFiles reader = new TakenFiles(files, DIRECTORY, operation -> operation == at);
      List<Moment> moments = run(reader, files, NOTHING, "1-0");
      reached = at < reader.operations();
      for (int point : files.crashPoints()) {
        if ((at + point) % EVERY != 0) {
          continue;
        }
        Complete from = completeAt(moments, point);
        for (Survival survival : List.of(Survival.none(), Survival.all(), Survival.seeded(at))) {
          SimulatedFileSystem after = files.crash(point, survival);
          TakenFiles greedy = new TakenFiles(after, DIRECTORY, operation -> true);
          run(greedy, after, from, "2-0");
          greedy.take();
          assertThat(TakenFiles.lines(after))
              .as("taken before " + at + ", crash at " + point + ", " + survival)
              .isEqualTo(expectedLines());
          crashes++;
        }
      }
    }
    assertThat(crashes).isGreaterThan(5_000 / EVERY);
  }

  @Test
  void crashDuringRecovery_whileAReaderTakesFilesAway_givesEachLineOnceToTheReader()
      throws Exception {
    SimulatedFileSystem files = new SimulatedFileSystem();
    List<Moment> moments = run(files, NOTHING, "1-0");
    Complete second = moments.get(1).checkpoint();
    for (int renamed = 0; renamed < 12; renamed += 2) {
      // Some operations of the commits of checkpoint 2 were done, and the process was killed.
      SimulatedFileSystem recovering =
          files.crash(moments.get(1).operation() + renamed, Survival.all());
      TakenFiles greedy = new TakenFiles(recovering, DIRECTORY, operation -> true);
      List<Moment> later = run(greedy, recovering, second, "2-0");
      for (int point : recovering.crashPoints()) {
        Complete from = point < later.get(0).operation() ? second : later.get(0).checkpoint();
        for (Survival survival : Survival.sample(recovering.pendingCount(point), 3)) {
          SimulatedFileSystem after = recovering.crash(point, survival);
          TakenFiles last = new TakenFiles(after, DIRECTORY, operation -> operation % 3 == 0);
          run(last, after, from, "3-0");
          last.take();
          assertThat(TakenFiles.lines(after))
              .as(renamed + ", " + point + ", " + survival)
              .isEqualTo(expectedLines());
        }
      }
    }
  }

  @Test
  void anyDirectorySyncFailsOnce_whileAReaderTakesFilesAway_givesEachLineOnceToTheReader()
      throws Exception {
    int syncs = 0;
    boolean failed = true;
    while (failed) {
      SimulatedFileSystem files = new SimulatedFileSystem();
      files.createDurableDirectories(DIRECTORY.resolve(".pending"));
      int[] seen = {syncs++};
      TakenFiles reader =
          new TakenFiles(files, DIRECTORY, operation -> true) {
            @Override
            public void syncDirectory(Path path) throws IOException {
              super.syncDirectory(path);
              if (seen[0]-- == 0) {
                throw new IOException(path + ": Input/output error");
              }
            }
          };
      List<Moment> moments = new ArrayList<>();
      failed = fails(reader, files, NOTHING, "1-0", moments);
      seen[0] = -1;
      run(reader, files, completeAt(moments, Integer.MAX_VALUE), "1-1");
      reader.take();
      assertThat(TakenFiles.lines(files)).as("sync " + syncs).isEqualTo(expectedLines());
    }
    assertThat(syncs).isGreaterThan(20);
  }

  @Test
  void anyOperationFailsOnceThenACrash_restored_givesEachLineOnce() throws Exception {
    int operations = 0;
    boolean failed = true;
    while (failed) {
      SimulatedFileSystem files = new SimulatedFileSystem();
      // A directory whose first sync failed is lost whatever is done in it: begin with them there.
      files.createDurableDirectories(DIRECTORY.resolve(".pending"));
      files.inject(Fault.ioError().when(Operation::changesDisk).nth(operations + 1));
      List<Moment> moments = new ArrayList<>();
      failed = fails(files, files, NOTHING, "1-0", moments);
      files.heal();
      Complete from = completeAt(moments, Integer.MAX_VALUE);
      // The same process goes on, then the machine loses its power.
      List<Moment> again = run(files, from, "1-1");
      Complete last = again.isEmpty() ? from : again.get(again.size() - 1).checkpoint();
      for (Survival survival : Survival.sample(files.pendingCount(files.log().size()), 10)) {
        SimulatedFileSystem after = files.crash(files.log().size(), survival);
        run(after, last, "2-0");
        assertThat(visibleLines(after))
            .as("operation " + operations + ", " + survival)
            .isEqualTo(expectedLines());
      }
      operations++;
    }
    assertThat(operations).isGreaterThan(30);
  }

  /** Whether a run failed of the injected fault. */
  private static boolean fails(
      FileSystem seen, SimulatedFileSystem files, Complete from, String runId, List<Moment> moments)
      throws Exception {
    try {
      run(seen, files, from, runId, moments);
      return false;
    } catch (IOException | StorageException e) {
      assertThat(e).hasStackTraceContaining("Input/output error");
      return true;
    }
  }
}
