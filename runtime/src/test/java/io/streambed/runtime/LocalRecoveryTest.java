package io.streambed.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.backend.StateBackend;
import io.streambed.backend.Store;
import io.streambed.checkpoint.CoordinatorOptions;
import io.streambed.checkpoint.FileCheckpointStorage;
import io.streambed.checkpoint.FileStorageOptions;
import io.streambed.file.FileSystem;
import io.streambed.file.HeldLock;
import io.streambed.file.LocalFileSystem;
import io.streambed.heap.HeapKeyedStoreFactory;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.testkit.store.ByteStoreFactory;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Jobs that restore from local copies of their checkpoints, or cannot. */
@Timeout(60)
class LocalRecoveryTest {
  private static final int PER_SPLIT = 200;
  private static final long NO_LIMIT = 1 << 24;

  @TempDir private Path directory;
  private final List<JobEvent.LocalRestore> restores = new CopyOnWriteArrayList<>();

  /** The files of checkpoints that were read from their storage. */
  private final List<Path> read = new CopyOnWriteArrayList<>();

  /** What is done to the local copies. */
  private interface Harm {
    void to(Path copy) throws IOException;
  }

  /** The local file system, without links, and with what a test does at its calls. */
  private static FileSystem files(Calls calls) {
    FileSystem local = new LocalFileSystem();
    return (FileSystem)
        Proxy.newProxyInstance(
            FileSystem.class.getClassLoader(),
            new Class<?>[] {FileSystem.class},
            (proxy, method, args) -> {
              if (method.getName().equals("link")) {
                return false;
              }
              calls.on(method.getName(), args);
              try {
                return method.invoke(local, args);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private interface Calls {
    void on(String call, Object[] args) throws IOException;
  }

  private Store store(Path where, KeyedStoreFactory stores) {
    FileSystem storage =
        files(
            (call, args) -> {
              if (call.equals("open") && args[0].toString().endsWith(".data")) {
                read.add((Path) args[0]);
              }
            });
    return Store.of(
        StateBackend.of(
            stores,
            new FileCheckpointStorage(
                storage,
                FileStorageOptions.in(where.resolve("checkpoints")).withSmallFileThresholdBytes(0),
                UUID::randomUUID)));
  }

  private static RunOptions options() {
    return RunOptions.defaults()
        .withCheckpoints(CoordinatorOptions.DEFAULT.withIntervalMillis(10))
        .withRestarts(new RestartPolicy(3, 1));
  }

  private static Path local(Path where) {
    return where.resolve("local");
  }

  private static void harm(Path where, Harm harm) {
    if (!Files.isDirectory(local(where))) {
      return;
    }
    try (Stream<Path> files = Files.list(local(where))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".copy")).toList()) {
        try {
          harm.to(file);
        } catch (NoSuchFileException e) {
          // One of a checkpoint that was given up when the job failed.
        }
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void flipLast(Path copy) throws IOException {
    byte[] content = Files.readAllBytes(copy);
    content[content.length - 1] ^= 1;
    Files.write(copy, content);
  }

  /** Whether a checkpoint is complete after all elements were handled that are not held back. */
  private static boolean isFull(JobEvent event, TestPipeline pipeline) {
    int handled = Integer.MAX_VALUE - pipeline.untilFailure.get();
    return event instanceof JobEvent.CheckpointCompleted && handled >= 5 * PER_SPLIT / 2;
  }

  /** A job that fails once, after a checkpoint; it restores within the process. */
  private void failAndRestore(
      Path where, KeyedStoreFactory stores, LocalRecovery local, Harm harm) {
    TestPipeline pipeline = new TestPipeline(PER_SPLIT / 2);
    AtomicInteger full = new AtomicInteger();
    restores.clear();
    JobProbe probe =
        event -> {
          if (isFull(event, pipeline) && full.incrementAndGet() == 2) {
            pipeline.untilFailure.set(10);
            pipeline.release();
          } else if (event instanceof JobEvent.Restarting) {
            harm(where, harm);
            read.clear();
          } else if (event instanceof JobEvent.LocalRestore restore) {
            restores.add(restore);
          }
        };
    JobResult result =
        Streambed.run(
            pipeline.job(2, PER_SPLIT),
            store(where, stores),
            options().withLocalRecovery(local).withProbe(probe));
    assertThat(result.restarts()).isEqualTo(1);
    assertThat(pipeline.committedEnds()).isEqualTo(TestPipeline.expected(PER_SPLIT));
  }

  private LocalRecovery unlimited(Path where) {
    return new LocalRecovery(new LocalFileSystem(), local(where), NO_LIMIT);
  }

  @Test
  void failure_copiesAreSound_restoresFromThemAlone() {
    Path heap = directory.resolve("heap");
    failAndRestore(heap, new HeapKeyedStoreFactory(), unlimited(heap), copy -> {});
    assertReadLocally();
    assertThat(read).isEmpty();
    Path files = directory.resolve("files");
    failAndRestore(files, ByteStoreFactory.incremental(), unlimited(files), copy -> {});
    assertReadLocally();
    assertThat(read).isEmpty();
  }

  private void assertReadLocally() {
    assertThat(restores)
        .extracting(JobEvent.LocalRestore::operatorId)
        .contains("running_totals", "numbers");
    assertThat(restores)
        .allSatisfy(each -> assertThat(each.localBytes()).isPositive())
        .allSatisfy(each -> assertThat(each.storageBytes()).isZero())
        .allSatisfy(each -> assertThat(each.reason()).isEmpty());
  }

  private void assertReadFromStorage(Predicate<String> reason) {
    assertThat(restores)
        .isNotEmpty()
        .allSatisfy(each -> assertThat(each.localBytes()).isZero())
        .allSatisfy(each -> assertThat(each.storageBytes()).isPositive())
        .allSatisfy(each -> assertThat(each.reason()).matches(reason));
    assertThat(read).isNotEmpty();
  }

  @Test
  void failure_copiesAreDamaged_restoresFromTheStorage() {
    for (KeyedStoreFactory stores :
        List.of(new HeapKeyedStoreFactory(), ByteStoreFactory.incremental())) {
      Path where = directory.resolve("" + stores.getClass().getSimpleName());
      failAndRestore(where, stores, unlimited(where), LocalRecoveryTest::flipLast);
      assertReadFromStorage(reason -> reason.contains("is damaged: its checksum is"));
    }
  }

  @Test
  void failure_copiesAreMissing_restoresFromTheStorage() {
    failAndRestore(directory, new HeapKeyedStoreFactory(), unlimited(directory), Files::delete);
    assertReadFromStorage(reason -> reason.contains("there is no local copy"));
  }

  @Test
  void localDisk_takesNothing_checkpointsGoOn() {
    FileSystem full =
        files(
            (call, args) -> {
              if (call.equals("create")) {
                throw new IOException("no space left");
              }
            });
    failAndRestore(
        directory,
        new HeapKeyedStoreFactory(),
        new LocalRecovery(full, local(directory), NO_LIMIT),
        copy -> {});
    assertReadFromStorage(reason -> reason.contains("there is no local copy"));
    FileSystem unusable =
        files(
            (call, args) -> {
              throw new IOException("no disk");
            });
    Path other = directory.resolve("other");
    LocalRecovery none = new LocalRecovery(unusable, directory.resolve("none"), NO_LIMIT);
    failAndRestore(other, new HeapKeyedStoreFactory(), none, copy -> {});
    assertThat(restores).as("the job keeps no copies at all").isEmpty();
  }

  @Test
  void restart_ofTheProcess_readsWhatIsSound() throws Exception {
    List<Harm> harms =
        List.of(
            copy -> {},
            LocalRecoveryTest::flipLast,
            copy -> Files.write(copy, new byte[0]),
            Files::delete);
    for (int i = 0; i < harms.size(); i++) {
      Path where = directory.resolve("job-" + i);
      TestPipeline pipeline = new TestPipeline(PER_SPLIT / 2);
      Store store = store(where, new HeapKeyedStoreFactory());
      cancelAfterACheckpoint(pipeline, store, where, i == 0);
      harm(where, harms.get(i));
      pipeline.release();
      restores.clear();
      read.clear();
      JobProbe probe =
          event -> {
            if (event instanceof JobEvent.LocalRestore restore) {
              restores.add(restore);
            }
          };
      Streambed.run(
          pipeline.job(i + 1, PER_SPLIT),
          store,
          options().withLocalRecovery(local(where), NO_LIMIT).withProbe(probe));
      assertThat(pipeline.committedEnds()).isEqualTo(TestPipeline.expected(PER_SPLIT));
      if (i == 0) {
        assertReadLocally();
      } else {
        String reason = i < 3 ? "is damaged: it" : "there is no local copy";
        assertReadFromStorage(told -> told.contains(reason));
      }
    }
  }

  private void cancelAfterACheckpoint(
      TestPipeline pipeline, Store store, Path where, boolean anotherStarts)
      throws InterruptedException {
    CountDownLatch completed = new CountDownLatch(2);
    JobProbe probe =
        event -> {
          if (isFull(event, pipeline)) {
            completed.countDown();
          }
        };
    RunOptions options = options().withLocalRecovery(local(where), NO_LIMIT);
    JobHandle running =
        Streambed.start(pipeline.job(2, PER_SPLIT), store, options.withProbe(probe));
    completed.await();
    if (anotherStarts) {
      Store another = store(where.resolve("another"), new HeapKeyedStoreFactory());
      assertThat(Streambed.run(new TestPipeline().job(1, 1), another, options).end())
          .as("another job, which goes on without copies and leaves these alone")
          .isEqualTo(JobResult.End.FINISHED);
    }
    running.cancel();
    running.await();
  }

  @Test
  void options_limitBelowOne_areRefused() {
    assertThatThrownBy(() -> RunOptions.defaults().withLocalRecovery(directory, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0 bytes");
  }

  @Test
  void directory_ofAProcessThatIsAboutToEnd_isTakenOnceThatGivesItBack() throws IOException {
    Files.createDirectories(local(directory));
    HeldLock held =
        new LocalFileSystem().tryLock(local(directory).resolve("_local-copies.lock")).orElseThrow();
    AtomicInteger tries = new AtomicInteger();
    FileSystem disk =
        files(
            (call, args) -> {
              if (call.equals("tryLock") && tries.incrementAndGet() == 3) {
                held.close();
              }
            });
    failAndRestore(
        directory,
        new HeapKeyedStoreFactory(),
        new LocalRecovery(disk, local(directory), NO_LIMIT),
        copy -> {});
    assertReadLocally();
  }

  @Test
  void directory_isThatOfTheCheckpointsByAnotherName_isRefused() throws IOException {
    Files.createDirectories(directory.resolve("checkpoints"));
    Path link = Files.createSymbolicLink(local(directory), directory.resolve("checkpoints"));
    Store store = store(directory, new HeapKeyedStoreFactory());
    RunOptions options = options().withLocalRecovery(link, NO_LIMIT);
    assertThatThrownBy(() -> Streambed.run(new TestPipeline().job(1, 1), store, options))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(link + " is the directory of the job's checkpoints");
  }
}
