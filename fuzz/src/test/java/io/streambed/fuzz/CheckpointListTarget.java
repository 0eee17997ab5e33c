package io.streambed.fuzz;

import io.streambed.bytes.ByteWriter;
import io.streambed.checkpoint.FileCheckpointStorage;
import io.streambed.checkpoint.FileStorageOptions;
import io.streambed.file.FileSystem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/** The list {@code _checkpoints}: a framed file as its job reads it when it starts again. */
final class CheckpointListTarget implements FuzzTarget {
  private static final Path ROOT = Path.of("/fuzzed");
  private static final String JOB = "job";
  private static final long LARGEST = 999_999_999_999_999_999L;
  private static final UUID ID = new UUID(0x5EED, 7);

  @Override
  public List<byte[]> seeds() {
    return List.of(
        seed(3, 0),
        seed(3, 2),
        seed(-1, 0),
        seed(Long.MAX_VALUE, 0),
        seed(LARGEST - 1, 1),
        seed(LARGEST, 1),
        seed(LARGEST + 1, 1));
  }

  private static byte[] seed(long attempt, int checkpoints) {
    ByteWriter footer = new ByteWriter();
    footer.writeText(JOB);
    footer.writeLong(1);
    footer.writeLong(2);
    footer.writeVarLong(attempt);
    footer.writeVarInt(checkpoints);
    for (int id = 1; id <= checkpoints; id++) {
      footer.writeVarLong(id);
      footer.writeVarLong(1);
      footer.writeVarLong(100);
      footer.writeInt(5);
      footer.writeLong(3);
      footer.writeLong(id);
    }
    return new FramedFile(1, false, List.of(), footer.toByteArray()).toInput();
  }

  @Override
  public void run(byte[] input) throws IOException {
    Path file = ROOT.resolve("_checkpoints");
    FileSystem files = MemoryDisk.with(file, FramedFile.of(input).write("CHKS", ID));
    Trial.naming(
        ROOT.toString(),
        () -> {
          FileCheckpointStorage.complete(files, ROOT);
          new FileCheckpointStorage(files, FileStorageOptions.in(ROOT), MemoryDisk.ids())
              .claim(JOB)
              .close();
        });
  }
}
