package io.streambed.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only real files show; the rest is in the testkit's contract of file systems. */
class LocalFileSystemTest {
  private final LocalFileSystem files = new LocalFileSystem();
  @TempDir Path directory;

  /** Tries a lock in a process of its own, tells the outcome, and holds the lock to its end. */
  static final class LockingProcess {
    private LockingProcess() {}

    public static void main(String[] args) throws IOException {
      Optional<HeldLock> lock = new LocalFileSystem().tryLock(Path.of(args[0]));
      System.out.println(lock.isPresent() ? "locked" : "held");
      if (args[1].equals("stay")) {
        System.in.read();
      }
    }
  }

  @Test
  void link_ofASymbolicLink_isTheFileItself() throws IOException {
    Path kept = Files.createDirectories(directory.resolve("kept"));
    Files.write(kept.resolve("file"), new byte[7]);
    Path symbolic = Files.createSymbolicLink(kept.resolve("link"), Path.of("file"));
    Path target = directory.resolve("target");
    assertThat(files.link(symbolic, target)).isTrue();
    assertThat(target).isRegularFile().hasSize(7);
    Files.delete(kept.resolve("file"));
    assertThat(target).hasSize(7);
    assertThatThrownBy(() -> files.link(symbolic, directory.resolve("other")))
        .isInstanceOf(NoSuchFileException.class);
  }

  private static Process start(Path lock, String how) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            LockingProcess.class.getName(),
            lock.toString(),
            how)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static String outcome(Process process) throws IOException {
    return new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))
        .readLine();
  }

  private static String tryInAnotherProcess(Path lock) throws IOException {
    Process process = start(lock, "leave");
    try {
      return outcome(process);
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void tryLock_heldByAnotherProcess_isEmptyUntilItDies() throws Exception {
    Path lock = directory.resolve("lock");
    Process holder = start(lock, "stay");
    try {
      assertThat(outcome(holder)).isEqualTo("locked");
      assertThat(files.tryLock(lock)).isEmpty();
    } finally {
      holder.destroyForcibly().waitFor();
    }
    try (HeldLock held = files.tryLock(lock).orElseThrow()) {
      assertThat(held).isNotNull();
      assertThat(tryInAnotherProcess(lock)).isEqualTo("held");
    }
    assertThat(tryInAnotherProcess(lock)).isEqualTo("locked");
  }

  @Test
  void tryLock_refusedWithinTheProcess_keepsTheLockAgainstOthers() throws Exception {
    Path lock = directory.resolve("lock");
    try (HeldLock held = files.tryLock(lock).orElseThrow()) {
      assertThat(held).isNotNull();
      assertThat(new LocalFileSystem().tryLock(lock)).isEmpty();
      Path link = Files.createSymbolicLink(directory.resolve("link"), directory);
      assertThat(files.tryLock(link.resolve("lock"))).isEmpty();
      assertThat(tryInAnotherProcess(lock)).isEqualTo("held");
    }
  }

  @Test
  void tryLock_refusedToAnotherClassLoader_keepsTheLockAgainstOthers() throws Exception {
    Path lock = directory.resolve("lock");
    URL classes = LocalFileSystem.class.getProtectionDomain().getCodeSource().getLocation();
    try (URLClassLoader other =
        new URLClassLoader(new URL[] {classes}, ClassLoader.getPlatformClassLoader())) {
      Class<?> type = other.loadClass(LocalFileSystem.class.getName());
      Object otherFiles = type.getConstructor().newInstance();
      try (HeldLock held = files.tryLock(lock).orElseThrow()) {
        assertThat(held).isNotNull();
        for (int i = 0; i < 3; i++) {
          Object refused = type.getMethod("tryLock", Path.class).invoke(otherFiles, lock);
          assertThat((Optional<?>) refused).isEmpty();
        }
        assertThat(tryInAnotherProcess(lock)).isEqualTo("held");
      }
      Object granted = type.getMethod("tryLock", Path.class).invoke(otherFiles, lock);
      assertThat((Optional<?>) granted).isPresent();
      assertThat(files.tryLock(lock)).isEmpty();
      ((java.io.Closeable) ((Optional<?>) granted).orElseThrow()).close();
    }
  }

  @Test
  void write_interruptedThread_failsAndEveryLaterCallToo() throws IOException {
    Path path = directory.resolve("file");
    try (FileOutput output = files.create(path)) {
      output.write(new byte[] {1, 2, 3});
      Thread.currentThread().interrupt();
      try {
        assertThatThrownBy(() -> output.write(4)).isInstanceOf(ClosedByInterruptException.class);
      } finally {
        assertThat(Thread.interrupted()).isTrue();
      }
      assertThat(output.position()).isEqualTo(3);
      assertThatThrownBy(() -> output.write(4))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(path.toString())
          .hasMessageContaining("written anew");
      assertThatThrownBy(output::sync).isInstanceOf(IOException.class);
    }
  }

  @Test
  void read_interruptedThread_failsAndEveryLaterReadToo() throws IOException {
    Path path = directory.resolve("file");
    Files.write(path, new byte[] {1, 2, 3});
    try (FileInput input = files.open(path)) {
      byte[] into = new byte[3];
      Thread.currentThread().interrupt();
      try {
        assertThatThrownBy(() -> input.readFully(0, into, 0, 3))
            .isInstanceOf(ClosedByInterruptException.class);
      } finally {
        assertThat(Thread.interrupted()).isTrue();
      }
      assertThatThrownBy(() -> input.readFully(0, into, 0, 3))
          .isInstanceOf(ClosedChannelException.class);
    }
  }

  @Test
  void deleteRecursively_symbolicLinks_areNotFollowed() throws IOException {
    Path kept = Files.createDirectory(directory.resolve("kept"));
    Files.write(kept.resolve("file"), new byte[] {1});
    Path doomed = Files.createDirectories(directory.resolve("doomed/below"));
    Files.createSymbolicLink(doomed.resolve("link"), kept);
    files.deleteRecursively(directory.resolve("doomed"));
    assertThat(files.list(directory)).containsExactly(kept);
    assertThat(kept.resolve("file")).exists();
  }
}
