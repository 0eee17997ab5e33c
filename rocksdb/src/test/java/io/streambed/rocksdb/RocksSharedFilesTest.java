package io.streambed.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.checkpoint.CheckpointWriter;
import io.streambed.checkpoint.ClaimedCheckpoints;
import io.streambed.checkpoint.FileCheckpointStorage;
import io.streambed.checkpoint.FileStorageOptions;
import io.streambed.checkpoint.OpenedCheckpoint;
import io.streambed.checkpoint.OperatorSnapshot;
import io.streambed.checkpoint.SubtaskState;
import io.streambed.file.Compression;
import io.streambed.file.LocalFileSystem;
import io.streambed.keyed.KeyedStateBackend;
import io.streambed.serial.Serializers;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.RestoreProgress;
import io.streambed.snapshot.SharedFiles;
import io.streambed.snapshot.SnapshotInputs;
import io.streambed.snapshot.SnapshotOptions;
import io.streambed.snapshot.SnapshotOutput;
import io.streambed.snapshot.SnapshotStreams;
import io.streambed.snapshot.SnapshotType;
import io.streambed.snapshot.StreamHandle;
import io.streambed.snapshot.StreamHandle.Shared;
import io.streambed.state.ListStateDescriptor;
import io.streambed.state.ValueStateDescriptor;
import io.streambed.store.StoreContext;
import io.streambed.store.TaskInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RunnableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Table files that checkpoints share, from the store through the storage on a disk and back, in the
 * stories that went wrong elsewhere. After each step there is what complete and pending checkpoints
 * refer to, and nothing else.
 */
class RocksSharedFilesTest {
  private static final int MAX_PARALLELISM = 8;
  private static final ValueStateDescriptor<String> VALUES =
      new ValueStateDescriptor<>("values", Serializers.strings());
  private static final ListStateDescriptor<Integer> LISTS =
      new ListStateDescriptor<>("lists", Serializers.ints());

  private final LocalFileSystem files = new LocalFileSystem();
  private final List<KeyedStateBackend<Long>> opened = new ArrayList<>();
  @TempDir private Path directory;
  private Path root;
  private RocksKeyedStoreFactory factory;
  private KeyedStateBackend<Long> backend;
  private Map<Long, String> model = new TreeMap<>();
  private long seeds;

  /** Files up to this size are kept in manifests. */
  private int smallBytes;

  /** A checkpoint that is written; and what it must give. */
  private record Written(
      CheckpointWriter writer, KeyedStateHandle handle, Map<Long, String> model) {
    Set<Shared> files() {
      return handle instanceof KeyedStateHandle.Incremental incremental
          ? Set.copyOf(incremental.files())
          : Set.of();
    }

    Written commit(Written... retained) {
      writer.commit(
          1,
          List.of(
              new OperatorSnapshot(
                  "operator",
                  1,
                  MAX_PARALLELISM,
                  List.of(new SubtaskState(List.of(handle), List.of())))),
          Stream.of(retained)
              .map(checkpoint -> checkpoint.writer.checkpointId())
              .collect(Collectors.toSet()));
      return this;
    }
  }

  @BeforeEach
  void setUp() {
    root = directory.resolve("job");
    // Compactions would make new tables of those that are to be met again.
    factory =
        new RocksKeyedStoreFactory(
            files,
            RocksOptions.in(directory.resolve("stores"))
                .withNamed(Map.of("disable_auto_compactions", "true")));
    backend = newBackend();
  }

  @AfterEach
  void nothingNative_isLeftOpen() {
    opened.forEach(KeyedStateBackend::close);
    assertThat(factory.openNativeHandles()).isZero();
  }

  private KeyedStateBackend<Long> newBackend() {
    KeyedStateBackend<Long> created =
        new KeyedStateBackend<>(
            factory.create(
                StoreContext.alone(Serializers.longs(), MAX_PARALLELISM, LongStores.ALL)),
            new TaskInfo("job", "operator", 0));
    opened.add(created);
    return created;
  }

  private FileCheckpointStorage storage(Path where) {
    Random ids = new Random(++seeds);
    return new FileCheckpointStorage(
        files,
        FileStorageOptions.in(where)
            .withSavepointRoot(directory.resolve("savepoints"))
            .withSmallFileThresholdBytes(smallBytes),
        () -> new UUID(ids.nextLong(), ids.nextLong()));
  }

  private ClaimedCheckpoints claim(Path where) {
    return storage(where).claim("flights");
  }

  /** Changes some keys, and adds new ones. */
  private void put(String text) {
    for (long key = model.size() / 2; key < model.size() / 2 + 200; key++) {
      backend.setCurrentKey(key);
      backend.getState(VALUES).update(text + key);
      backend.getListState(LISTS).update(List.of((int) key, text.length()));
      model.put(key, text + key);
    }
  }

  private Written write(ClaimedCheckpoints claim, long id) throws Exception {
    return write(claim.begin(id, SnapshotType.CHECKPOINT), SnapshotOptions::checkpoint);
  }

  /** Gives the options of a snapshot. */
  private interface OptionsOf {
    SnapshotOptions of(Compression compression);
  }

  private Written write(CheckpointWriter writer, OptionsOf options) throws Exception {
    RunnableFuture<KeyedStateHandle> future =
        backend.snapshot(writer.checkpointId(), writer, options.of(Compression.NONE));
    Map<Long, String> frozen = new TreeMap<>(model);
    future.run();
    return new Written(writer, future.get(), frozen);
  }

  private void restore(KeyedStateBackend<Long> into, OpenedCheckpoint from) throws IOException {
    List<KeyedStateHandle> handles = from.metadata().operators().get(0).subtasks().get(0).keyed();
    into.restore(handles, from.inputs(), RestoreProgress.NONE);
  }

  /** Restores a checkpoint from where it is, and compares everything. */
  private void expectGives(Written checkpoint) throws IOException {
    KeyedStateBackend<Long> restored = newBackend();
    restore(restored, FileCheckpointStorage.open(files, Path.of(checkpoint.writer.location())));
    for (Map.Entry<Long, String> entry : checkpoint.model.entrySet()) {
      restored.setCurrentKey(entry.getKey());
      assertThat(restored.getState(VALUES).value()).isEqualTo(entry.getValue());
      assertThat(restored.getListState(LISTS).get()).first().isEqualTo(entry.getKey().intValue());
    }
    restored.getListState(LISTS);
    assertThat(restored.entries()).isEqualTo(2L * checkpoint.model.size());
    restored.close();
  }

  /** The shared files there are belong to these checkpoints, and each of those has its own. */
  private void expectFiles(Path where, Written... checkpoints) throws IOException {
    assertThat(files.list(where.resolve("shared")))
        .containsExactlyInAnyOrderElementsOf(paths(where, checkpoints));
  }

  private static Set<Path> paths(Path where, Written... checkpoints) {
    return Stream.of(checkpoints)
        .flatMap(checkpoint -> checkpoint.files().stream())
        .map(file -> where.resolve("shared").resolve(file.fileId() + ".data"))
        .collect(Collectors.toSet());
  }

  private static Set<Shared> newIn(Written checkpoint, Written before) {
    Set<Shared> uploaded = new HashSet<>(checkpoint.files());
    uploaded.removeAll(before.files());
    return uploaded;
  }

  @Test
  @Tag("FLINK-21351")
  void savepoint_betweenTwoIncrements_takesNothingFromThem() throws Exception {
    try (ClaimedCheckpoints claim = claim(root)) {
      put("first");
      Written first = write(claim, 1).commit();
      put("second");
      Written savepoint = write(claim.begin(2, SnapshotType.SAVEPOINT), SnapshotOptions::savepoint);
      Written during = write(claim, 3);
      savepoint.commit();
      Written after = write(claim, 4);
      assertThat(during.files()).containsAll(first.files());
      assertThat(after.files()).containsAll(first.files());
      expectFiles(root, first, during, after);
      during.writer.discard();
      after.commit();
      assertThat(claim.completed()).containsExactly(4L);
      expectFiles(root, after);
      expectGives(after);
      expectGives(savepoint);
    }
    expectGives(savepointOnly());
  }

  /** A savepoint of another state, so that the store goes on after one. */
  private Written savepointOnly() throws Exception {
    try (ClaimedCheckpoints claim = claim(root)) {
      put("third");
      Written savepoint =
          write(claim.begin(5, SnapshotType.SAVEPOINT), SnapshotOptions::savepoint).commit();
      assertThat(claim.completed()).containsExactly(4L);
      return savepoint;
    }
  }

  @Test
  void full_subsumesWhatAPendingIncrementReuses_keepsItForThatOne() throws Exception {
    try (ClaimedCheckpoints claim = claim(root)) {
      put("first");
      Written first = write(claim, 1).commit();
      put("second");
      // A checkpoint that shares nothing, as when the option was turned off for one operator.
      CheckpointWriter second = claim.begin(2, SnapshotType.CHECKPOINT);
      SnapshotStreams alone = second::create;
      RunnableFuture<KeyedStateHandle> future =
          backend.snapshot(2, alone, SnapshotOptions.checkpoint(Compression.NONE));
      future.run();
      Written full = new Written(second, future.get(), new TreeMap<>(model));
      assertThat(full.handle).isInstanceOf(KeyedStateHandle.Container.class);
      put("third");
      Written third = write(claim, 3);
      full.commit();
      assertThat(claim.completed()).containsExactly(2L);
      assertThat(third.files()).containsAll(first.files());
      expectFiles(root, third);
      third.commit(full);
      expectFiles(root, third);
      expectGives(full);
      expectGives(third);
    }
  }

  @Test
  void smallTables_areInTheManifestOfEachCheckpoint() throws Exception {
    smallBytes = 1 << 20;
    try (ClaimedCheckpoints claim = claim(root)) {
      backend.setCurrentKey(7L);
      backend.getState(VALUES).update("first7");
      backend.getListState(LISTS).update(List.of(7));
      model.put(7L, "first7");
      Written small = write(claim, 1).commit();
      assertThat(small.files()).isEmpty();
      assertThat(root.resolve("shared")).doesNotExist();
      expectGives(small);
      put("second");
      Written both = write(claim, 2).commit();
      assertThat(both.files()).as("the large ones").hasSize(2);
      Written again = write(claim, 3).commit();
      assertThat(again.files()).isEqualTo(both.files());
      expectFiles(root, again);
      expectGives(again);
      RocksManifest manifest = manifest(again, FileCheckpointStorage.open(files, root).inputs());
      assertThat(manifest.tables().all())
          .filteredOn(table -> table.content() instanceof TableContent.InManifest)
          .hasSize(2);
      backend.close();
      backend = newBackend();
      restore(backend, FileCheckpointStorage.open(files, root));
      Written restored = write(claim, 4).commit();
      assertThat(restored.files()).as("small ones stay so").isEqualTo(again.files());
      expectGives(restored);
    }
  }

  @Test
  void smallTables_tooManyForAManifest_becomeSharedFiles() throws Exception {
    smallBytes = 1 << 20;
    try (ClaimedCheckpoints claim = claim(root)) {
      Written last = null;
      for (int id = 1; id <= 80; id++) {
        backend.setCurrentKey((long) id);
        backend.getState(VALUES).update("v" + id);
        backend.getListState(LISTS).update(List.of(id));
        model.put((long) id, "v" + id);
        last = write(claim, id).commit();
      }
      RocksManifest manifest = manifest(last, FileCheckpointStorage.open(files, root).inputs());
      long inManifest =
          manifest.bytes() - manifest.files().stream().mapToLong(StreamHandle::length).sum();
      assertThat(inManifest).isBetween(60L << 10, 64L << 10);
      assertThat(last.files()).isNotEmpty();
      expectFiles(root, last);
      expectGives(last);
    }
  }

  @Test
  @Tag("FLINK-24611")
  @Tag("FLINK-25395")
  void discard_afterTheUpload_laterOnesTakeTheFilesOn() throws Exception {
    try (ClaimedCheckpoints claim = claim(root)) {
      put("first");
      Written first = write(claim, 1).commit();
      put("second");
      Written second = write(claim, 2);
      Set<Shared> uploaded = newIn(second, first);
      assertThat(uploaded).hasSize(2);
      Written third = write(claim, 3);
      assertThat(third.files()).as("while it is pending").isEqualTo(second.files());
      second.writer.discard();
      second.writer.discard();
      expectFiles(root, first, second);
      put("third");
      Written fourth = write(claim, 4);
      assertThat(fourth.files()).as("when it was given up").containsAll(uploaded);
      third.commit(first);
      expectGives(third);
      fourth.commit();
      Written fifth = write(claim, 5).commit();
      assertThat(fifth.files()).isEqualTo(fourth.files());
      expectFiles(root, fifth);
      expectGives(fifth);
    }
  }

  @Test
  void discard_andTheNextOneIsFull_nothingIsLeftBehind() throws Exception {
    try (ClaimedCheckpoints claim = claim(root)) {
      put("first");
      Written aborted = write(claim, 1);
      aborted.writer.discard();
      expectFiles(root, aborted);
      claim.begin(2, SnapshotType.CHECKPOINT).commit(1, List.of(), Set.of());
      expectFiles(root);
      Written third = write(claim, 3).commit();
      assertThat(third.files()).doesNotContainAnyElementsOf(aborted.files());
      expectFiles(root, third);
      expectGives(third);
    }
  }

  @Test
  @Tag("FLINK-26985")
  void restore_fromAnotherJob_leavesItsFilesAlone() throws Exception {
    Path other = directory.resolve("other");
    Written source;
    try (ClaimedCheckpoints claim = claim(other)) {
      put("first");
      Written first = write(claim, 1).commit();
      put("second");
      source = write(claim, 2).commit(first);
    }
    Map<Path, Object> before = contentOf(other);
    backend.close();
    backend = newBackend();
    restore(backend, FileCheckpointStorage.open(files, other));
    Written last = source;
    for (int attempt = 1; attempt <= 2; attempt++) {
      try (ClaimedCheckpoints claim = claim(root)) {
        for (int i = 0; i < 2; i++) {
          put("attempt " + attempt + " " + i);
          last = write(claim, 10 * attempt + i).commit();
          assertThat(last.files()).doesNotContainAnyElementsOf(source.files());
          expectFiles(root, last);
        }
        write(claim, 10 * attempt + 2).writer.discard();
      }
    }
    assertThat(contentOf(other)).isEqualTo(before);
    expectGives(source);
    expectGives(last);
  }

  private static Map<Path, Object> contentOf(Path tree) throws IOException {
    Map<Path, Object> content = new HashMap<>();
    try (Stream<Path> paths = Files.walk(tree)) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        content.put(path, List.of(Files.size(path), Files.getLastModifiedTime(path)));
      }
    }
    return content;
  }

  @Test
  @Tag("FLINK-29913")
  void twoPending_withTheSameTables_shareThem() throws Exception {
    try (ClaimedCheckpoints claim = claim(root)) {
      put("first");
      Written older = write(claim, 1);
      Written newer = write(claim, 2);
      assertThat(newer.files()).isEqualTo(older.files());
      Written third = write(claim, 3);
      newer.commit();
      older.writer.discard();
      assertThat(claim.completed()).containsExactly(2L);
      expectFiles(root, newer);
      expectGives(newer);
      newer.writer.discard();
      third.writer.discard();
      Written fourth = write(claim, 4);
      assertThat(fourth.files()).isEqualTo(newer.files());
      fourth.commit();
      expectFiles(root, fourth);
      expectGives(fourth);
    }
  }

  @Test
  @Tag("FLINK-29095")
  void newAttempt_withTablesOfTheSameNames_mixesNothingUp() throws Exception {
    Written first;
    try (ClaimedCheckpoints claim = claim(root)) {
      put("first");
      first = write(claim, 1).commit();
    }
    backend.close();
    backend = newBackend();
    model = new TreeMap<>();
    try (ClaimedCheckpoints claim = claim(root)) {
      put("other");
      Written second = write(claim, 2);
      SnapshotInputs inputs = FileCheckpointStorage.open(files, root).inputs();
      second.commit(first);
      Map<String, TableContent> ofSecond =
          tables(second, FileCheckpointStorage.open(files, root).inputs());
      Map<String, TableContent> ofFirst = tables(first, inputs);
      assertThat(ofSecond.keySet()).isEqualTo(ofFirst.keySet());
      assertThat(ofSecond.values()).doesNotContainAnyElementsOf(ofFirst.values());
      expectGives(first);
      expectGives(second);
      Written third = write(claim, 3).commit(second);
      assertThat(third.files()).isEqualTo(second.files());
      expectFiles(root, third);
      expectGives(third);
    }
  }

  private static RocksManifest manifest(Written checkpoint, SnapshotInputs inputs)
      throws IOException {
    return RocksManifest.open((KeyedStateHandle.Incremental) checkpoint.handle, inputs);
  }

  private static Map<String, TableContent> tables(Written checkpoint, SnapshotInputs inputs)
      throws IOException {
    return manifest(checkpoint, inputs).tables().all().stream()
        .collect(Collectors.toMap(table -> table.file().name(), RocksManifest.Table::content));
  }

  @Test
  @Tag("FLINK-30461")
  void discard_whileATableIsUploaded_leavesWhatWasWhole() throws Exception {
    try (ClaimedCheckpoints claim = claim(root)) {
      put("first");
      Written first = write(claim, 1).commit();
      put("second");
      CheckpointWriter slow = claim.begin(2, SnapshotType.CHECKPOINT);
      RunnableFuture<KeyedStateHandle> future =
          backend.snapshot(2, timingOut(slow), SnapshotOptions.checkpoint(Compression.NONE));
      future.run();
      assertThatThrownBy(future::get)
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(IOException.class);
      Set<Path> left = new HashSet<>(files.list(root.resolve("shared")));
      left.removeAll(paths(root, first));
      assertThat(left).as("the table before").hasSize(1);
      assertThat(Path.of(slow.location())).doesNotExist();
      Written third = write(claim, 3);
      assertThat(paths(root, third)).containsAll(left);
      third.writer.shared().create("half").write(new byte[100], 0, 100);
      Path dead = directory.resolve("dead");
      copy(root, dead);
      assertThat(files.list(dead.resolve("shared"))).hasSize(third.files().size() + 1);
      try (ClaimedCheckpoints next = claim(dead)) {
        assertThat(next.completed()).containsExactly(1L);
        expectFiles(dead, first);
      }
    }
    try (ClaimedCheckpoints claim = claim(root)) {
      Written fourth = write(claim, 4).commit();
      expectFiles(root, fourth);
      expectGives(fourth);
    }
  }

  /** The streams of a checkpoint that is given up in the midst of its second table. */
  private static SnapshotStreams timingOut(CheckpointWriter writer) {
    return new SnapshotStreams() {
      private int created;

      @Override
      public SnapshotOutput create(String purpose) throws IOException {
        return writer.create(purpose);
      }

      @Override
      public SharedFiles shared() {
        return new SharedFiles() {
          @Override
          public SnapshotOutput create(String purpose) throws IOException {
            SnapshotOutput out = writer.shared().create(purpose);
            if (++created == 2) {
              out.write(new byte[10], 0, 10);
              writer.discard();
            }
            return out;
          }

          @Override
          public boolean reuse(Shared file) {
            return writer.shared().reuse(file);
          }
        };
      }
    };
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> paths = Files.walk(from)) {
      for (Path path : paths.toList()) {
        Files.copy(path, to.resolve(from.relativize(path).toString()));
      }
    }
  }
}
