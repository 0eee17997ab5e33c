package io.streambed.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.connector.FileSink.PendingFile;
import io.streambed.error.CorruptionException;
import io.streambed.error.FencedException;
import io.streambed.error.MalformedDataException;
import io.streambed.error.SerializationException;
import io.streambed.error.StorageException;
import io.streambed.file.AtomicFile;
import io.streambed.file.FileOutput;
import io.streambed.file.FileSystem;
import io.streambed.job.Sink.SavedContent;
import io.streambed.job.Sink.SinkContext;
import io.streambed.job.SinkWriter;
import io.streambed.testkit.fault.Fault;
import io.streambed.testkit.fault.Operation;
import io.streambed.testkit.fault.SimulatedFileSystem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@link FileSink} as the runtime drives it. Crashes are {@link FileSinkCrashTest}'s. */
class FileSinkTest {
  private static final Path DIRECTORY = Path.of("/out");
  private static final Path PENDING = DIRECTORY.resolve(".pending");

  private final SimulatedFileSystem files = new SimulatedFileSystem();
  private final FileSink<Object> sink = FileSink.lines(DIRECTORY).withFileSystem(files);

  private SinkWriter<Object, PendingFile> open(
      int subtask, String runId, long restored, PendingFile... pending) {
    return sink.open(
        new SinkContext<>(
            "output", subtask, "", runId, restored, List.of(pending), SavedContent.NONE));
  }

  /** All files but those that hold nothing: the lock's, and records of commits. */
  static List<Path> written(SimulatedFileSystem files) {
    return files.files().stream()
        .filter(path -> !path.endsWith("_lock") && !isRecord(path))
        .toList();
  }

  static boolean isRecord(Path path) {
    return path.getParent().endsWith(".pending")
        && path.getFileName().toString().startsWith("committed-");
  }

  static String read(FileSystem files, Path path) throws IOException {
    return new String(AtomicFile.read(files, path, 1 << 24), StandardCharsets.UTF_8);
  }

  @Test
  void commit_makesLinesVisibleUnderTheCheckpointsId() throws Exception {
    try (SinkWriter<Object, PendingFile> writer = open(3, "1-0", 0)) {
      writer.write("a,1", 0);
      writer.write("b,2", 0);
      List<PendingFile> prepared = writer.prepare(7);
      assertThat(prepared).containsExactly(new PendingFile(7, "3-0-1-0", 8));
      writer.write("c,3", 0);
      assertThat(files.list(DIRECTORY)).containsExactly(PENDING);
      writer.commit(prepared.get(0));
    }
    assertThat(written(files)).containsExactly(DIRECTORY.resolve("part-0000000007-3.csv"));
    assertThat(read(files, DIRECTORY.resolve("part-0000000007-3.csv"))).isEqualTo("a,1\nb,2\n");
    assertThat(files.openHandles()).isZero();
  }

  @Test
  void prepare_nothingWritten_givesNothing() throws Exception {
    try (SinkWriter<Object, PendingFile> writer = open(0, "1-0", 0)) {
      assertThat(writer.prepare(1)).isEmpty();
      writer.write("x", 0);
      assertThat(writer.prepare(2)).hasSize(1);
      assertThat(writer.prepare(3)).isEmpty();
    }
  }

  @Test
  void commit_twice_changesNothing() throws Exception {
    try (SinkWriter<Object, PendingFile> writer = open(0, "1-0", 0)) {
      writer.write("x", 0);
      PendingFile prepared = writer.prepare(1).get(0);
      writer.commit(prepared);
      writer.commit(prepared);
    }
    assertThat(written(files)).containsExactly(DIRECTORY.resolve("part-0000000001-0.csv"));
    assertThat(read(files, written(files).get(0))).isEqualTo("x\n");
  }

  @Test
  void write_moreThanTheBuffer_arrivesWhole() throws Exception {
    StringBuilder expected = new StringBuilder();
    try (SinkWriter<Object, PendingFile> writer = open(0, "1-0", 0)) {
      for (int i = 0; i < 30_000; i++) {
        writer.write("line " + i, 0);
        expected.append("line ").append(i).append('\n');
      }
      writer.commit(writer.prepare(1).get(0));
    }
    assertThat(read(files, written(files).get(0))).isEqualTo(expected.toString());
  }

  @Test
  void write_severalLines_isRefused() throws Exception {
    try (SinkWriter<Object, PendingFile> writer = open(0, "1-0", 0)) {
      assertThatThrownBy(() -> writer.write("a\nb", 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("one line");
    }
  }

  @Test
  void write_halfASurrogatePair_isRefusedWithItsPlace() throws Exception {
    try (SinkWriter<Object, PendingFile> writer = open(0, "1-0", 0)) {
      for (String cut : List.of("cut \ud83d", "cut \ude00 tail", "cut \ud83d\ud83d\ude00")) {
        assertThatThrownBy(() -> writer.write(cut, 0))
            .isInstanceOf(SerializationException.class)
            .hasMessageContaining("character 5")
            .hasMessageContaining("half a surrogate pair");
      }
      writer.write("whole \ud83d\ude00, CR\r, NUL\0, \u2028", 0);
      writer.commit(writer.prepare(1).get(0));
    }
    assertThat(read(files, written(files).get(0)))
        .isEqualTo("whole \ud83d\ude00, CR\r, NUL\0, \u2028\n");
  }

  @Test
  void open_restored_firstSubtaskCommitsForAllAndRemovesLeftovers() throws Exception {
    PendingFile zero;
    PendingFile one;
    try (SinkWriter<Object, PendingFile> first = open(0, "1-0", 0);
        SinkWriter<Object, PendingFile> second = open(1, "1-0", 0)) {
      first.write("zero", 0);
      second.write("one", 0);
      zero = first.prepare(4).get(0);
      one = second.prepare(4).get(0);
      second.commit(one);
      first.write("lost", 0);
      first.prepare(5);
    }
    open(1, "2-0", 4, zero, one).close();
    assertThat(files.exists(DIRECTORY.resolve("part-0000000004-0.csv"))).isFalse();
    open(0, "2-0", 4, zero, one).close();
    assertThat(written(files))
        .containsExactly(
            DIRECTORY.resolve("part-0000000004-0.csv"), DIRECTORY.resolve("part-0000000004-1.csv"));
    assertThat(read(files, written(files).get(1))).isEqualTo("one\n");
  }

  @Test
  void open_firstSubtaskLast_leavesTheFilesOfItsOwnRun() throws Exception {
    try (SinkWriter<Object, PendingFile> second = open(1, "2-0", 0)) {
      second.write("one", 0);
      PendingFile prepared = second.prepare(1).get(0);
      open(0, "2-0", 0).close();
      second.commit(prepared);
    }
    assertThat(written(files)).containsExactly(DIRECTORY.resolve("part-0000000001-1.csv"));
  }

  @Test
  void open_sameRunAgain_usesOtherNames() throws Exception {
    SinkWriter<Object, PendingFile> dead = open(0, "1-0", 0);
    dead.write("dead", 0);
    dead.prepare(1);
    dead.close();
    try (SinkWriter<Object, PendingFile> writer = open(0, "1-0", 0)) {
      writer.write("alive", 0);
      writer.commit(writer.prepare(2).get(0));
    }
    assertThat(read(files, DIRECTORY.resolve("part-0000000002-0.csv"))).isEqualTo("alive\n");
  }

  @Test
  void open_whileAnotherRunWrites_isFenced() throws Exception {
    try (SinkWriter<Object, PendingFile> writer = open(0, "1-0", 0)) {
      writer.write("mine", 0);
      assertThatThrownBy(() -> open(0, "2-0", 0))
          .isInstanceOf(FencedException.class)
          .hasMessageContaining("/out")
          .hasMessageContaining("another output directory");
    }
    open(0, "2-0", 0).close();
  }

  @Test
  void open_fromNothingBesideAnotherJobsPendingFile_isRefusedAndLeavesIt() throws Exception {
    SinkWriter<Object, PendingFile> other = open(0, "1-0", 0);
    other.write("theirs", 0);
    other.prepare(1);
    other.close();
    assertThatThrownBy(
            () ->
                sink.open(
                    new SinkContext<>(
                        "output", 0, "job2", "job2-1", 0, List.of(), SavedContent.NONE)))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("0-0-1-0")
        .hasMessageContaining("another output directory");
    sink.open(new SinkContext<>("output", 0, "job2", "job2-1", 3, List.of(), SavedContent.NONE))
        .close();
    assertThat(written(files)).containsExactly(PENDING.resolve("0-0-1-0"));
  }

  @Test
  void open_fromNothingWithParts_isRefusedWithTheWayOut() throws Exception {
    commitLines(1, 2, 3);
    assertThatThrownBy(() -> open(0, "3-0", 0))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("part-0000000001-0.csv")
        .hasMessageContaining("starts from nothing")
        .hasMessageContaining("another output directory");
    FileSink<Object> elsewhere = FileSink.lines(Path.of("/elsewhere")).withFileSystem(files);
    elsewhere
        .open(new SinkContext<>("output", 0, "", "3-0", 0, List.of(), SavedContent.NONE))
        .close();
  }

  @Test
  void open_olderCheckpoint_isRefusedUntilTheLaterPartsAreMovedAway() throws Exception {
    List<PendingFile> prepared = commitLines(4, 5, 6, 7);
    open(0, "2-0", 7, prepared.get(3)).close();
    assertThatThrownBy(() -> open(0, "3-0", 5, prepared.get(1)))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining(DIRECTORY.resolve("part-0000000006-0.csv").toString())
        .hasMessageContaining("2 files")
        .hasMessageContaining("above 5")
        .hasMessageNotContaining("another output directory");
    files.createDirectories(Path.of("/away"));
    for (String name : List.of("part-0000000006-0.csv", "part-0000000007-0.csv")) {
      files.rename(DIRECTORY.resolve(name), Path.of("/away").resolve(name));
    }
    try (SinkWriter<Object, PendingFile> writer = open(0, "3-0", 5, prepared.get(1))) {
      writer.write("again", 0);
      writer.commit(writer.prepare(6).get(0));
    }
    assertThat(written(files).stream().filter(path -> path.startsWith(DIRECTORY)))
        .extracting(path -> read(files, path))
        .containsExactly("line 4\n", "line 5\n", "again\n");
  }

  /** Makes a line visible with each checkpoint. */
  private List<PendingFile> commitLines(long... checkpointIds) throws Exception {
    List<PendingFile> prepared = new ArrayList<>();
    try (SinkWriter<Object, PendingFile> writer = open(0, "1-0", 0)) {
      for (long id : checkpointIds) {
        writer.write("line " + id, 0);
        prepared.addAll(writer.prepare(id));
        writer.commit(prepared.get(prepared.size() - 1));
      }
    }
    return prepared;
  }

  @Test
  void open_partOfAnImpossibleId_isRefusedAndOtherFilesAreNot() throws Exception {
    files.createDirectories(DIRECTORY);
    files.create(DIRECTORY.resolve("notes.txt")).close();
    open(0, "1-0", 0).close();
    files.create(DIRECTORY.resolve("part-9999999999999999999-0.csv")).close();
    assertThatThrownBy(() -> open(0, "1-0", Long.MAX_VALUE)).isInstanceOf(StorageException.class);
  }

  @Test
  void open_namedFileGoneOrOfAnotherLength_isDamage() throws Exception {
    PendingFile gone = new PendingFile(2, "0-0-1-0", 5);
    assertThatThrownBy(() -> open(0, "2-0", 2, gone))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("0-0-1-0")
        .hasMessageContaining("part-0000000002-0.csv")
        .hasMessageContaining("output directory that it was written with");
    try (FileOutput output = files.create(PENDING.resolve("0-0-1-0"))) {
      output.write(new byte[4]);
    }
    assertThatThrownBy(() -> open(0, "2-0", 2, gone))
        .isInstanceOf(CorruptionException.class)
        .hasMessageContaining("4 bytes");
    files.rename(PENDING.resolve("0-0-1-0"), DIRECTORY.resolve("part-0000000002-0.csv"));
    assertThatThrownBy(() -> open(0, "2-0", 2, gone))
        .isInstanceOf(CorruptionException.class)
        .hasMessageContaining("part-0000000002-0.csv");
    assertThat(files.openHandles()).isZero();
  }

  @Test
  void open_hostileName_isRefusedBeforeAnyFileIsTouched() throws Exception {
    for (String name : List.of("../x", "0-0-a/b", "", "0-0-")) {
      assertThatThrownBy(() -> open(0, "2-0", 2, new PendingFile(2, name, 1)))
          .as(name)
          .isInstanceOf(MalformedDataException.class);
    }
  }

  @Test
  void open_unwritableDirectory_isATypedErrorThatNamesIt() {
    files.inject(Fault.denied().on(Operation.Kind.CREATE_DIRECTORY));
    assertThatThrownBy(() -> open(0, "1-0", 0))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("/out");
  }

  private record Total(String name, long cents) {}

  @Test
  void open_withFormatAndNames_writesAndKnowsItsOwn() throws Exception {
    FileSink<Total> totals =
        FileSink.lines(DIRECTORY)
            .withFileSystem(files)
            .<Total>withFormat(total -> total.name() + ";" + total.cents())
            .withNames("totals", ".txt");
    PendingFile prepared;
    try (SinkWriter<Total, PendingFile> writer =
        totals.open(new SinkContext<>("output", 0, "", "1-0", 0, List.of(), SavedContent.NONE))) {
      writer.write(new Total("x", 7), 0);
      prepared = writer.prepare(3).get(0);
      writer.commit(prepared);
    }
    assertThat(read(files, DIRECTORY.resolve("totals-0000000003-0.txt"))).isEqualTo("x;7\n");
    assertThatThrownBy(
            () ->
                totals.open(
                    new SinkContext<>("output", 0, "", "2-0", 0, List.of(), SavedContent.NONE)))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("totals-0000000003-0.txt was written by an earlier run");
  }

  @Test
  void withNames_thatCannotBeFileNames_areRefused() {
    for (String prefix : List.of("", "a/b", "..", "x".repeat(65))) {
      assertThatThrownBy(() -> FileSink.lines(DIRECTORY).withNames(prefix, ".csv"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("use letters, digits");
    }
    assertThatThrownBy(() -> FileSink.lines(DIRECTORY).withNames("part", "/csv"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
