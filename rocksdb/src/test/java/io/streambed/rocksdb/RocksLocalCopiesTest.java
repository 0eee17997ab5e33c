package io.streambed.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.checkpoint.CheckpointWriter;
import io.streambed.checkpoint.ClaimedCheckpoints;
import io.streambed.checkpoint.FileCheckpointStorage;
import io.streambed.checkpoint.FileStorageOptions;
import io.streambed.checkpoint.OpenedCheckpoint;
import io.streambed.checkpoint.OperatorSnapshot;
import io.streambed.checkpoint.SubtaskState;
import io.streambed.file.FileSystem;
import io.streambed.file.LocalFileSystem;
import io.streambed.localcopy.LocalCopies;
import io.streambed.localcopy.LocalInputs;
import io.streambed.localcopy.LocalInputs.SubtaskSource;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.SnapshotType;
import io.streambed.snapshot.StreamHandle;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.RunnableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Local copies of RocksDB's incremental checkpoints, whose storage is elsewhere. */
class RocksLocalCopiesTest {
  private static final int CHANGES = 300;

  private final FileSystem files = new LocalFileSystem();
  private final Random random = new Random(5);
  private final PlainJob model = new PlainJob();

  @TempDir private Path directory;
  private Path local;
  private RocksKeyedStoreFactory factory;
  private ClaimedCheckpoints claim;
  private LocalCopies copies;
  private RocksJob job;

  /** Whether files of checkpoints can be read where they are stored. */
  private boolean reachable = true;

  @BeforeEach
  void setUp() {
    local = directory.resolve("local");
    factory = new RocksKeyedStoreFactory(files, RocksOptions.in(directory.resolve("stores")));
    claim =
        new FileCheckpointStorage(
                elsewhere(),
                FileStorageOptions.in(directory.resolve("checkpoints"))
                    .withSmallFileThresholdBytes(0),
                UUID::randomUUID)
            .claim("job");
    copies = openCopies();
    job = new RocksJob(factory, 2);
    job.open();
  }

  @AfterEach
  void tearDown() {
    job.close();
    copies.close();
    claim.close();
    assertThat(factory.openNativeHandles()).isZero();
  }

  private LocalCopies openCopies() {
    return LocalCopies.open(files, local, 1 << 30, Runnable::run).orElseThrow();
  }

  /** A file system that no link leads to or from. */
  private FileSystem elsewhere() {
    return (FileSystem)
        Proxy.newProxyInstance(
            FileSystem.class.getClassLoader(),
            new Class<?>[] {FileSystem.class},
            (proxy, method, args) -> {
              if (method.getName().equals("link")) {
                return false;
              }
              if (method.getName().equals("open")
                  && !reachable
                  && args[0].toString().endsWith(".data")) {
                throw new IOException("the network is down");
              }
              try {
                return method.invoke(files, args);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private void change() {
    for (int i = 0; i < CHANGES; i++) {
      job.change(random, model);
    }
  }

  private void checkpoint(long id) throws Exception {
    CheckpointWriter writer = copies.copying(claim.begin(id, SnapshotType.CHECKPOINT));
    List<SubtaskState> states = new ArrayList<>();
    for (RunnableFuture<KeyedStateHandle> part : job.snapshot(id, writer)) {
      part.run();
      states.add(new SubtaskState(List.of(part.get()), List.of()));
    }
    int parallelism = states.size();
    writer.commit(
        id,
        List.of(new OperatorSnapshot("operator", parallelism, RocksJob.MAX_PARALLELISM, states)),
        Set.of());
  }

  /** Restores the last checkpoint, at another parallelism, and compares all of it. */
  private List<SubtaskSource> restore(int parallelism) throws IOException {
    job.close();
    OpenedCheckpoint latest = claim.latest().orElseThrow();
    LocalInputs inputs = copies.inputs(latest);
    job = new RocksJob(factory, parallelism);
    job.open();
    job.restore(handles(latest), inputs);
    job.expect(model);
    return inputs.reads();
  }

  private static List<KeyedStateHandle> handles(OpenedCheckpoint checkpoint) {
    return checkpoint.metadata().operators().get(0).subtasks().stream()
        .flatMap(subtask -> subtask.keyed().stream())
        .toList();
  }

  private Set<Path> needed() {
    return handles(claim.latest().orElseThrow()).stream()
        .flatMap(KeyedStateHandle::streams)
        .map(StreamHandle::fileId)
        .map(id -> local.resolve(id + ".copy"))
        .collect(Collectors.toSet());
  }

  private Set<Path> copied() throws IOException {
    try (Stream<Path> found = Files.list(local)) {
      return found.filter(path -> path.toString().endsWith(".copy")).collect(Collectors.toSet());
    }
  }

  private static int names(Path file) throws IOException {
    return (Integer) Files.getAttribute(file, "unix:nlink");
  }

  @Test
  void restore_copiesAreSound_needsNoStorage() throws Exception {
    for (long id = 1; id <= 4; id++) {
      change();
      checkpoint(id);
      assertThat(copied()).isEqualTo(needed());
    }
    assertThat(copied()).anyMatch(path -> isLinked(path));
    reachable = false;
    assertThat(restore(2)).hasSize(2).extracting(SubtaskSource::storageBytes).containsOnly(0L);
    reachable = true;
    change();
    checkpoint(5);
    assertThat(copied()).isEqualTo(needed());
    reachable = false;
    assertThat(restore(3)).as("rescaled").extracting(SubtaskSource::storageBytes).containsOnly(0L);
    assertThat(restore(1)).as("rescaled").extracting(SubtaskSource::storageBytes).containsOnly(0L);
  }

  /** A table that RocksDB still has: its copy is another name for the file. */
  private static boolean isLinked(Path copy) {
    try {
      return names(copy) > 1;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void restore_eachCopyDamaged_readsTheStoragesFileAndCopiesItAnew() throws Exception {
    change();
    checkpoint(1);
    long id = 1;
    int number = copied().size();
    assertThat(number).isGreaterThan(4);
    for (int i = 0; i < number; i += 2) {
      List<Path> all = copied().stream().sorted().toList();
      List<Path> damaged = List.of(all.get(i % all.size()), all.get((i + 1) % all.size()));
      job.close();
      for (Path copy : damaged) {
        flip(copy);
      }
      List<SubtaskSource> reads = restore(2);
      assertThat(reads)
          .allSatisfy(read -> assertThat(read.localBytes()).isPositive())
          .anySatisfy(
              read ->
                  assertThat(read.reason())
                      .contains("is damaged")
                      .containsAnyOf(damaged.get(0).toString(), damaged.get(1).toString()));
      assertThat(copied()).doesNotContainAnyElementsOf(damaged);
      // The tables stay the same, so that the next checkpoint refers to all of them.
      checkpoint(++id);
      assertThat(copied()).isEqualTo(needed());
    }
    reachable = false;
    restore(2);
  }

  private static void flip(Path copy) throws IOException {
    byte[] content = Files.readAllBytes(copy);
    content[content.length / 2] ^= 16;
    Files.write(copy, content);
  }

  @Test
  void restore_copiesMissing_readsTheStorageAndCopiesAtTheNextCheckpoint() throws Exception {
    change();
    checkpoint(1);
    for (Path copy : copied()) {
      Files.delete(copy);
    }
    assertThat(restore(2))
        .hasSize(2)
        .allSatisfy(read -> assertThat(read.localBytes()).isZero())
        .allSatisfy(read -> assertThat(read.reason()).contains("there is no local copy"));
    checkpoint(2);
    assertThat(copied()).isEqualTo(needed());
    copies.close();
    copies = openCopies();
    copies.keepOnly(claim.latest().map(OpenedCheckpoint::metadata));
    reachable = false;
    assertThat(restore(2))
        .as("another process")
        .extracting(SubtaskSource::storageBytes)
        .containsOnly(0L);
  }
}
