package io.streambed.checkpoint;

import static io.streambed.snapshot.SnapshotType.CHECKPOINT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.error.StorageException;
import io.streambed.file.FileSystem;
import io.streambed.file.LocalFileSystem;
import io.streambed.snapshot.StreamHandle.Shared;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is durable of shared files when a checkpoint that refers to them counts. */
@Timeout(60)
class SharedFilesDurabilityTest {
  private static final LocalFileSystem LOCAL = new LocalFileSystem();

  /** What was done, as {@code create name}. */
  private final List<String> log = Collections.synchronizedList(new ArrayList<>());

  @TempDir private Path directory;
  private Path root;
  private Hook hook = operation -> {};

  /** Is asked before each operation. */
  @FunctionalInterface
  private interface Hook {
    void before(String operation) throws IOException, InterruptedException;
  }

  @BeforeEach
  void setUp() {
    root = directory.resolve("job");
  }

  private ClaimedCheckpoints claim() {
    FileStorageOptions options = FileStorageOptions.in(root).withSmallFileThresholdBytes(100);
    return new FileCheckpointStorage(observed(), options, Handles.ids(1)).claim("flights");
  }

  private FileSystem observed() {
    return (FileSystem)
        Proxy.newProxyInstance(
            FileSystem.class.getClassLoader(),
            new Class<?>[] {FileSystem.class},
            (proxy, method, args) -> {
              String operation =
                  method.getName() + " " + (args == null ? "" : root.relativize((Path) args[0]));
              hook.before(operation);
              log.add(operation);
              try {
                return method.invoke(LOCAL, args);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static void commit(CheckpointWriter writer, Shared file, Long... retain)
      throws IOException {
    writer.commit(
        1,
        Handles.operators(Handles.write(writer, Handles.bytes(50, 1)), List.of(file)),
        Set.of(retain));
  }

  /** The second file is about to be created, and is created after a failed or good sync. */
  private Shared shareDuringTheCommitOf(
      CheckpointWriter first, CheckpointWriter second, boolean syncFails) throws Exception {
    CountDownLatch creating = new CountDownLatch(1);
    CountDownLatch synced = new CountDownLatch(1);
    ExecutorService executor = Executors.newSingleThreadExecutor();
    try {
      Shared one = Handles.share(first, Handles.bytes(500, 1));
      hook =
          operation -> {
            if (operation.startsWith("create shared/")) {
              creating.countDown();
              synced.await();
            } else if (syncFails && operation.equals("syncDirectory shared")) {
              throw new IOException("the disk is ill");
            }
          };
      Future<Shared> other = executor.submit(() -> Handles.share(second, Handles.bytes(500, 2)));
      creating.await();
      if (syncFails) {
        assertThatThrownBy(() -> commit(first, one)).isInstanceOf(StorageException.class);
      } else {
        commit(first, one);
      }
      synced.countDown();
      Shared two = other.get();
      hook = operation -> {};
      return two;
    } finally {
      synced.countDown();
      executor.shutdownNow();
    }
  }

  @Test
  void commit_fileCreatedDuringTheSyncOfAnother_syncsItsNameToo() throws Exception {
    try (ClaimedCheckpoints claim = claim()) {
      CheckpointWriter first = claim.begin(1, CHECKPOINT);
      CheckpointWriter second = claim.begin(2, CHECKPOINT);
      Shared two = shareDuringTheCommitOf(first, second, false);
      commit(second, two, 1L);
      assertThat(log.lastIndexOf("syncDirectory shared"))
          .isGreaterThan(log.indexOf("create shared/" + two.fileId() + ".data"));
    }
  }

  @Test
  void commit_fileCreatedDuringAFailedSync_refused() throws Exception {
    try (ClaimedCheckpoints claim = claim()) {
      CheckpointWriter first = claim.begin(1, CHECKPOINT);
      CheckpointWriter second = claim.begin(2, CHECKPOINT);
      Shared two = shareDuringTheCommitOf(first, second, true);
      assertThatThrownBy(() -> commit(second, two))
          .isInstanceOf(StorageException.class)
          .hasRootCauseMessage(
              root.resolve("shared").resolve(two.fileId() + ".data")
                  + " was written when a sync of its directory failed, and may not be durable");
      assertThat(claim.completed()).isEmpty();
    }
  }

  @Test
  void create_emptyDirectoryOfADeadAttempt_isMadeAnewDurably() throws IOException {
    Files.createDirectories(root.resolve("shared"));
    try (ClaimedCheckpoints claim = claim()) {
      CheckpointWriter writer = claim.begin(1, CHECKPOINT);
      log.clear();
      commit(writer, Handles.share(writer, Handles.bytes(500, 1)));
      assertThat(log)
          .containsSubsequence("delete shared", "createDirectories shared", "syncDirectory ");
    }
  }

  @Test
  void create_ofEveryFurtherFile_waitsForNoCommit() throws Exception {
    CountDownLatch uploaded = new CountDownLatch(1);
    ExecutorService executor = Executors.newSingleThreadExecutor();
    try (ClaimedCheckpoints claim = claim()) {
      CheckpointWriter first = claim.begin(1, CHECKPOINT);
      CheckpointWriter second = claim.begin(2, CHECKPOINT);
      Shared one = Handles.share(first, Handles.bytes(500, 1));
      CountDownLatch committing = new CountDownLatch(1);
      hook =
          operation -> {
            if (operation.equals("syncDirectory shared")) {
              committing.countDown();
              uploaded.await();
            }
          };
      Future<?> commit =
          executor.submit(
              () -> {
                commit(first, one);
                return null;
              });
      committing.await();
      Shared two = Handles.share(second, Handles.bytes(500, 2));
      uploaded.countDown();
      commit.get();
      commit(second, two);
      assertThat(claim.completed()).containsExactly(2L);
    } finally {
      uploaded.countDown();
      executor.shutdownNow();
    }
  }

  /** The new list may count after a crash, so nothing that it lists may go. */
  @Test
  void commit_newListUnreadableAfterAFailedSync_isUnsettledAndRemovesNothing() throws IOException {
    Shared file;
    try (ClaimedCheckpoints claim = claim()) {
      CheckpointWriter writer = claim.begin(1, CHECKPOINT);
      file = Handles.share(writer, Handles.bytes(500, 1));
      hook =
          operation -> {
            if (operation.equals("syncDirectory ")) {
              Files.write(root.resolve(CheckpointList.FILE_NAME), new byte[100]);
              throw new IOException("the disk is ill");
            }
          };
      assertThatThrownBy(() -> commit(writer, file)).isInstanceOf(UnsettledCommitException.class);
      hook = operation -> {};
      writer.discard();
      assertThatThrownBy(claim::latest).isInstanceOf(StorageException.class);
    }
    assertThat(root.resolve("chk-1-1/_metadata")).exists();
    assertThat(root.resolve("shared").resolve(file.fileId() + ".data")).exists();
  }

  @Test
  void discard_afterABugBehindTheCommitPoint_leavesTheListedCheckpointAlone() throws IOException {
    try (ClaimedCheckpoints claim = claim()) {
      CheckpointWriter writer = claim.begin(1, CHECKPOINT);
      Shared file = Handles.share(writer, Handles.bytes(500, 1));
      hook =
          operation -> {
            if (operation.equals("create chk-1-1/" + CheckpointList.COMPLETE)) {
              throw new IllegalStateException("a bug");
            }
          };
      assertThatThrownBy(() -> commit(writer, file)).hasMessage("a bug");
      hook = operation -> {};
      writer.discard();
      assertThat(claim.completed()).containsExactly(1L);
      assertThat(root.resolve("shared").resolve(file.fileId() + ".data")).exists();
    }
    try (ClaimedCheckpoints claim = claim()) {
      assertThat(claim.latest().orElseThrow().metadata().checkpointId()).isEqualTo(1);
    }
  }
}
