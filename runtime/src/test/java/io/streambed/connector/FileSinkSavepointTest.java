package io.streambed.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.connector.FileSink.PendingFile;
import io.streambed.error.StorageException;
import io.streambed.job.Sink.SavedContent;
import io.streambed.job.Sink.SinkContext;
import io.streambed.job.SinkWriter;
import io.streambed.testkit.fault.SimulatedFileSystem;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * {@link FileSink} when what was visible has been taken away, and when a savepoint is restored that
 * keeps the content of pending files.
 */
class FileSinkSavepointTest {
  private static final Path DIRECTORY = Path.of("/out");
  private static final Path PENDING = DIRECTORY.resolve(".pending");
  private static final String JOB = "0a1b2c3d";

  private final SimulatedFileSystem files = new SimulatedFileSystem();

  private SinkWriter<Object, PendingFile> open(
      Path directory, String runId, long restored, SavedContent saved, PendingFile... pending) {
    return FileSink.lines(directory)
        .withFileSystem(files)
        .open(new SinkContext<>("output", 0, JOB, JOB + runId, restored, List.of(pending), saved));
  }

  private SinkWriter<Object, PendingFile> open(
      String runId, long restored, PendingFile... pending) {
    return open(DIRECTORY, runId, restored, SavedContent.NONE, pending);
  }

  /** Makes a line visible with a checkpoint. */
  private static PendingFile commit(SinkWriter<Object, PendingFile> writer, long id, String line)
      throws Exception {
    writer.write(line, 0);
    PendingFile prepared = writer.prepare(id).get(0);
    writer.commit(prepared);
    return prepared;
  }

  private static Path part(long id) {
    return DIRECTORY.resolve(String.format("part-%010d-0.csv", id));
  }

  private String read(Path path) throws Exception {
    return FileSinkTest.read(files, path);
  }

  /** What a savepoint keeps of a thing: its content now. */
  private static SavedContent saved(SinkWriter<Object, PendingFile> writer, PendingFile pending)
      throws Exception {
    byte[] content;
    try (InputStream in = writer.content(pending).orElseThrow().bytes()) {
      content = in.readAllBytes();
    }
    assertThat(content).hasSize((int) pending.length());
    return (name, to) -> {
      if (!name.equals(pending.name())) {
        return false;
      }
      to.write(content);
      return true;
    };
  }

  @Test
  void open_committedFileWasTakenAway_goesOnWithoutIt() throws Exception {
    PendingFile taken;
    try (SinkWriter<Object, PendingFile> writer = open("-1-1", 0)) {
      taken = commit(writer, 3, "taken");
    }
    files.delete(part(3));
    try (SinkWriter<Object, PendingFile> writer = open("-2-1", 3, taken)) {
      commit(writer, 4, "next");
    }
    files.delete(part(4));
    // An older checkpoint that is kept, what came after it being taken away as well.
    open("-3-1", 3, taken).close();
    assertThat(FileSinkTest.written(files)).isEmpty();
  }

  @Test
  void open_pendingFileIsLost_isAnErrorWhateverWasCommittedBefore() throws Exception {
    PendingFile lost;
    try (SinkWriter<Object, PendingFile> writer = open("-1-1", 0)) {
      commit(writer, 3, "visible");
      writer.write("lost", 0);
      lost = writer.prepare(4).get(0);
    }
    files.delete(PENDING.resolve(lost.name()));
    assertThatThrownBy(() -> open("-2-1", 4, lost))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining(lost.name())
        .hasMessageContaining("no record");
  }

  @Test
  void commit_pendingFileIsLost_isAnErrorAndNotRecorded() throws Exception {
    try (SinkWriter<Object, PendingFile> writer = open("-1-1", 0)) {
      writer.write("lost", 0);
      PendingFile lost = writer.prepare(1).get(0);
      files.delete(PENDING.resolve(lost.name()));
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> writer.commit(lost)).isInstanceOf(StorageException.class);
      }
    }
  }

  @Test
  void commit_manyCheckpointsAndRuns_keepsOneRecordForEachRun() throws Exception {
    PendingFile last = null;
    for (int run = 1; run <= 3; run++) {
      long from = last == null ? 0 : last.checkpointId();
      try (SinkWriter<Object, PendingFile> writer =
          last == null ? open("-1-1", 0) : open("-" + run + "-1", from, last)) {
        for (long id = from + 1; id <= from + 20; id++) {
          last = commit(writer, id, "line " + id);
        }
      }
    }
    assertThat(files.list(PENDING)).hasSize(3).allMatch(FileSinkTest::isRecord);
  }

  @Test
  void open_afterVeryManyRuns_forgetsTheRecordsOfTheOldest() throws Exception {
    int runs = CommitRecords.KEPT_RECORDS + 10;
    PendingFile last;
    try (SinkWriter<Object, PendingFile> writer = open("-" + runs + "-1", 0)) {
      last = commit(writer, runs, "line");
    }
    files.delete(part(runs));
    for (int run = 1; run < runs; run++) {
      files.create(record(run)).close();
    }
    open("-" + (runs + 1) + "-1", runs, last).close();
    assertThat(files.list(PENDING))
        .hasSize(CommitRecords.KEPT_RECORDS + 1)
        .contains(record(runs), record(runs - 1))
        .doesNotContain(record(1));
  }

  /** Of a run whose last checkpoint had its number. */
  private static Path record(int run) {
    return PENDING.resolve("committed-" + run + "-0-" + JOB + "-" + run + "-1");
  }

  @Test
  void open_savepointInANewDirectory_writesWhatWasPending() throws Exception {
    PendingFile pending;
    SavedContent saved;
    try (SinkWriter<Object, PendingFile> writer = open("-1-1", 0)) {
      writer.write("pending", 0);
      pending = writer.prepare(6).get(0);
      saved = saved(writer, pending);
    }
    Path elsewhere = Path.of("/elsewhere");
    open(elsewhere, "-2-1", 6, saved, pending).close();
    assertThat(read(elsewhere.resolve("part-0000000006-0.csv"))).isEqualTo("pending\n");
    assertThat(files.list(elsewhere.resolve(".pending"))).allMatch(FileSinkTest::isRecord);
    assertThat(files.openHandles()).isZero();
  }

  @Test
  void open_savepointTwice_writesWhatWasPendingOnce() throws Exception {
    PendingFile pending;
    SavedContent saved;
    try (SinkWriter<Object, PendingFile> writer = open("-1-1", 0)) {
      writer.write("pending", 0);
      pending = writer.prepare(6).get(0);
      saved = saved(writer, pending);
    }
    open(DIRECTORY, "-2-1", 6, saved, pending).close();
    files.delete(part(6));
    open(DIRECTORY, "-3-1", 6, saved, pending).close();
    assertThat(FileSinkTest.written(files)).isEmpty();
  }

  @Test
  void open_savepointAfterItsJobWentOn_leavesWhatItMadeVisible() throws Exception {
    PendingFile pending;
    SavedContent saved;
    try (SinkWriter<Object, PendingFile> writer = open("-1-1", 0)) {
      writer.write("pending", 0);
      pending = writer.prepare(6).get(0);
      saved = saved(writer, pending);
      writer.commit(pending);
      commit(writer, 7, "later");
    }
    files.delete(part(6));
    PendingFile ofSavepoint = pending;
    assertThatThrownBy(() -> open(DIRECTORY, "-2-1", 6, saved, ofSavepoint))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining(part(7).toString());
    files.delete(part(7));
    open(DIRECTORY, "-2-1", 6, saved, pending).close();
    assertThat(FileSinkTest.written(files)).isEmpty();
  }

  @Test
  void open_savepointAfterAnotherRunWentOnFromBeforeIt_bringsItsFileBackOnceThatIsMovedAway()
      throws Exception {
    PendingFile five;
    PendingFile pending;
    SavedContent saved;
    try (SinkWriter<Object, PendingFile> writer = open("-1-1", 0)) {
      five = commit(writer, 5, "five");
      writer.write("six of the savepoint", 0);
      pending = writer.prepare(6).get(0);
      saved = saved(writer, pending);
    }
    // From checkpoint 5, under the id that the savepoint had, in a line of the same length.
    try (SinkWriter<Object, PendingFile> writer = open("-2-1", 5, five)) {
      assertThat(files.exists(PENDING.resolve(pending.name()))).isFalse();
      commit(writer, 6, "six of the other run");
      commit(writer, 7, "seven");
    }
    files.delete(part(7));
    assertThatThrownBy(() -> open(DIRECTORY, "-3-1", 6, saved, pending))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining(part(6) + " was written by a run that went on from an earlier");
    files.delete(part(6));
    open(DIRECTORY, "-3-1", 6, saved, pending).close();
    assertThat(read(part(5))).isEqualTo("five\n");
    assertThat(read(part(6))).isEqualTo("six of the savepoint\n");
  }

  @Test
  void open_fileOfAnOlderVersionWithoutRecords_isTakenForCommitted() throws Exception {
    PendingFile old;
    try (SinkWriter<Object, PendingFile> writer = open("-1-1", 0)) {
      old = commit(writer, 2, "old");
    }
    for (Path record : files.list(PENDING)) {
      files.delete(record);
    }
    open("-2-1", 2, old).close();
    files.delete(part(2));
    open("-3-1", 2, old).close();
    assertThat(FileSinkTest.written(files)).isEmpty();
  }
}
