package io.streambed.testkit.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.streambed.checkpoint.CheckpointWriter;
import io.streambed.checkpoint.ClaimedCheckpoints;
import io.streambed.checkpoint.OpenedCheckpoint;
import io.streambed.checkpoint.OperatorSnapshot;
import io.streambed.checkpoint.SubtaskState;
import io.streambed.error.FencedException;
import io.streambed.file.FileInput;
import io.streambed.file.FileOutput;
import io.streambed.file.FileSystem;
import io.streambed.key.KeyGroupRange;
import io.streambed.localcopy.LocalCopies;
import io.streambed.localcopy.LocalInputs;
import io.streambed.localcopy.LocalInputs.SubtaskSource;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.SnapshotOutput;
import io.streambed.snapshot.SnapshotType;
import io.streambed.snapshot.StreamHandle;
import io.streambed.testkit.fault.Fault;
import io.streambed.testkit.fault.Operation;
import io.streambed.testkit.fault.SimulatedFileSystem;
import io.streambed.testkit.fault.Survival;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Local copies of checkpoints whose storage is another disk; either disk may fail. */
class LocalCopiesTest {
  private static final Path DIRECTORY = Path.of("/local/copies");
  private static final long NO_LIMIT = 1 << 20;

  /** What the subtasks of {@link JobOnDisk} write into files. */
  private static final long FIRST_BYTES = 1_300;

  private static final long SECOND_BYTES = 1_300 + 3 * 400;

  private final SimulatedFileSystem storage = new SimulatedFileSystem();
  private final SimulatedFileSystem local = new SimulatedFileSystem();
  private final JobOnDisk job = new JobOnDisk(storage, 1);
  private ClaimedCheckpoints claim;

  @BeforeEach
  void claim() {
    claim = job.claim();
  }

  @AfterEach
  void noFile_isLeftOpen() {
    storage.heal();
    claim.close();
    assertThat(storage.openHandles()).isZero();
    assertThat(local.openHandles()).isZero();
  }

  private static LocalCopies open(FileSystem files) {
    return open(files, NO_LIMIT);
  }

  private static LocalCopies open(FileSystem files, long maxBytes) {
    return LocalCopies.open(files, DIRECTORY, maxBytes, Runnable::run).orElseThrow();
  }

  private JobOnDisk.Written write(LocalCopies copies, long id) throws IOException {
    CheckpointWriter writer = copies.copying(claim.begin(id, SnapshotType.CHECKPOINT));
    return job.write(writer, SnapshotType.CHECKPOINT);
  }

  private void take(LocalCopies copies, long id) throws IOException {
    job.commit(write(copies, id), 1);
  }

  /** Restores the latest checkpoint, compares all of it, and gives from where it was read. */
  private List<SubtaskSource> restore(LocalCopies copies) throws IOException {
    OpenedCheckpoint latest = claim.latest().orElseThrow();
    LocalInputs inputs = copies.inputs(latest);
    job.verify(new OpenedCheckpoint(latest.location(), latest.metadata(), inputs));
    return inputs.reads();
  }

  /** A restore in another process: the disk as it is, its locks given up. */
  private List<SubtaskSource> restoreOn(SimulatedFileSystem disk) throws IOException {
    try (LocalCopies copies = open(disk)) {
      copies.keepOnly(claim.latest().map(OpenedCheckpoint::metadata));
      return restore(copies);
    }
  }

  private static Set<Path> copiesOn(SimulatedFileSystem disk) {
    return disk.files().stream()
        .filter(path -> path.toString().endsWith(".copy"))
        .collect(Collectors.toSet());
  }

  private static SimulatedFileSystem again(SimulatedFileSystem disk) {
    return disk.crash(disk.log().size(), Survival.all());
  }

  /** The copies that the latest checkpoint needs. */
  private Set<Path> needed() {
    return claim.latest().orElseThrow().metadata().operators().get(0).subtasks().stream()
        .flatMap(SubtaskState::streams)
        .filter(handle -> !(handle instanceof StreamHandle.Inline))
        .map(handle -> DIRECTORY.resolve(handle.fileId() + ".copy"))
        .collect(Collectors.toSet());
  }

  private static byte[] content(FileSystem files, Path path) throws IOException {
    try (FileInput in = files.open(path)) {
      byte[] content = new byte[(int) in.length()];
      in.readFully(0, content, 0, content.length);
      return content;
    }
  }

  private static void replace(FileSystem files, Path path, byte[] content) throws IOException {
    files.delete(path);
    try (FileOutput out = files.create(path)) {
      out.write(content);
    }
  }

  @Test
  void restore_copiesAreSound_readsNothingOfTheStorage() throws IOException {
    try (LocalCopies copies = open(local)) {
      take(copies, 1);
      take(copies, 2);
      storage.inject(
          Fault.ioError()
              .on(Operation.Kind.OPEN)
              .when(operation -> operation.path().toString().endsWith(".data")));
      List<SubtaskSource> all =
          List.of(
              new SubtaskSource("totals", 0, FIRST_BYTES, 0, ""),
              new SubtaskSource("totals", 1, SECOND_BYTES, 0, ""));
      assertThat(restore(copies)).isEqualTo(all);
      assertThat(restoreOn(again(local))).as("in another process").isEqualTo(all);
    }
  }

  @Test
  void restore_aCopyIsDamaged_readsTheStoragesFileInstead() throws IOException {
    try (LocalCopies copies = open(local)) {
      take(copies, 1);
    }
    List<UnaryOperator<byte[]>> damages =
        new ArrayList<>(
            List.of(
                content -> new byte[0],
                content -> new byte[content.length],
                content -> Arrays.copyOf(content, content.length - 1),
                content -> Arrays.copyOf(content, content.length + 1)));
    for (int bit = 0; bit < 400 * Byte.SIZE; bit += 123) {
      int flipped = bit;
      damages.add(
          content -> {
            content[flipped / Byte.SIZE] ^= (byte) (1 << flipped % Byte.SIZE);
            return content;
          });
    }
    assertThat(copiesOn(local)).isEqualTo(needed()).hasSize(5);
    for (Path path : copiesOn(local)) {
      for (UnaryOperator<byte[]> damage : damages) {
        SimulatedFileSystem disk = again(local);
        replace(disk, path, damage.apply(content(disk, path)));
        List<SubtaskSource> reads = restoreOn(disk);
        assertThat(reads.stream().mapToLong(SubtaskSource::storageBytes).sum()).isIn(1_300L, 400L);
        assertThat(reads).extracting(SubtaskSource::reason).contains("");
        assertThat(reads)
            .anySatisfy(
                read ->
                    assertThat(read.reason())
                        .contains(path.toString(), "is damaged", "instead of"));
        assertThat(copiesOn(disk)).as("it is deleted").hasSize(4).doesNotContain(path);
      }
    }
  }

  @Test
  void restore_copiesAreMissing_readsTheStoragesFiles() throws IOException {
    try (LocalCopies copies = open(local)) {
      take(copies, 1);
      Path one = copiesOn(local).iterator().next();
      local.delete(one);
      assertThat(restore(copies))
          .as("deleted under the running job")
          .anySatisfy(read -> assertThat(read.reason()).contains("no local copy", one.toString()));
    }
    assertThat(restoreOn(new SimulatedFileSystem()))
        .as("another machine")
        .allSatisfy(read -> assertThat(read.localBytes()).isZero())
        .allSatisfy(read -> assertThat(read.reason()).contains("there is no local copy"))
        .extracting(SubtaskSource::storageBytes)
        .containsExactly(FIRST_BYTES, SECOND_BYTES);
  }

  @Test
  void restore_copiesOfOthersInTheirPlace_areTakenForDamaged() throws IOException {
    try (LocalCopies copies = open(local)) {
      take(copies, 1);
    }
    List<Path> sameSize = new ArrayList<>();
    for (Path path : copiesOn(local)) {
      if (content(local, path).length == 1_300) {
        sameSize.add(path);
      }
    }
    byte[] first = content(local, sameSize.get(0));
    replace(local, sameSize.get(0), content(local, sameSize.get(1)));
    replace(local, sameSize.get(1), first);
    assertThat(restoreOn(again(local)))
        .allSatisfy(read -> assertThat(read.reason()).contains("is damaged: its checksum is"))
        .extracting(SubtaskSource::storageBytes)
        .containsExactly(1_300L, 1_300L);
  }

  @Test
  void completed_keepsTheCopiesOfThatCheckpointOnly() throws IOException {
    try (LocalCopies copies = open(local)) {
      for (long id = 1; id <= 6; id++) {
        take(copies, id);
        assertThat(copiesOn(local)).isEqualTo(needed());
      }
      JobOnDisk.Written pending = write(copies, 7);
      take(copies, 8);
      assertThat(copiesOn(local)).as("an older one never completes").isEqualTo(needed());
      pending.writer().discard();
      JobOnDisk.Written next = write(copies, 9);
      Set<Path> ofBoth = copiesOn(local);
      assertThat(ofBoth).containsAll(needed()).hasSizeGreaterThan(5);
      job.commit(next, 1);
      assertThat(ofBoth).containsAll(needed());
      assertThat(copiesOn(local)).isEqualTo(needed());
      assertThat(restore(copies)).extracting(SubtaskSource::storageBytes).containsOnly(0L);
    }
  }

  @Test
  void discarded_losesItsOwnCopiesAndLeavesThoseOfTheLastComplete() throws IOException {
    try (LocalCopies copies = open(local)) {
      take(copies, 1);
      CheckpointWriter writer = copies.copying(claim.begin(2, SnapshotType.CHECKPOINT));
      JobOnDisk.Written given = job.write(writer, SnapshotType.CHECKPOINT);
      SnapshotOutput half = writer.create("half");
      half.write(new byte[100_000]);
      half.write(new byte[10]);
      assertThat(copiesOn(local)).hasSize(5 + 2 + 2 + 1);
      given.writer().discard();
      assertThatThrownBy(() -> half.write(1)).isInstanceOf(IOException.class);
      half.close();
      assertThat(copiesOn(local)).as("tables may be referred to").hasSize(5 + 2);
      assertThat(restore(copies)).extracting(SubtaskSource::storageBytes).containsOnly(0L);
      take(copies, 3);
      assertThat(copiesOn(local)).isEqualTo(needed());
      writer = copies.copying(claim.begin(4, SnapshotType.CHECKPOINT));
      writer.discard();
      job.commit(write(copies, 5), 1);
      assertThat(restore(copies)).extracting(SubtaskSource::storageBytes).containsOnly(0L);
    }
  }

  @Test
  void sharedFile_aPendingCheckpointRefersToIt_staysWhileAnotherCompletesWithoutIt()
      throws IOException {
    try (LocalCopies copies = open(local)) {
      CheckpointWriter first = copies.copying(claim.begin(1, SnapshotType.CHECKPOINT));
      StreamHandle.Shared file;
      try (SnapshotOutput out = first.shared().create("table")) {
        out.write(7);
        file = (StreamHandle.Shared) out.finish(0);
      }
      Path copy = DIRECTORY.resolve(file.fileId() + ".copy");
      StreamHandle manifest;
      try (SnapshotOutput out = first.create("manifest")) {
        out.write(7);
        manifest = out.finish(0);
      }
      SubtaskState needing =
          new SubtaskState(
              List.of(
                  new KeyedStateHandle.Incremental(
                      new KeyGroupRange(0, 0), "tables", manifest, List.of(file))),
              List.of());
      first.commit(1, List.of(new OperatorSnapshot("o", 1, 1, List.of(needing))), Set.of());
      CheckpointWriter second = copies.copying(claim.begin(2, SnapshotType.CHECKPOINT));
      CheckpointWriter third = copies.copying(claim.begin(3, SnapshotType.CHECKPOINT));
      assertThat(third.shared().reuse(file)).isTrue();
      second.commit(2, List.of(), Set.of());
      assertThat(copiesOn(local)).containsExactly(copy);
      third.commit(3, List.of(), Set.of());
      assertThat(copiesOn(local)).isEmpty();
    }
  }

  @Test
  void streams_ofManyBlocks_areCopiedAsTheyAre() throws IOException {
    byte[] content = new byte[300_000];
    new Random(3).nextBytes(content);
    try (LocalCopies copies = open(local)) {
      CheckpointWriter writer = copies.copying(claim.begin(1, SnapshotType.CHECKPOINT));
      StreamHandle handle;
      try (SnapshotOutput out = writer.create("large")) {
        out.write(content, 0, 100);
        out.write(content[100]);
        out.write(content, 101, 60_000);
        out.write(content, 60_101, 200_000);
        out.write(content, 260_101, content.length - 260_101);
        CRC32C crc = new CRC32C();
        crc.update(content);
        handle = out.finish((int) crc.getValue());
      }
      assertThat(content(local, DIRECTORY.resolve(handle.fileId() + ".copy"))).isEqualTo(content);
      writer.discard();
    }
    assertThat(copiesOn(local)).isEmpty();
  }

  @Test
  void limit_isNeverExceededAndWhatExceedsItIsReadFromTheStorage() throws IOException {
    for (long limit : List.of(1L, 1_300L, 2_000L, 4_000L, 5_000L)) {
      SimulatedFileSystem disk = new SimulatedFileSystem();
      JobOnDisk other = new JobOnDisk(storage, 7 + limit);
      claim.close();
      claim = other.claim();
      try (LocalCopies copies = open(disk, limit)) {
        long first = claim.completed().stream().mapToLong(id -> id).max().orElse(0) + 1;
        for (long id = first; id < first + 4; id++) {
          CheckpointWriter writer = copies.copying(claim.begin(id, SnapshotType.CHECKPOINT));
          JobOnDisk.Written written = other.write(writer, SnapshotType.CHECKPOINT);
          assertThat(bytesOn(disk)).isLessThanOrEqualTo(limit);
          other.commit(written, 1);
        }
        assertThat(restore(copies))
            .anySatisfy(read -> assertThat(read.reason()).contains("there is no local copy"));
        assertThat(bytesOn(disk)).isBetween(limit == 5_000L ? 1_300L : 0L, limit);
      }
    }
  }

  private static long bytesOn(SimulatedFileSystem disk) throws IOException {
    long bytes = 0;
    for (Path path : copiesOn(disk)) {
      bytes += content(disk, path).length;
    }
    return bytes;
  }

  @Test
  void localDiskFails_atAnyOperation_checkpointsCompleteAndRestore() throws IOException {
    try (LocalCopies copies = open(local)) {
      take(copies, 1);
      take(copies, 2);
    }
    int operations = local.log().size();
    long id = 2;
    for (int n = 0; n < operations; n++) {
      for (boolean once : new boolean[] {true, false}) {
        SimulatedFileSystem disk = new SimulatedFileSystem();
        int from = n;
        disk.inject(
            Fault.ioError().when(each -> once ? each.number() == from : each.number() >= from));
        var opened = LocalCopies.open(disk, DIRECTORY, NO_LIMIT, Runnable::run);
        if (opened.isEmpty()) {
          assertThat(n).as("the directory cannot be used at all").isLessThan(6);
          continue;
        }
        try (LocalCopies copies = opened.get()) {
          take(copies, ++id);
          take(copies, ++id);
          restore(copies);
          disk.heal();
          take(copies, ++id);
          assertThat(restore(copies))
              .as("new files are copied again, and one that was lost stays so")
              .allSatisfy(read -> assertThat(read.storageBytes()).isIn(0L, 400L, 800L));
        }
        assertThat(disk.openHandles()).isZero();
      }
    }
  }

  @Test
  void machineStops_atAnyOperationOfTheLocalDisk_restoresTheSame() throws IOException {
    try (LocalCopies copies = open(local)) {
      take(copies, 1);
      take(copies, 2);
    }
    for (int point : local.crashPoints()) {
      for (Survival survival : List.of(Survival.none(), Survival.all(), Survival.seeded(point))) {
        SimulatedFileSystem disk = local.crash(point, survival);
        restoreOn(disk);
        assertThat(needed()).containsAll(copiesOn(disk));
      }
    }
  }

  @Test
  void open_directoryOfARunningJob_isRefused() throws IOException {
    Path foreign = DIRECTORY.resolve("notes.txt");
    try (LocalCopies copies = open(local)) {
      take(copies, 1);
      local.create(foreign).close();
      assertThatThrownBy(() -> open(local))
          .isInstanceOf(FencedException.class)
          .hasMessageContaining(DIRECTORY.toString())
          .hasMessageContaining("directory of its own");
    }
    try (LocalCopies copies = open(local)) {
      copies.keepOnly(claim.latest().map(OpenedCheckpoint::metadata));
      assertThat(restore(copies)).extracting(SubtaskSource::storageBytes).containsOnly(0L);
      copies.keepOnly(Optional.empty());
      assertThat(local.files()).containsExactly(DIRECTORY.resolve("_local-copies.lock"), foreign);
    }
  }

  @Test
  void copy_failsAfterItWasCompared_isReadFromTheStorageAndToldSo() throws IOException {
    try (LocalCopies copies = open(local)) {
      take(copies, 1);
      Path one = copiesOn(local).iterator().next();
      long length = content(local, one).length;
      for (Operation.Kind kind : List.of(Operation.Kind.OPEN, Operation.Kind.READ)) {
        local.inject(Fault.ioError().on(kind).when(each -> each.path().equals(one)).fromNth(2));
        List<SubtaskSource> reads = restore(copies);
        assertThat(reads.stream().mapToLong(SubtaskSource::storageBytes).sum()).isEqualTo(length);
        assertThat(reads)
            .anySatisfy(
                read ->
                    assertThat(read.reason())
                        .contains("the local copy " + one + " cannot be read any more"));
        local.heal();
      }
    }
  }

  @Test
  void start_ofAnotherJob_deletesTheCopiesAndUsesNone() throws IOException {
    try (LocalCopies copies = open(local)) {
      take(copies, 1);
    }
    JobOnDisk other = new JobOnDisk(new SimulatedFileSystem(), 99);
    try (ClaimedCheckpoints claimed = other.claim();
        LocalCopies copies = open(local)) {
      CheckpointWriter writer = claimed.begin(1, SnapshotType.CHECKPOINT);
      other.commit(other.write(writer, SnapshotType.CHECKPOINT), 1);
      OpenedCheckpoint latest = claimed.latest().orElseThrow();
      copies.keepOnly(Optional.of(latest.metadata()));
      assertThat(copiesOn(local)).isEmpty();
      LocalInputs inputs = copies.inputs(latest);
      other.verify(new OpenedCheckpoint(latest.location(), latest.metadata(), inputs));
      assertThat(inputs.reads())
          .extracting(SubtaskSource::localBytes, SubtaskSource::storageBytes)
          .containsExactly(tuple(0L, FIRST_BYTES), tuple(0L, SECOND_BYTES));
    }
  }

  @Test
  void start_withASmallerLimit_deletesWhatIsBeyondIt() throws IOException {
    try (LocalCopies copies = open(local)) {
      take(copies, 1);
    }
    try (LocalCopies copies = open(local, 2_000)) {
      copies.keepOnly(claim.latest().map(OpenedCheckpoint::metadata));
      assertThat(bytesOn(local)).isBetween(1_000L, 2_000L);
      restore(copies);
    }
  }

  @Test
  void deletes_fail_bytesCountUntilALaterOneSucceeds() throws IOException {
    long limit = FIRST_BYTES + SECOND_BYTES + 1_000;
    try (LocalCopies copies = open(local, limit)) {
      local.inject(Fault.ioError().on(Operation.Kind.DELETE));
      for (long id = 1; id <= 4; id++) {
        take(copies, id);
        assertThat(bytesOn(local)).isLessThanOrEqualTo(limit);
      }
      local.heal();
      take(copies, 5);
      assertThat(copiesOn(local)).isSubsetOf(needed());
      take(copies, 6);
      assertThat(restore(copies)).anySatisfy(read -> assertThat(read.localBytes()).isPositive());
    }
  }

  /** The local disk, with what happens first when it is called, which may give the answer. */
  private FileSystem before(String call, Callable<Object> first) {
    return (FileSystem)
        Proxy.newProxyInstance(
            FileSystem.class.getClassLoader(),
            new Class<?>[] {FileSystem.class},
            (proxy, method, args) -> {
              if (method.getName().equals(call)) {
                Object answer = first.call();
                if (answer != null) {
                  return answer;
                }
              }
              try {
                return method.invoke(local, args);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @Test
  void discarded_beforeACopyIsCreated_leavesNoFile() throws IOException {
    CheckpointWriter[] writer = new CheckpointWriter[1];
    FileSystem disk =
        before(
            "create",
            () -> {
              writer[0].discard();
              return null;
            });
    try (LocalCopies copies = open(disk)) {
      writer[0] = copies.copying(claim.begin(1, SnapshotType.CHECKPOINT));
      try (SnapshotOutput out = writer[0].create("large")) {
        assertThatThrownBy(
                () -> {
                  out.write(new byte[100_000]);
                  out.finish(0);
                })
            .isInstanceOf(IOException.class);
      }
    }
    assertThat(copiesOn(local)).isEmpty();
  }

  /** Writes a table that lies on the local disk, and gives its handle. */
  private StreamHandle.Shared takeTable(LocalCopies copies, Path source) throws IOException {
    try (FileOutput out = local.create(source)) {
      out.write(new byte[] {7});
    }
    CheckpointWriter writer = copies.copying(claim.begin(1, SnapshotType.CHECKPOINT));
    try (SnapshotOutput out = writer.shared().create("table", source)) {
      out.write(7);
      return (StreamHandle.Shared) out.finish(0);
    }
  }

  @Test
  void table_whoseCopyWasDeleted_isCopiedByTheNextCheckpointThatRefersToIt() throws IOException {
    Path source = DIRECTORY.resolve("table.sst");
    try (LocalCopies copies = open(local)) {
      StreamHandle.Shared table = takeTable(copies, source);
      Path copy = DIRECTORY.resolve(table.fileId() + ".copy");
      local.delete(copy);
      CheckpointWriter next = copies.copying(claim.begin(2, SnapshotType.CHECKPOINT));
      assertThat(next.shared().reuse(table, source)).isTrue();
      assertThat(content(local, copy)).containsExactly(7);
    }
  }

  @Test
  void table_onAnotherDisk_hasNoCopy() throws IOException {
    try (LocalCopies copies = open(before("link", () -> false))) {
      takeTable(copies, DIRECTORY.resolve("table.sst"));
      assertThat(copiesOn(local)).isEmpty();
    }
  }
}
