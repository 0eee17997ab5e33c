package io.streambed.checkpoint;

import io.streambed.bytes.ByteWriter;
import io.streambed.file.FileSystem;
import io.streambed.fuzz.FramedFile;
import io.streambed.fuzz.FuzzTarget;
import io.streambed.fuzz.MemoryDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/** The note {@code _owned} of a claimed savepoint, as the next attempt reads and obeys it. */
public final class OwnedSavepointTarget implements FuzzTarget {
  private static final Path ROOT = Path.of("/fuzzed");
  private static final Path SAVEPOINT = Path.of("/savepoint-1");
  private static final UUID ID = new UUID(0x5EED, 9);
  private static final byte[] REMOVED = seed(true, SAVEPOINT.toString());

  @Override
  public List<byte[]> seeds() {
    return List.of(
        REMOVED,
        seed(false, SAVEPOINT.toString()),
        seed(true, "C:\\savepoint"),
        seed(true, "savepoint"),
        seed(true, "a\0b"));
  }

  private static byte[] seed(boolean removing, String path) {
    ByteWriter footer = new ByteWriter();
    footer.writeVarLong(1);
    footer.writeBoolean(removing);
    footer.writeLong(1);
    footer.writeLong(2);
    footer.writeText(path);
    return new FramedFile(1, false, List.of(), footer.toByteArray()).toInput();
  }

  @Override
  public void run(byte[] input) throws IOException {
    byte[] note = FramedFile.of(input).write(OwnedSavepoint.FORMAT, ID);
    FileSystem files = MemoryDisk.with(ROOT.resolve(OwnedSavepoint.FILE_NAME), note);
    OwnedSavepoint owned = new OwnedSavepoint(files, ROOT, MemoryDisk.ids());
    JobIdentity job = new JobIdentity("job", new UUID(1, 2));
    var written = new MetadataFormat.Written(1, 2, new UUID(3, 4));
    var entries = List.of(new CheckpointList.Entry(1, 1, written));
    if (owned.start(new CheckpointList(job, 2, entries))) {
      owned.remove();
    } else if (Arrays.equals(input, REMOVED)) {
      // Who starts goes on without a note that cannot be read, so no error would tell.
      throw new AssertionError("a note that can be read is not obeyed");
    }
  }
}
