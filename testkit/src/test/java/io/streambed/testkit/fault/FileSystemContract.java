package io.streambed.testkit.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.bytes.ByteView;
import io.streambed.error.CorruptionException;
import io.streambed.file.AtomicFile;
import io.streambed.file.FileInput;
import io.streambed.file.FileOutput;
import io.streambed.file.FileSystem;
import io.streambed.file.HeldLock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * What every file system must do: the simulated one is worth as much as it is like the real one.
 */
abstract class FileSystemContract {
  /** A file system, the same one for all of a test. */
  abstract FileSystem files();

  /** An existing, empty directory in it. */
  abstract Path directory();

  private Path at(String name) {
    return directory().resolve(name);
  }

  private void write(String name, String content) throws IOException {
    try (FileOutput output = files().create(at(name))) {
      output.write(bytes(content));
    }
  }

  private String read(String name) throws IOException {
    return new String(AtomicFile.read(files(), at(name), 1 << 20), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void create_thenWrite_isSeenAtOnce() throws IOException {
    try (FileOutput output = files().create(at("a"))) {
      output.write(bytes("hel"));
      output.write('l');
      output.write(bytes("..o.."), 2, 1);
      assertThat(output.position()).isEqualTo(5);
      assertThat(read("a")).isEqualTo("hello");
      output.sync();
      output.write(bytes("!"));
    }
    assertThat(read("a")).isEqualTo("hello!");
  }

  @Test
  void create_nameInUse_isRefused() throws IOException {
    write("a", "old");
    assertThatThrownBy(() -> files().create(at("a")))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(read("a")).isEqualTo("old");
  }

  @Test
  void create_directoryMissing_isRefused() {
    assertThatThrownBy(() -> files().create(at("none/a"))).isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void write_closedOutput_isRefused() throws IOException {
    FileOutput output = files().create(at("a"));
    output.close();
    output.close();
    assertThatThrownBy(() -> output.write(1)).isInstanceOf(IOException.class);
    assertThatThrownBy(output::sync).isInstanceOf(IOException.class);
  }

  @Test
  void open_missing_isRefused() {
    assertThatThrownBy(() -> files().open(at("a"))).isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void read_atPositions_givesTheBytesThere() throws IOException {
    write("a", "0123456789");
    try (FileInput input = files().open(at("a"))) {
      assertThat(input.length()).isEqualTo(10);
      assertThat(input.name()).isEqualTo(at("a").toString());
      byte[] into = bytes("......");
      input.readFully(3, into, 1, 4);
      assertThat(into).isEqualTo(bytes(".3456."));
      assertThat(input.read(8, into, 0, 6)).isBetween(1, 2);
      assertThat(input.read(10, into, 0, 1)).isEqualTo(-1);
      assertThat(input.read(1L << 40, into, 0, 1)).isEqualTo(-1);
    }
  }

  @Test
  void readFully_beyondTheEnd_isDamageWithItsPlace() throws IOException {
    write("a", "0123456789");
    try (FileInput input = files().open(at("a"))) {
      assertThatThrownBy(() -> input.readFully(8, new byte[3], 0, 3))
          .isInstanceOf(CorruptionException.class)
          .hasMessageContaining(at("a").toString())
          .hasMessageContaining("byte 8");
    }
  }

  @Test
  void read_afterDelete_goesOn() throws IOException {
    write("a", "content");
    try (FileInput input = files().open(at("a"))) {
      files().delete(at("a"));
      byte[] into = new byte[7];
      input.readFully(0, into, 0, 7);
      assertThat(into).isEqualTo(bytes("content"));
    }
    assertThat(files().exists(at("a"))).isFalse();
  }

  @Test
  void read_closedInput_isRefused() throws IOException {
    write("a", "content");
    FileInput input = files().open(at("a"));
    input.close();
    input.close();
    assertThatThrownBy(() -> input.read(0, new byte[1], 0, 1)).isInstanceOf(IOException.class);
  }

  @Test
  void rename_toAFile_replacesIt() throws IOException {
    write("a", "new");
    write("b", "old");
    files().rename(at("a"), at("b"));
    assertThat(files().list(directory())).containsExactly(at("b"));
    assertThat(read("b")).isEqualTo("new");
  }

  @Test
  void rename_ofADirectory_takesItsFilesAlong() throws IOException {
    files().createDirectories(at("d"));
    write("d/a", "content");
    files().rename(at("d"), at("e"));
    assertThat(read("e/a")).isEqualTo("content");
    assertThat(files().exists(at("d"))).isFalse();
  }

  @Test
  void rename_whileWriting_writesOnUnderTheNewName() throws IOException {
    try (FileOutput output = files().create(at("a"))) {
      output.write(bytes("be"));
      files().rename(at("a"), at("b"));
      output.write(bytes("fore"));
    }
    assertThat(read("b")).isEqualTo("before");
  }

  @Test
  void rename_impossible_isRefused() throws IOException {
    write("a", "content");
    files().createDirectories(at("d/e"));
    assertThatThrownBy(() -> files().rename(at("none"), at("b")))
        .isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> files().rename(at("a"), at("none/b")))
        .isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> files().rename(at("a"), at("d"))).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> files().rename(at("d"), at("d/e/f"))).isInstanceOf(IOException.class);
    assertThat(read("a")).isEqualTo("content");
    assertThat(files().isDirectory(at("d/e"))).isTrue();
  }

  @Test
  void link_secondName_keepsTheBytesWhenTheFirstIsDeleted() throws IOException {
    write("a", "content");
    files().createDirectories(at("d"));
    assertThat(files().link(at("a"), at("d/b"))).isTrue();
    assertThat(read("d/b")).isEqualTo("content");
    files().delete(at("a"));
    assertThat(files().exists(at("a"))).isFalse();
    assertThat(read("d/b")).isEqualTo("content");
  }

  @Test
  void link_impossible_isRefused() throws IOException {
    write("a", "content");
    write("b", "other");
    assertThatThrownBy(() -> files().link(at("a"), at("b")))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThatThrownBy(() -> files().link(at("none"), at("c")))
        .isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> files().link(at("a"), at("none/c")))
        .isInstanceOf(NoSuchFileException.class);
    assertThat(read("b")).isEqualTo("other");
    assertThat(files().list(directory())).containsExactly(at("a"), at("b"));
  }

  @Test
  void delete_missingOrFull_isRefused() throws IOException {
    files().createDirectories(at("d/e"));
    assertThatThrownBy(() -> files().delete(at("none"))).isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> files().delete(at("d")))
        .isInstanceOf(DirectoryNotEmptyException.class);
    files().delete(at("d/e"));
    files().delete(at("d"));
    assertThat(files().list(directory())).isEmpty();
  }

  @Test
  void deleteRecursively_deletesWhatItIsToldAndNoMore() throws IOException {
    files().createDirectories(at("d/e/f"));
    write("d/a", "1");
    write("d/e/b", "2");
    write("da", "3");
    files().deleteRecursively(at("d"));
    assertThat(files().list(directory())).containsExactly(at("da"));
    files().deleteRecursively(at("da"));
    assertThatThrownBy(() -> files().deleteRecursively(at("da")))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void createDirectories_againOrOverAFile() throws IOException {
    files().createDirectories(at("d/e"));
    files().createDirectories(at("d/e"));
    files().createDurableDirectories(at("d/e/f/g"));
    files().createDurableDirectories(at("d/e/f/g"));
    assertThat(files().isDirectory(at("d/e/f/g"))).isTrue();
    write("a", "content");
    assertThat(files().isDirectory(at("a"))).isFalse();
    assertThatThrownBy(() -> files().createDirectories(at("a")))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThatThrownBy(() -> files().createDurableDirectories(at("a/b")))
        .isInstanceOf(IOException.class);
  }

  @Test
  void list_isSortedAndOfDirectoriesOnly() throws IOException {
    for (String name : new String[] {"b", "a.x", "a", "B", "a-", "c10", "c9"}) {
      write(name, "");
    }
    assertThat(files().list(directory()))
        .containsExactly(at("B"), at("a"), at("a-"), at("a.x"), at("b"), at("c10"), at("c9"));
    assertThatThrownBy(() -> files().list(at("a"))).isInstanceOf(NotDirectoryException.class);
    assertThatThrownBy(() -> files().list(at("none"))).isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void syncDirectory_notADirectory_isRefused() throws IOException {
    write("a", "");
    files().syncDirectory(directory());
    assertThatThrownBy(() -> files().syncDirectory(at("a")))
        .isInstanceOf(NotDirectoryException.class);
    assertThatThrownBy(() -> files().syncDirectory(at("none")))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void tryLock_heldLock_isRefusedUntilClosed() throws IOException {
    HeldLock first = files().tryLock(at("lock")).orElseThrow();
    assertThat(files().exists(at("lock"))).isTrue();
    assertThat(files().tryLock(at("lock"))).isEmpty();
    try (HeldLock other = files().tryLock(at("other")).orElseThrow()) {
      assertThat(other).isNotNull();
    }
    first.close();
    HeldLock second = files().tryLock(at("lock")).orElseThrow();
    first.close();
    assertThat(files().tryLock(at("lock"))).isEmpty();
    second.close();
    assertThat(files().exists(at("lock"))).isTrue();
  }

  @Test
  void replace_newAndExisting_leavesOneFile() throws IOException {
    AtomicFile.replace(files(), at("a"), ByteView.of(bytes("one")), new UUID(0, 1));
    assertThat(read("a")).isEqualTo("one");
    AtomicFile.replace(files(), at("a"), ByteView.of(bytes("two!")), new UUID(0, 2));
    assertThat(read("a")).isEqualTo("two!");
    assertThat(files().list(directory())).containsExactly(at("a"));
    assertThatThrownBy(() -> AtomicFile.read(files(), at("a"), 3))
        .isInstanceOf(CorruptionException.class)
        .hasMessageContaining("at most 3 bytes");
  }

  @Test
  void write_largeArray_isWhole() throws IOException {
    byte[] large = new byte[700_001];
    new java.util.Random(3).nextBytes(large);
    try (FileOutput output = files().create(at("a"))) {
      output.write(large, 1, 700_000);
      assertThat(output.position()).isEqualTo(700_000);
    }
    assertThat(AtomicFile.read(files(), at("a"), 1 << 20))
        .isEqualTo(java.util.Arrays.copyOfRange(large, 1, 700_001));
  }
}
