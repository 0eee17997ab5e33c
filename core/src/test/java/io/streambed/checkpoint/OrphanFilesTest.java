package io.streambed.checkpoint;

import static io.streambed.snapshot.SnapshotType.CHECKPOINT;
import static io.streambed.snapshot.SnapshotType.SAVEPOINT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.checkpoint.Orphan.Kind;
import io.streambed.error.CorruptionException;
import io.streambed.error.FencedException;
import io.streambed.error.StorageException;
import io.streambed.file.FileSystem;
import io.streambed.file.HeldLock;
import io.streambed.file.LocalFileSystem;
import io.streambed.snapshot.SnapshotType;
import io.streambed.snapshot.StreamHandle.Shared;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is named and deleted of a directory in which processes have died. */
class OrphanFilesTest {
  private static final String ID = "0123abcd-0000-4000-8000-00000000000";

  private final LocalFileSystem files = new LocalFileSystem();
  private final List<Shared> shared = new ArrayList<>();
  private long seeds;
  @TempDir private Path directory;
  private Path root;
  private Path first;
  private Path second;

  /** Two complete checkpoints that share a file. */
  @BeforeEach
  void setUp() throws IOException {
    root = directory.resolve("job");
    try (ClaimedCheckpoints claim = claim()) {
      first = take(claim, 1, CHECKPOINT);
      second = take(claim, 2, CHECKPOINT, 1L);
    }
  }

  private ClaimedCheckpoints claim() {
    FileStorageOptions options =
        FileStorageOptions.in(root).withSavepointRoot(root).withSmallFileThresholdBytes(100);
    return new FileCheckpointStorage(files, options, Handles.ids(++seeds)).claim("flights");
  }

  private Path take(ClaimedCheckpoints claim, long id, SnapshotType type, Long... retain)
      throws IOException {
    CheckpointWriter writer = claim.begin(id, type);
    var handle = Handles.write(writer, Handles.bytes(300, id));
    if (type == SAVEPOINT) {
      writer.commit(1, Handles.operators(handle), Set.of());
    } else {
      shared.removeIf(file -> !writer.shared().reuse(file));
      shared.add(Handles.share(writer, Handles.bytes(200, id)));
      writer.commit(1, Handles.operators(handle, List.copyOf(shared)), Set.of(retain));
    }
    return Path.of(writer.location());
  }

  private OrphanFiles orphanFiles() {
    return new OrphanFiles(files, root);
  }

  private static Path file(Path path, int bytes) throws IOException {
    Files.createDirectories(path.getParent());
    return Files.write(path, new byte[bytes]);
  }

  private Set<Path> everything() throws IOException {
    try (Stream<Path> paths = Files.walk(root)) {
      return paths.collect(Collectors.toCollection(TreeSet::new));
    }
  }

  /** One orphan of each kind. */
  private Set<Path> leaveOrphans() throws IOException {
    return Set.of(
        file(root.resolve("_checkpoints." + ID + "1.tmp"), 10),
        file(root.resolve("chk-3-1/keyed-" + ID + "2.data"), 20).getParent(),
        file(root.resolve("shared/" + ID + "3.data"), 30),
        file(first.resolve("keyed-" + ID + "4.data"), 40));
  }

  /** What a user may have put there, or a job that took a savepoint. */
  private Set<Path> leaveForeign() throws IOException {
    Path away = file(directory.resolve("away/keyed-" + ID + "5.data"), 50);
    return Set.of(
        file(root.resolve("notes.txt"), 1),
        file(root.resolve("shared/notes.txt"), 1),
        file(second.resolve("notes.txt"), 1),
        file(root.resolve("savepoint-9-0123abcd/keyed-" + ID + "6.data"), 1).getParent(),
        Files.createSymbolicLink(root.resolve("chk-4-1"), away.getParent()),
        Files.createSymbolicLink(root.resolve("shared/" + ID + "7.data"), away),
        Files.createSymbolicLink(first.resolve("keyed-" + ID + "8.data"), away));
  }

  @Test
  void find_directoryOfAJobThatEnded_namesNothing() throws IOException {
    file(root.resolve("control/answer-" + ID + "9"), 1);
    file(root.resolve("_owned"), 1);
    Orphans found = orphanFiles().find();
    assertThat(found.job().name()).isEqualTo("flights");
    assertThat(found.orphans()).isEmpty();
    assertThat(found.leftAlone()).isEmpty();
    Set<Path> before = everything();
    assertThat(orphanFiles().delete(UUID::randomUUID).orphans()).isEmpty();
    assertThat(everything()).isEqualTo(before);
  }

  @Test
  void find_oneOfEachKind_namesItWithItsSizeAndChangesNothing() throws IOException {
    Set<Path> orphans = leaveOrphans();
    Set<Path> before = everything();
    Orphans found = orphanFiles().find();
    assertThat(found.orphans()).extracting(Orphan::path).hasSameElementsAs(orphans);
    assertThat(found.orphans()).extracting(Orphan::kind).containsExactlyInAnyOrder(Kind.values());
    assertThat(found.files()).isEqualTo(4);
    assertThat(found.bytes()).isEqualTo(100);
    assertThat(everything()).isEqualTo(before);
  }

  @Test
  void delete_orphansAndForeignFiles_deletesOrphansOnly() throws IOException {
    try (ClaimedCheckpoints claim = claim()) {
      take(claim, 3, SAVEPOINT);
    }
    Set<Path> expected = everything();
    leaveOrphans();
    Set<Path> foreign = new TreeSet<>(leaveForeign());
    foreign.add(file(root.resolve("chk-3-1/notes.txt"), 1));
    Orphans deleted = orphanFiles().delete(UUID::randomUUID);
    assertThat(deleted.orphans()).hasSize(4);
    assertThat(deleted.leftAlone()).containsExactlyElementsOf(foreign);
    expected.addAll(foreign);
    expected.add(root.resolve("chk-3-1"));
    expected.add(root.resolve("savepoint-9-0123abcd/keyed-" + ID + "6.data"));
    assertThat(everything()).isEqualTo(expected);
    assertThat(directory.resolve("away/keyed-" + ID + "5.data")).exists();
    assertThat(orphanFiles().find().files()).isZero();
    try (ClaimedCheckpoints claim = claim()) {
      assertThat(claim.completed()).containsExactly(1L, 2L);
      assertThat(claim.latest().orElseThrow().location()).isEqualTo(second.toString());
    }
  }

  @Test
  void delete_sharedIsALink_isLeftAlone() throws IOException {
    leaveOrphans();
    Path moved = Files.move(root.resolve("shared"), directory.resolve("moved"));
    Path link = Files.createSymbolicLink(root.resolve("shared"), moved);
    Orphans deleted = orphanFiles().delete(UUID::randomUUID);
    assertThat(deleted.orphans()).extracting(Orphan::kind).doesNotContain(Kind.SHARED_FILE);
    assertThat(deleted.leftAlone()).contains(link);
    assertThat(moved.resolve(ID + "3.data")).exists();
  }

  @Test
  void delete_whileAJobHoldsTheDirectory_isRefusedAndFindIsNot() throws IOException {
    try (ClaimedCheckpoints claim = claim()) {
      CheckpointWriter writer = claim.begin(3, CHECKPOINT);
      Handles.share(writer, Handles.bytes(200, 3));
      Set<Path> before = everything();
      assertThatThrownBy(() -> orphanFiles().delete(UUID::randomUUID))
          .isExactlyInstanceOf(FencedException.class)
          .hasMessageContaining(root + " is held")
          .hasMessageContaining("stop it");
      // What the job is writing is on no list yet.
      assertThat(orphanFiles().find().orphans())
          .extracting(Orphan::kind)
          .containsExactlyInAnyOrder(Kind.UNLISTED_CHECKPOINT, Kind.SHARED_FILE);
      assertThat(everything()).isEqualTo(before);
    }
  }

  @Test
  void delete_holdsTheDirectory_soThatNoJobStarts() throws IOException {
    leaveOrphans();
    List<String> refused = new ArrayList<>();
    FileSystem watched =
        before(
            "delete",
            "",
            () -> {
              try {
                claim().close();
              } catch (FencedException e) {
                refused.add(e.getMessage());
              }
            });
    new OrphanFiles(watched, root).delete(UUID::randomUUID);
    assertThat(refused).hasSize(5);
    claim().close();
  }

  @Test
  void delete_ofAProcessThatLostItsLock_fencesIt() throws IOException {
    ClaimedCheckpoints lost = claim();
    leaveOrphans();
    HeldLock granted = () -> {};
    FileSystem lockless = instead("tryLock", () -> Optional.of(granted));
    new OrphanFiles(lockless, root).delete(UUID::randomUUID);
    assertThatThrownBy(() -> take(lost, 3, CHECKPOINT)).isInstanceOf(FencedException.class);
    lost.close();
  }

  @Test
  void delete_aCheckpointIsDamaged_deletesNothing() throws IOException {
    leaveOrphans();
    for (Path damaged : List.of(first.resolve("_metadata"), root.resolve("_checkpoints"))) {
      byte[] good = Files.readAllBytes(damaged);
      byte[] bad = good.clone();
      bad[bad.length / 2] ^= 1;
      Files.write(damaged, bad);
      Set<Path> before = everything();
      assertThatThrownBy(() -> orphanFiles().find())
          .isInstanceOf(CorruptionException.class)
          .hasMessageContaining(damaged.toString());
      assertThatThrownBy(() -> orphanFiles().delete(UUID::randomUUID))
          .isInstanceOf(CorruptionException.class);
      assertThat(everything()).isEqualTo(before);
      Files.write(damaged, good);
    }
    Files.delete(first.resolve("_metadata"));
    assertThatThrownBy(() -> orphanFiles().delete(UUID::randomUUID))
        .isInstanceOf(CorruptionException.class)
        .hasMessageContaining("_metadata");
  }

  @Test
  void delete_listIsLost_deletesNothing() throws IOException {
    Files.delete(root.resolve("_checkpoints"));
    Set<Path> before = everything();
    assertThatThrownBy(() -> orphanFiles().delete(UUID::randomUUID))
        .isInstanceOf(CorruptionException.class)
        .hasMessageContaining("_checkpoints");
    assertThat(everything()).isEqualTo(before);
  }

  @Test
  void find_noCheckpointDirectory_saysWhatToGive() throws IOException {
    Path empty = Files.createDirectory(directory.resolve("empty"));
    Path flink = file(directory.resolve("flink/chk-7/_metadata"), 0).getParent().getParent();
    Files.write(flink.resolve("chk-7/_metadata"), new byte[] {0x49, 0x60, 0x67, 0x2D, 0, 0, 0, 3});
    assertRefused(directory.resolve("nothing"), "does not exist");
    assertRefused(root.resolve("_checkpoints"), "is a file");
    assertRefused(empty, "has no file _checkpoints");
    assertRefused(first, "is one checkpoint or savepoint");
    assertRefused(flink, "Apache Flink");
    assertThat(empty).isEmptyDirectory();
  }

  private void assertRefused(Path path, String reason) {
    OrphanFiles orphanFiles = new OrphanFiles(files, path);
    assertThatThrownBy(orphanFiles::find)
        .isExactlyInstanceOf(StorageException.class)
        .hasMessageContaining(path.toString())
        .hasMessageContaining(reason);
    assertThatThrownBy(() -> orphanFiles.delete(UUID::randomUUID))
        .isExactlyInstanceOf(StorageException.class);
  }

  @Test
  void find_unreadableDirectory_saysWhich() {
    FileSystem denied =
        before(
            "list",
            "shared",
            () -> {
              throw new AccessDeniedException(root.resolve("shared").toString());
            });
    assertThatThrownBy(() -> new OrphanFiles(denied, root).find())
        .isExactlyInstanceOf(StorageException.class)
        .hasMessageContaining("shared");
  }

  @Test
  void find_jobReplacesItsCheckpointsMeanwhile_looksAgain() throws IOException {
    try (ClaimedCheckpoints claim = claim()) {
      AtomicInteger next = new AtomicInteger(2);
      FileSystem live =
          before(
              "open",
              "_metadata",
              () -> {
                if (next.get() < 5) {
                  take(claim, next.incrementAndGet(), CHECKPOINT);
                }
              });
      Orphans found = new OrphanFiles(live, root).find();
      assertThat(next).hasValue(5);
      assertThat(found.orphans()).isEmpty();
    }
  }

  @Test
  void delete_someResist_deletesTheOthersAndSaysSo() throws IOException {
    Set<Path> orphans = leaveOrphans();
    Path resisting = root.resolve("shared/" + ID + "3.data");
    FileSystem denied =
        before(
            "delete",
            resisting.getFileName().toString(),
            () -> {
              throw new AccessDeniedException(resisting.toString());
            });
    assertThatThrownBy(() -> new OrphanFiles(denied, root).delete(UUID::randomUUID))
        .isExactlyInstanceOf(StorageException.class)
        .hasMessageContaining("1 of 4 could not be deleted")
        .hasMessageContaining(resisting.toString());
    assertThat(orphans.stream().filter(Files::exists)).containsExactly(resisting);
  }

  private interface Event {
    void happen() throws IOException;
  }

  /** The same files; something happens before each such call for a path that ends so. */
  private FileSystem before(String call, String end, Event event) {
    return proxy(
        (proxy, method, arguments) -> {
          if (method.getName().equals(call) && arguments[0].toString().endsWith(end)) {
            event.happen();
          }
          return invoke(method, arguments);
        });
  }

  /** The same files; such a call has this result. */
  private FileSystem instead(String call, Supplier<Object> result) {
    return proxy(
        (proxy, method, arguments) ->
            method.getName().equals(call) ? result.get() : invoke(method, arguments));
  }

  private Object invoke(Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(files, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static FileSystem proxy(InvocationHandler handler) {
    return (FileSystem)
        Proxy.newProxyInstance(
            FileSystem.class.getClassLoader(), new Class<?>[] {FileSystem.class}, handler);
  }
}
