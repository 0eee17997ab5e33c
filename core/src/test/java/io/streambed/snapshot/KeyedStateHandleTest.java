package io.streambed.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import io.streambed.error.MalformedDataException;
import io.streambed.key.KeyGroupRange;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class KeyedStateHandleTest {
  private static final StreamHandle MANIFEST =
      new StreamHandle.Inline(new UUID(1, 1), 7, new byte[] {5});
  private static final StreamHandle.Shared FILE =
      new StreamHandle.Shared(new UUID(2, 2), 8, Long.MAX_VALUE);

  /** An incremental handle whose parts nobody has checked. */
  private static ByteReader bytes(String store, StreamHandle manifest, StreamHandle... files) {
    ByteWriter out = new ByteWriter();
    out.writeByte(2);
    out.writeVarInt(0);
    out.writeVarInt(7);
    out.writeText(store);
    manifest.write(out);
    out.writeVarInt(files.length);
    List.of(files).forEach(file -> file.write(out));
    return new ByteReader().set(out.view());
  }

  @Test
  void read_incremental_isWhatWasWritten() {
    assertThat(KeyedStateHandle.read(bytes("tables", MANIFEST, FILE)))
        .isEqualTo(
            new KeyedStateHandle.Incremental(
                new KeyGroupRange(0, 7), "tables", MANIFEST, List.of(FILE)));
  }

  @Test
  void read_incrementalThatNoStoreWrites_malformed() {
    StreamHandle.Shared otherContent = new StreamHandle.Shared(FILE.fileId(), 9, 10);
    StreamHandle.Shared sameId = new StreamHandle.Shared(MANIFEST.fileId(), 9, 10);
    List<ByteReader> nonsense =
        List.of(
            bytes("", MANIFEST, FILE),
            bytes("tables", FILE, FILE),
            bytes("tables", MANIFEST, MANIFEST),
            bytes("tables", MANIFEST, FILE, FILE),
            bytes("tables", MANIFEST, FILE, otherContent),
            bytes("tables", MANIFEST, sameId));
    for (ByteReader in : nonsense) {
      assertThatThrownBy(() -> KeyedStateHandle.read(in))
          .isInstanceOf(MalformedDataException.class);
    }
  }
}
