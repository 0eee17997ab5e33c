package io.streambed.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.error.CorruptionException;
import io.streambed.error.ForeignFileException;
import io.streambed.error.FormatVersionException;
import io.streambed.error.StreambedException;
import io.streambed.file.BlockWriter;
import io.streambed.file.Compression;
import io.streambed.file.FileIdentity;
import io.streambed.file.FileInput;
import io.streambed.key.KeyGroupRange;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.SnapshotType;
import io.streambed.snapshot.StreamHandle;
import io.streambed.state.StateKind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class MetadataFormatTest {
  private static final UUID FILE_ID = new UUID(0x0123456789abcdefL, 0x0f1e2d3c4b5a6978L);

  /** A file of version 1, to be read for ever. */
  private static final String GOLDEN_1 =
      "8b5354524d4245444d455441000100010123456789abcdef0f1e2d3c4b5a69786e6f6e6500000000"
          + "0000000000000000efaec4cc0000008b0000008b010000000000484b50ee01000301000000000000"
          + "00000000000000000003000000072a6b657965642d30303030303030302d303030302d303030302d"
          + "303030302d3030303030303030303030337b0201076f666673657473070302ffffffffa3b52e4000"
          + "000000000000030000000903010203010572756c657309020200000000067d48f700000000000000"
          + "0200000009030102031800c1410000004500000045010000000000aaf30633010407010000000000"
          + "0000040000000000000007000000072a6b657965642d30303030303030302d303030302d30303034"
          + "2d303030302d3030303030303030303030377b00c4833d870000000200000002010000000001dca9"
          + "172e0000bea579770000003400000034ff00000000003731ef1407666c6967687473000000000000"
          + "000100000000000000022afffffffffffffc1802030206746f74616c7302080473696e6b0104b48f"
          + "1d91000000000000014800000000000001be0123456789abcdef0f1e2d3c4b5a6978116c77258b45"
          + "4e4453545242";

  /** A file of version 2, with a store's own files. */
  private static final String GOLDEN_2 =
      "8b5354524d4245444d455441000100020123456789abcdef0f1e2d3c4b5a69786e6f6e6500000000"
          + "000000000000000001e5b9bd0000009b0000009b0100000000008980172101020003067461626c65"
          + "7302000000000000000800000000000000090000000a0204050203000000000000000b0000000000"
          + "00000cfffffff38098dc933403000000000000000f000000000000001000000011000201076f6666"
          + "73657473070302ffffffffa3b52e4000000000000000030000000903010203010572756c65730902"
          + "0200000000067d48f70000000000000002000000090301020338a766f60000004600000046010000"
          + "00000003033783010104070100000000000000040000000000000007000000072a6b657965642d30"
          + "303030303030302d303030302d303030342d303030302d3030303030303030303030377b004eedec"
          + "790000000200000002010000000001815b2e5c00006ee852910000003400000034ff000000000034"
          + "39f42307666c6967687473000000000000000100000000000000022afffffffffffffc1802030206"
          + "746f74616c7302080473696e6b01042128e0da000000000000015900000000000001cf0123456789"
          + "abcdef0f1e2d3c4b5a6978cc62e59d8b454e4453545242";

  /** What version 1 can hold. */
  private static CheckpointMetadata metadata() {
    return metadata(Handles.keyed(0, 3));
  }

  private static CheckpointMetadata metadataWithSharedFiles() {
    StreamHandle manifest = new StreamHandle.Inline(new UUID(8, 9), 10, new byte[] {4, 5});
    return metadata(
        new KeyedStateHandle.Incremental(
            new KeyGroupRange(0, 3),
            "tables",
            manifest,
            List.of(
                new StreamHandle.Shared(new UUID(11, 12), -13, 14_000_000_000L),
                new StreamHandle.Shared(new UUID(15, 16), 17, 0))));
  }

  private static CheckpointMetadata metadata(KeyedStateHandle first) {
    SubtaskState both =
        new SubtaskState(
            List.of(first),
            List.of(
                Handles.operator("offsets", StateKind.SPLIT_LIST, 3),
                Handles.operator("rules", StateKind.BROADCAST, 2)));
    return new CheckpointMetadata(
        new JobIdentity("flights", new UUID(1, 2)),
        42,
        -1_000,
        SnapshotType.SAVEPOINT,
        3,
        List.of(
            new OperatorSnapshot(
                "totals",
                2,
                8,
                List.of(both, new SubtaskState(List.of(Handles.keyed(4, 7)), List.of()))),
            new OperatorSnapshot("sink", 1, 4, List.of(SubtaskState.EMPTY))));
  }

  private static byte[] write(CheckpointMetadata metadata) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    MetadataFormat.write(out, metadata, FILE_ID);
    return out.toByteArray();
  }

  private static CheckpointMetadata read(byte[] bytes) throws IOException {
    return MetadataFormat.read(FileInput.of("_metadata", bytes));
  }

  @Test
  void read_written_equal() throws IOException {
    assertThat(read(write(metadata()))).isEqualTo(metadata());
    assertThat(read(write(metadataWithSharedFiles()))).isEqualTo(metadataWithSharedFiles());
  }

  @Test
  void read_version1_goldenBytes() throws IOException {
    assertThat(read(HexFormat.of().parseHex(GOLDEN_1))).isEqualTo(metadata());
  }

  @Test
  void write_version2_goldenBytes() throws IOException {
    assertThat(HexFormat.of().formatHex(write(metadataWithSharedFiles()))).isEqualTo(GOLDEN_2);
    assertThat(read(HexFormat.of().parseHex(GOLDEN_2))).isEqualTo(metadataWithSharedFiles());
  }

  @Test
  void read_anyBitFlipped_typedError() throws IOException {
    byte[] good = write(metadataWithSharedFiles());
    for (int bit = 0; bit < good.length * 8; bit++) {
      byte[] bad = good.clone();
      bad[bit / 8] ^= (byte) (1 << bit % 8);
      assertThatThrownBy(() -> read(bad)).as("bit %d", bit).isInstanceOf(StreambedException.class);
    }
  }

  @Test
  void read_anyTruncation_typedError() throws IOException {
    byte[] good = write(metadataWithSharedFiles());
    for (int length = 0; length < good.length; length++) {
      byte[] bad = Arrays.copyOf(good, length);
      assertThatThrownBy(() -> read(bad)).isInstanceOf(CorruptionException.class);
    }
  }

  @Test
  void read_anotherFileThanListed_foreignOrDamaged() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    MetadataFormat.Written written = MetadataFormat.write(out, metadata(), new UUID(5, 5));
    FileInput other = FileInput.of("_metadata", write(metadata()));
    assertThatThrownBy(() -> MetadataFormat.read(other, written))
        .isInstanceOf(ForeignFileException.class);
    MetadataFormat.Written longer =
        new MetadataFormat.Written(written.length() + 1, written.checksum(), new UUID(5, 5));
    FileInput same = FileInput.of("_metadata", out.toByteArray());
    assertThatThrownBy(() -> MetadataFormat.read(same, longer))
        .isInstanceOf(CorruptionException.class);
    MetadataFormat.Written changed =
        new MetadataFormat.Written(written.length(), written.checksum() + 1, new UUID(5, 5));
    assertThatThrownBy(() -> MetadataFormat.read(same, changed))
        .isInstanceOf(CorruptionException.class)
        .hasMessageContaining("checksum");
  }

  @Test
  void read_newerVersion_saysSo() throws IOException {
    byte[] bytes = file(new ByteWriter(), MetadataFormat.VERSION + 1);
    assertThatThrownBy(() -> read(bytes)).isInstanceOf(FormatVersionException.class);
  }

  @Test
  void read_validChecksumsAroundHostileFooter_corruptionWithoutLargeAllocation()
      throws IOException {
    for (int parallelism : new int[] {0, -1, 1, 32_768, Integer.MAX_VALUE}) {
      ByteWriter footer = new ByteWriter();
      MetadataFormat.writeJob(footer, new JobIdentity("j", new UUID(1, 2)));
      footer.writeVarLong(1);
      footer.writeLong(0);
      footer.writeByte(1);
      footer.writeVarLong(1);
      footer.writeVarInt(1);
      footer.writeText("totals");
      footer.writeVarInt(parallelism);
      footer.writeVarInt(Integer.MAX_VALUE);
      byte[] bytes = file(footer, 1);
      assertThatThrownBy(() -> read(bytes))
          .as("parallelism %d", parallelism)
          .isInstanceOf(CorruptionException.class)
          .hasMessageContaining("_metadata");
    }
  }

  @Test
  void read_blocksOfOtherOperatorsOrTooMany_corruption() throws IOException {
    assertThat(read(withBlocks(0)).operators()).hasSize(1);
    assertThatThrownBy(() -> read(withBlocks(1))).isInstanceOf(CorruptionException.class);
    assertThatThrownBy(() -> read(withBlocks(0, 0)))
        .isInstanceOf(CorruptionException.class)
        .hasMessageContaining("beyond the last subtask");
  }

  /** One operator of one subtask, and empty states in the given scopes. */
  private static byte[] withBlocks(int... scopes) throws IOException {
    ByteWriter footer = new ByteWriter();
    MetadataFormat.writeJob(footer, new JobIdentity("j", new UUID(1, 2)));
    footer.writeVarLong(1);
    footer.writeLong(0);
    footer.writeByte(1);
    footer.writeVarLong(1);
    footer.writeVarInt(1);
    footer.writeText("totals");
    footer.writeVarInt(1);
    footer.writeVarInt(8);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    FileIdentity identity = new FileIdentity(MetadataFormat.FORMAT, 1, FILE_ID);
    try (BlockWriter blocks = new BlockWriter(out, identity, Compression.NONE)) {
      for (int scope : scopes) {
        blocks.write(1, scope, ByteView.of(new byte[2]));
      }
      blocks.finish(footer.view());
    }
    return out.toByteArray();
  }

  @Test
  void read_nonsenseFooters_corruption() throws IOException {
    for (int seed = 0; seed < 2_000; seed++) {
      ByteWriter footer = new ByteWriter();
      footer.writeBytes(Handles.bytes(seed % 64, seed));
      byte[] bytes = file(footer, 1);
      assertThatThrownBy(() -> read(bytes))
          .as("seed %d", seed)
          .isInstanceOf(CorruptionException.class);
    }
  }

  private static byte[] file(ByteWriter footer, int version) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    FileIdentity identity = new FileIdentity(MetadataFormat.FORMAT, version, FILE_ID);
    try (BlockWriter blocks = new BlockWriter(out, identity, Compression.NONE)) {
      blocks.finish(footer.view());
    }
    return out.toByteArray();
  }
}
