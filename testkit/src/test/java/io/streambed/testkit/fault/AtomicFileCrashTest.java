package io.streambed.testkit.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.bytes.ByteView;
import io.streambed.file.AtomicFile;
import io.streambed.file.FileOutput;
import io.streambed.file.FileSystem;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** {@link AtomicFile} under a crash at every operation, and under a failure of every operation. */
class AtomicFileCrashTest {
  private static final Path DIRECTORY = Path.of("/data");
  private static final Path FILE = DIRECTORY.resolve("latest");
  private static final byte[] OLD = content(1500, 'o');
  private static final byte[] NEW = content(2100, 'n');

  /** A way to replace a file, right or wrong. */
  private interface Replace {
    void run(FileSystem files, Path path, ByteView content, UUID unique) throws IOException;
  }

  private static byte[] content(int length, char filler) {
    byte[] content = new byte[length];
    Arrays.fill(content, (byte) filler);
    return content;
  }

  private static SimulatedFileSystem withOldContent() throws IOException {
    SimulatedFileSystem files = new SimulatedFileSystem();
    files.createDurableDirectories(DIRECTORY);
    AtomicFile.replace(files, FILE, ByteView.of(OLD), new UUID(0, 1));
    return files;
  }

  /** What is in the file: "old", "new", "missing", or "torn". */
  private static String state(FileSystem files) throws IOException {
    try {
      byte[] found = AtomicFile.read(files, FILE, 1 << 20);
      return Arrays.equals(found, OLD) ? "old" : Arrays.equals(found, NEW) ? "new" : "torn";
    } catch (NoSuchFileException e) {
      return "missing";
    }
  }

  /** The states that crashes can leave: first those before the replacement returned, then after. */
  private static Set<String> statesAfterCrashes(Replace replace, boolean returned)
      throws IOException {
    SimulatedFileSystem files = withOldContent();
    int start = files.log().size();
    replace.run(files, FILE, ByteView.of(NEW), new UUID(0, 2));
    int end = files.log().size();
    Set<String> states = new TreeSet<>();
    for (int point : files.crashPoints()) {
      if (returned ? point >= end : point >= start) {
        for (Survival survival : Survival.sample(files.pendingCount(point), 50)) {
          states.add(state(files.crash(point, survival)));
        }
      }
    }
    return states;
  }

  @Test
  @Tag("FLINK-36421")
  @Tag("FLINK-35217")
  void replace_crashAnywhere_leavesOldOrNewAndNewOnceReturned() throws IOException {
    assertThat(statesAfterCrashes(AtomicFile::replace, false)).containsExactly("new", "old");
    assertThat(statesAfterCrashes(AtomicFile::replace, true)).containsExactly("new");
  }

  @Test
  void replace_withoutFileSync_isCaughtTorn() throws IOException {
    Replace wrong = (files, path, content, unique) -> replace(files, path, content, false, true);
    assertThat(statesAfterCrashes(wrong, false)).contains("torn");
    assertThat(statesAfterCrashes(wrong, true)).contains("torn");
  }

  @Test
  void replace_withoutDirectorySync_isCaughtOldAfterReturning() throws IOException {
    Replace wrong = (files, path, content, unique) -> replace(files, path, content, true, false);
    assertThat(statesAfterCrashes(wrong, true)).containsExactly("new", "old");
  }

  @Test
  void replace_inPlace_isCaughtMissing() throws IOException {
    Replace wrong =
        (files, path, content, unique) -> {
          files.delete(path);
          try (FileOutput output = files.create(path)) {
            output.write(content.array(), content.offset(), content.length());
            output.sync();
          }
          files.syncDirectory(path.getParent());
        };
    assertThat(statesAfterCrashes(wrong, false)).contains("missing");
    assertThat(statesAfterCrashes(wrong, true)).containsExactly("new");
  }

  /** {@link AtomicFile#replace} with a step left out. */
  private static void replace(
      FileSystem files, Path path, ByteView content, boolean syncFile, boolean syncDirectory)
      throws IOException {
    Path temporary = path.resolveSibling("latest.tmp");
    try (FileOutput output = files.create(temporary)) {
      output.write(content.array(), content.offset(), content.length());
      if (syncFile) {
        output.sync();
      }
    }
    files.rename(temporary, path);
    if (syncDirectory) {
      files.syncDirectory(path.getParent());
    }
  }

  @Test
  void replace_anyOperationFails_keepsTheOldAndLeavesNothingBehind() throws IOException {
    int start = withOldContent().log().size();
    int failures = 0;
    for (int step = 0; ; step++) {
      SimulatedFileSystem files = withOldContent();
      files.inject(Fault.ioError().at(start + step));
      UUID unique = new UUID(0, 2);
      if (replaceSucceeds(files, unique)) {
        break;
      }
      failures++;
      boolean renamed = state(files).equals("new");
      assertThat(renamed).as("step " + step).isEqualTo(step == 4);
      assertThat(files.files()).containsExactly(FILE);
      assertThat(files.openHandles()).isZero();
      files.heal();
      AtomicFile.replace(files, FILE, ByteView.of(NEW), new UUID(0, 3));
      assertThat(state(files.crash(files.log().size(), Survival.none()))).isEqualTo("new");
    }
    assertThat(failures).isEqualTo(5);
  }

  private static boolean replaceSucceeds(SimulatedFileSystem files, UUID unique) {
    try {
      AtomicFile.replace(files, FILE, ByteView.of(NEW), unique);
      return true;
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("Input/output error");
      return false;
    }
  }

  @Test
  void replace_deviceGone_tellsTheFirstErrorAndTheFailedCleanUp() throws IOException {
    SimulatedFileSystem files = withOldContent();
    files.inject(Fault.ioError().fromNth(2));
    assertThatThrownBy(() -> AtomicFile.replace(files, FILE, ByteView.of(NEW), new UUID(0, 2)))
        .isInstanceOf(IOException.class)
        .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
    files.heal();
    assertThat(state(files)).isEqualTo("old");
  }
}
