package io.streambed.testkit.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.file.AtomicFile;
import io.streambed.file.FileInput;
import io.streambed.file.FileOutput;
import io.streambed.file.HeldLock;
import io.streambed.testkit.fault.Operation.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SimulatedFileSystemTest {
  private static final Path DIRECTORY = Path.of("/data");
  private static final Path A = DIRECTORY.resolve("a");
  private static final Path B = DIRECTORY.resolve("b");

  private final SimulatedFileSystem files = new SimulatedFileSystem(4);

  @BeforeEach
  void createDirectory() throws IOException {
    files.createDurableDirectories(DIRECTORY);
  }

  private void write(Path path, String content, boolean sync) throws IOException {
    try (FileOutput output = files.create(path)) {
      output.write(content.getBytes(StandardCharsets.US_ASCII));
      if (sync) {
        output.sync();
      }
    }
  }

  private SimulatedFileSystem crash(Survival survival) {
    return files.crash(files.log().size(), survival);
  }

  private int pending() {
    return files.pendingCount(files.log().size());
  }

  /** A file's content, with '.' for a zero byte; "-" if there is none. */
  private static String content(SimulatedFileSystem files, Path path) throws IOException {
    if (!files.exists(path)) {
      return "-";
    }
    byte[] bytes = AtomicFile.read(files, path, 1000);
    return new String(bytes, StandardCharsets.US_ASCII).replace('\0', '.');
  }

  private Set<String> contents(Path path) throws IOException {
    Set<String> contents = new HashSet<>();
    for (int subset = 0; subset < 1 << pending(); subset++) {
      int kept = subset;
      SimulatedFileSystem disk =
          files.crash(files.log().size(), Survival.of("subset " + kept, i -> (kept >> i & 1) == 1));
      contents.add(content(disk, path));
    }
    return contents;
  }

  @Test
  void crash_nothingSynced_losesAllOrKeepsAll() throws IOException {
    write(A, "abcdefgh", false);
    assertThat(content(crash(Survival.none()), A)).isEqualTo("-");
    assertThat(content(crash(Survival.all()), A)).isEqualTo("abcdefgh");
    assertThat(crash(Survival.none()).isDirectory(DIRECTORY)).isTrue();
  }

  @Test
  void crash_nameDurableContentNot_leavesEachMixture() throws IOException {
    write(A, "abcdefgh", false);
    files.syncDirectory(DIRECTORY);
    assertThat(pending()).isEqualTo(3);
    assertThat(contents(A))
        .containsExactlyInAnyOrder("", "........", "abcd....", "....efgh", "abcdefgh");
  }

  @Test
  void crash_contentDurableNameNot_keepsOrLosesTheWhole() throws IOException {
    write(A, "abcdefgh", true);
    assertThat(pending()).isEqualTo(1);
    assertThat(contents(A)).containsExactlyInAnyOrder("-", "abcdefgh");
  }

  @Test
  void crash_allSynced_keepsAll() throws IOException {
    write(A, "abcdefgh", true);
    files.syncDirectory(DIRECTORY);
    assertThat(pending()).isZero();
    assertThat(content(crash(Survival.none()), A)).isEqualTo("abcdefgh");
  }

  @Test
  void crash_sectorWrittenTwice_isOldOrNew() throws IOException {
    try (FileOutput output = files.create(A)) {
      files.syncDirectory(DIRECTORY);
      output.write(new byte[] {'a', 'b'});
      output.sync();
      output.write('c');
      output.write('d');
    }
    assertThat(contents(A)).containsExactlyInAnyOrder("ab", "ab.", "ab..", "abc", "abc.", "abcd");
  }

  @Test
  void crash_renameNotSynced_isDoneOrUndoneAsAWhole() throws IOException {
    write(A, "new", true);
    write(B, "old", true);
    files.syncDirectory(DIRECTORY);
    files.rename(A, B);
    assertThat(pending()).isEqualTo(1);
    SimulatedFileSystem undone = crash(Survival.none());
    assertThat(content(undone, A)).isEqualTo("new");
    assertThat(content(undone, B)).isEqualTo("old");
    SimulatedFileSystem done = crash(Survival.all());
    assertThat(content(done, A)).isEqualTo("-");
    assertThat(content(done, B)).isEqualTo("new");
    files.syncDirectory(DIRECTORY);
    assertThat(content(crash(Survival.none()), B)).isEqualTo("new");
  }

  @Test
  void crash_renameOfAFileNeverSynced_mayKeepTheNameAndLoseTheContent() throws IOException {
    write(B, "old", true);
    files.syncDirectory(DIRECTORY);
    write(A, "new", false);
    files.rename(A, B);
    assertThat(contents(B)).contains("old", "", "...", "new");
  }

  @Test
  void crash_renameBetweenDirectories_isDurableWithTheTargetsSync() throws IOException {
    Path other = Path.of("/other");
    files.createDurableDirectories(other);
    write(A, "x", true);
    files.syncDirectory(DIRECTORY);
    files.rename(A, other.resolve("a"));
    files.syncDirectory(DIRECTORY);
    assertThat(content(crash(Survival.none()), A)).isEqualTo("x");
    files.syncDirectory(other);
    assertThat(crash(Survival.none()).files()).containsExactly(other.resolve("a"));
  }

  @Test
  void crash_deleteNotSynced_mayBeUndone() throws IOException {
    write(A, "x", true);
    files.syncDirectory(DIRECTORY);
    files.delete(A);
    assertThat(contents(A)).containsExactlyInAnyOrder("x", "-");
    write(A, "y", true);
    assertThat(contents(A)).containsExactlyInAnyOrder("x", "-", "y");
    files.syncDirectory(DIRECTORY);
    assertThat(contents(A)).containsExactly("y");
  }

  @Test
  void crash_directoryNotSynced_losesWhatIsInIt() throws IOException {
    Path below = DIRECTORY.resolve("below");
    files.createDirectories(below);
    write(below.resolve("a"), "x", true);
    files.syncDirectory(below);
    assertThat(crash(Survival.none()).files()).isEmpty();
    assertThat(crash(Survival.all()).files()).containsExactly(below.resolve("a"));
  }

  @Test
  void createDurableDirectories_anyCrashAfter_keepsThem() throws IOException {
    Path deep = Path.of("/p/q/r");
    files.createDirectories(Path.of("/p"));
    files.createDurableDirectories(deep);
    assertThat(crash(Survival.none()).isDirectory(deep)).isTrue();
    files.createDirectories(deep.resolve("s"));
    assertThat(crash(Survival.none()).isDirectory(deep.resolve("s"))).isFalse();
  }

  @Test
  void createDurableDirectories_parentNotReadable_succeeds() throws IOException {
    files.inject(Fault.denied().on(Kind.SYNC_DIRECTORY).when(op -> op.path().equals(Path.of("/"))));
    files.createDurableDirectories(DIRECTORY.resolve("p/q"));
    assertThat(crash(Survival.none()).isDirectory(DIRECTORY.resolve("p/q"))).isTrue();
    assertThatThrownBy(() -> files.createDurableDirectories(Path.of("/new")))
        .isInstanceOf(AccessDeniedException.class);
  }

  @Test
  void crash_earlierOperation_ignoresWhatCameLater() throws IOException {
    int before = files.log().size();
    write(A, "abcd", true);
    files.syncDirectory(DIRECTORY);
    assertThat(files.crash(before, Survival.all()).files()).isEmpty();
    assertThat(files.crash(before + 1, Survival.all()).files()).containsExactly(A);
    assertThat(files.crashPoints()).contains(before, before + 4).endsWith(files.log().size());
    assertThat(files.log().get(before).kind()).isEqualTo(Kind.CREATE);
  }

  @Test
  void crash_ofACrashedDisk_startsFromItsContent() throws IOException {
    write(A, "abcd", true);
    files.syncDirectory(DIRECTORY);
    SimulatedFileSystem second = crash(Survival.none());
    assertThat(second.log()).isEmpty();
    try (FileOutput output = second.create(B)) {
      output.write('x');
    }
    second.delete(A);
    SimulatedFileSystem third = second.crash(second.log().size(), Survival.none());
    assertThat(third.files()).containsExactly(A);
    assertThat(content(third, A)).isEqualTo("abcd");
    assertThat(content(files, A)).isEqualTo("abcd");
  }

  @Test
  void crash_heldLock_isGivenBack() throws IOException {
    try (HeldLock held = files.tryLock(A).orElseThrow()) {
      assertThat(held).isNotNull();
      assertThat(files.tryLock(A)).isEmpty();
      assertThat(crash(Survival.all()).tryLock(A)).isPresent();
    }
  }

  @Test
  void noSpace_halfOfTheBytesAreWritten() throws IOException {
    files.inject(Fault.noSpace().on(Kind.WRITE).nth(2));
    try (FileOutput output = files.create(A)) {
      output.write(new byte[] {'a', 'b'});
      assertThatThrownBy(() -> output.write(new byte[] {'c', 'd', 'e', 'f'}))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("No space left on device");
      assertThatThrownBy(() -> output.write('g')).hasMessageContaining("written anew");
      assertThatThrownBy(output::sync).hasMessageContaining("written anew");
    }
    assertThat(content(files, A)).isEqualTo("abcd");
    assertThat(content(crash(Survival.all()), A)).isEqualTo("abcd");
    write(B, "later", true);
  }

  @Test
  void ioError_fromNth_strikesForEver() throws IOException {
    files.inject(Fault.ioError().on(Kind.CREATE).fromNth(2));
    write(A, "x", true);
    assertThatThrownBy(() -> files.create(B)).hasMessageContaining("Input/output error");
    assertThatThrownBy(() -> files.create(B)).isInstanceOf(IOException.class);
    files.heal();
    write(B, "y", true);
    assertThat(files.files()).containsExactly(A, B);
  }

  @Test
  void ioError_atANumber_strikesThatOperation() {
    files.inject(Fault.ioError().at(files.log().size() + 1));
    assertThat(files.exists(A)).isFalse();
    assertThatThrownBy(() -> write(A, "x", true)).hasMessageContaining("Input/output error");
    assertThat(files.files()).containsExactly(A);
    assertThat(files.openHandles()).isZero();
  }

  @Test
  void sync_failed_laterRenameOfTheSameNameIsNotUndone() throws IOException {
    write(A, "old", true);
    files.inject(Fault.ioError().on(Kind.SYNC_DIRECTORY).nth(1));
    files.rename(A, B);
    assertThatThrownBy(() -> files.syncDirectory(DIRECTORY)).isInstanceOf(IOException.class);
    write(A, "new", true);
    files.rename(A, B);
    files.syncDirectory(DIRECTORY);
    assertThat(content(crash(Survival.all()), B)).isEqualTo("new");
    assertThat(content(crash(Survival.all()), A)).isEqualTo("-");
  }

  @Test
  void sync_failed_noLaterSyncMakesItDurable() throws IOException {
    write(A, "x", true);
    files.inject(Fault.ioError().on(Kind.SYNC_DIRECTORY).nth(1));
    assertThatThrownBy(() -> files.syncDirectory(DIRECTORY)).isInstanceOf(IOException.class);
    files.syncDirectory(DIRECTORY);
    assertThat(contents(A)).containsExactlyInAnyOrder("-", "x");

    files.inject(Fault.ioError().on(Kind.SYNC).nth(1));
    try (FileOutput output = files.create(B)) {
      output.write('y');
      assertThatThrownBy(output::sync).hasMessageContaining("Input/output error");
      assertThatThrownBy(output::sync).hasMessageContaining("written anew");
    }
    files.syncDirectory(DIRECTORY);
    assertThat(contents(B)).containsExactlyInAnyOrder("", ".", "y");
  }

  @Test
  void crash_changesOfAFailedSync_neverUndoLaterDurableOnes() throws IOException {
    write(A, "x", true);
    files.syncDirectory(DIRECTORY);
    files.delete(A);
    write(A, "y", true);
    files.rename(A, B);
    files.inject(Fault.ioError().on(Kind.SYNC_DIRECTORY).nth(1));
    assertThatThrownBy(() -> files.syncDirectory(DIRECTORY)).isInstanceOf(IOException.class);
    write(A, "z", true);
    files.syncDirectory(DIRECTORY);
    assertThat(contents(A)).containsExactly("z");
    assertThat(contents(B)).containsExactlyInAnyOrder("-", "y");
  }

  @Test
  void lostSync_reportsSuccessAndDoesNothing() throws IOException {
    files.inject(Fault.lostSync());
    write(A, "x", true);
    files.syncDirectory(DIRECTORY);
    assertThat(content(crash(Survival.none()), A)).isEqualTo("-");
  }

  @Test
  void shortReads_areShortAndCompletedByReadFully() throws IOException {
    write(A, "abcdefgh", true);
    files.inject(Fault.shortReads(3));
    try (FileInput input = files.open(A)) {
      byte[] into = new byte[8];
      assertThat(input.read(0, into, 0, 8)).isEqualTo(3);
      input.readFully(0, into, 0, 8);
      assertThat(into).isEqualTo("abcdefgh".getBytes(StandardCharsets.US_ASCII));
    }
  }

  @Test
  void missing_aFileThatIsThere_isNotFound() throws IOException {
    write(A, "x", true);
    files.inject(Fault.missing().when(op -> op.path().equals(A)).nth(1));
    assertThatThrownBy(() -> files.open(A)).isInstanceOf(NoSuchFileException.class);
    assertThat(content(files, A)).isEqualTo("x");
  }

  @Test
  void openHandles_countsWhatIsNotClosed() throws IOException {
    FileOutput output = files.create(A);
    FileInput input = files.open(A);
    assertThat(files.openHandles()).isEqualTo(2);
    output.close();
    output.close();
    assertThat(files.openHandles()).isEqualTo(1);
    input.close();
    input.close();
    assertThat(files.openHandles()).isZero();
  }

  @Test
  void survival_sample_hasNoRepetitions() {
    for (int pending = 0; pending < 6; pending++) {
      Set<String> kept = new HashSet<>();
      int size = Survival.sample(pending, 0).size();
      for (Survival survival : Survival.sample(pending, 0)) {
        boolean[] survives = new boolean[pending];
        for (int i = 0; i < pending; i++) {
          survives[i] = survival.survives(i);
        }
        kept.add(Arrays.toString(survives));
      }
      assertThat(kept).hasSize(size);
    }
  }

  @Test
  void hang_aWrite_holdsItsThreadUntilHealedWhileOthersGoOn() throws Exception {
    FileOutput output = files.create(A);
    files.inject(Fault.hang().on(Kind.WRITE));
    FutureTask<IOException> write = failing(() -> output.write('a'));
    Thread writer = new Thread(write);
    writer.start();
    awaitHanging();
    writer.interrupt();
    files.create(B).close();
    assertThat(files.hanging()).as("an interrupt changes nothing").isEqualTo(1);
    files.heal();
    assertThat(write.get()).hasRootCauseMessage("/data/a: the device did not answer");
    output.close();
    assertThat(content(files, A)).isEmpty();
    assertThat(files.openHandles()).isZero();
  }

  @Test
  void hang_theCloseOfAFile_holdsItsThreadUntilHealed() throws Exception {
    FileOutput output = files.create(A);
    files.inject(Fault.hang().on(Kind.CLOSE));
    FutureTask<IOException> close = failing(output::close);
    new Thread(close).start();
    awaitHanging();
    assertThat(files.openHandles()).isEqualTo(1);
    files.heal();
    assertThat(close.get()).hasMessage("/data/a: the device did not answer");
    assertThat(files.openHandles()).isZero();
  }

  private interface Call {
    void run() throws IOException;
  }

  private static FutureTask<IOException> failing(Call call) {
    return new FutureTask<>(
        () -> {
          try {
            call.run();
            return null;
          } catch (IOException e) {
            return e;
          }
        });
  }

  private void awaitHanging() {
    while (files.hanging() == 0) {
      Thread.onSpinWait();
    }
  }
}
