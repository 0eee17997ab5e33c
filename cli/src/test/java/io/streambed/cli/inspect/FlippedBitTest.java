package io.streambed.cli.inspect;

import static io.streambed.snapshot.SnapshotType.CHECKPOINT;
import static io.streambed.snapshot.SnapshotType.SAVEPOINT;
import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.file.LocalFileSystem;
import io.streambed.heap.HeapKeyedStoreFactory;
import io.streambed.rocksdb.RocksKeyedStoreFactory;
import io.streambed.rocksdb.RocksOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every file of a directory has a bit flipped, at many places, and each time {@code verify} tells.
 * Closer: {@code -Dstreambed.flips=N} places in each file.
 */
class FlippedBitTest {
  private static final int FLIPS = Integer.getInteger("streambed.flips", 10);

  /** The beginning and the end of a file, with header and footer, are tried byte for byte. */
  private static final int EDGE_BYTES = 8;

  @TempDir private Path directory;

  @Test
  void verify_fullCheckpointsAndSavepoint_tellsOfEveryFlippedBit() throws IOException {
    Path root = directory.resolve("heap");
    new SampleDirectory(root, new HeapKeyedStoreFactory()).take(CHECKPOINT, SAVEPOINT, CHECKPOINT);
    // Of each: the metadata and the keyed state; operator state is in the metadata. And the list.
    assertThat(flipAll(root)).isEqualTo(7);
  }

  @Test
  void verify_incrementsAndSavepoint_tellsOfEveryFlippedBit() throws IOException {
    Path root = directory.resolve("rocksdb");
    var store =
        new RocksKeyedStoreFactory(
            new LocalFileSystem(), RocksOptions.in(directory.resolve("databases")));
    new SampleDirectory(root, store).take(CHECKPOINT, CHECKPOINT, SAVEPOINT);
    try (Stream<Path> shared = Files.list(root.resolve("shared"))) {
      assertThat(shared.count()).isGreaterThanOrEqualTo(2);
    }
    assertThat(flipAll(root)).isGreaterThanOrEqualTo(8);
  }

  private static Inspection verify(Path root) {
    return new Inspector(new LocalFileSystem(), true, VerifyProgress.NONE).verify(root);
  }

  /** Flips bits in all files that have any; gives their number. */
  private static int flipAll(Path root) throws IOException {
    Inspection whole = verify(root);
    assertThat(whole.damages()).isEmpty();
    assertThat(whole.retained()).hasSize(3);
    List<Path> paths;
    try (Stream<Path> walk = Files.walk(root)) {
      paths = walk.filter(Files::isRegularFile).sorted().toList();
    }
    int flipped = 0;
    for (Path path : paths) {
      long length = Files.size(path);
      if (length == 0) {
        assertThat(path.getFileName().toString()).isIn("_lock", "_complete");
        continue;
      }
      long stride = Math.max(1, length / FLIPS);
      for (long at = 0; at < length; at++) {
        boolean edge = at < EDGE_BYTES || at >= length - EDGE_BYTES;
        if (edge || at % stride == 0) {
          flip(path, at);
          List<Damage> damages = List.copyOf(verify(root).damages());
          assertThat(damages).as("%s at %s", path, at).isNotEmpty();
          assertThat(damages).extracting(Damage::file).allMatch(file -> names(file, path));
          flip(path, at);
        }
      }
      flipped++;
    }
    assertThat(verify(root)).isEqualTo(whole);
    return flipped;
  }

  private static boolean names(String told, Path file) {
    return told.startsWith(file.toString());
  }

  private static void flip(Path path, long at) throws IOException {
    try (FileChannel channel =
        FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      channel.read(one, at);
      one.put(0, (byte) (one.get(0) ^ 1 << at % Byte.SIZE)).flip();
      channel.write(one, at);
    }
  }
}
