package io.streambed.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.entry.Expiry;
import io.streambed.entry.Schema;
import io.streambed.entry.StateSchema;
import io.streambed.error.CorruptionException;
import io.streambed.error.ForeignFileException;
import io.streambed.error.FormatVersionException;
import io.streambed.file.Compression;
import io.streambed.file.FileInput;
import io.streambed.key.KeyGroupRange;
import io.streambed.rocksdb.RocksManifest.NativeFile;
import io.streambed.rocksdb.RocksManifest.Place;
import io.streambed.rocksdb.RocksManifest.Table;
import io.streambed.rocksdb.RocksManifest.Tables;
import io.streambed.rocksdb.TableContent.SharedFile;
import io.streambed.serial.Serializers;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.SnapshotOrigin;
import io.streambed.snapshot.SnapshotOutput;
import io.streambed.snapshot.StreamHandle;
import io.streambed.state.StateKind;
import io.streambed.testkit.store.MemoryStreams;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RocksManifestTest {
  private static final KeyGroupRange RANGE = new KeyGroupRange(2, 5);
  private static final StreamHandle.Shared FIRST =
      new StreamHandle.Shared(new UUID(1, 2), 0x01020304, 1000);
  private static final StreamHandle.Shared SECOND =
      new StreamHandle.Shared(new UUID(3, 4), 0x05060708, 2000);
  private static final List<NativeFile> NATIVES =
      List.of(
          new NativeFile("CURRENT", "MANIFEST-000009\n".getBytes(StandardCharsets.US_ASCII)),
          new NativeFile("MANIFEST-000009", new byte[] {1, 2, 3}));
  private static final StreamHandle.Shared THIRD =
      new StreamHandle.Shared(new UUID(5, 6), 0x090A0B0C, 3000);
  private static final StateSchema COUNTS = value("counts");
  private static final StateSchema TIMERS =
      new StateSchema(
          "timers", StateKind.QUEUE, null, null, Serializers.longs().snapshot(), Expiry.NONE);
  private static final Table LOW =
      new Table(new TableFile("000012.sst", 3, 1, 1000, 5, 9), 11, new SharedFile(FIRST));
  private static final Table HIGH =
      new Table(new TableFile("000011.sst", 3, 0, 2000, 10, 90), 12, new SharedFile(SECOND));
  private static final Table SHARED =
      new Table(new TableFile("000013.sst", 4, 0, 3000, 11, 91), 13, new SharedFile(THIRD));
  private static final Table FEW =
      new Table(
          new TableFile("000014.sst", 4, 0, 3, 12, 92),
          14,
          new TableContent.InManifest(new byte[] {7, 8, 9}));
  private static final RocksManifest MANIFEST = withTables(LOW, HIGH, FEW, SHARED);

  /** Before a manifest held the bytes of table files. */
  private static final RocksManifest SECOND_MANIFEST = withTables(LOW, HIGH, SHARED);

  /** Before states shared a column. */
  private static final RocksManifest FIRST_MANIFEST =
      manifest(
          List.of(COUNTS, TIMERS), List.of(new Place(3, -1), Place.NOWHERE), List.of(LOW, HIGH));

  private final byte[] bytes = write();
  private final KeyedStateHandle.Incremental handle =
      handle(bytes, RANGE, List.of(FIRST, SECOND, THIRD));

  private static StateSchema value(String name) {
    return new StateSchema(
        name,
        StateKind.VALUE,
        Serializers.unit().snapshot(),
        null,
        Serializers.longs().snapshot(),
        Expiry.NONE);
  }

  private static RocksManifest manifest(
      List<StateSchema> states, List<Place> places, List<Table> tables) {
    return new RocksManifest(
        new SnapshotOrigin("job", "operator", 1, 7),
        RANGE,
        new RocksManifest.States(new Schema(8, Serializers.longs().snapshot(), states), 8, places),
        new Tables(tables, 100));
  }

  private static RocksManifest withTables(Table... tables) {
    return manifest(
        List.of(COUNTS, TIMERS, value("sums"), value("means")),
        List.of(new Place(3, -1), Place.NOWHERE, new Place(4, 0), new Place(4, 7)),
        List.of(tables));
  }

  private static byte[] write() {
    MemoryStreams streams = new MemoryStreams();
    try (SnapshotOutput out = streams.create("manifest")) {
      int checksum = RocksManifestFormat.write(MANIFEST, NATIVES, Compression.NONE, out);
      StreamHandle stream = out.finish(checksum);
      byte[] written = new byte[(int) stream.length()];
      try (FileInput in = streams.open(stream)) {
        in.readFully(0, written, 0, written.length);
      }
      return written;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static KeyedStateHandle.Incremental handle(
      byte[] written, KeyGroupRange range, List<StreamHandle.Shared> files) {
    StreamHandle manifest = new StreamHandle.InFile(new UUID(0x5EED, 1), 0, "m", written.length);
    return new KeyedStateHandle.Incremental(range, "rocksdb", manifest, files);
  }

  private static RocksManifest open(KeyedStateHandle.Incremental handle, byte[] content)
      throws IOException {
    return RocksManifest.open(handle, stream -> FileInput.of("the manifest", content));
  }

  @Test
  void open_written_givesEverythingBack() throws IOException {
    RocksManifest read = open(handle, bytes);
    assertThat(read).isEqualTo(MANIFEST);
    assertThat(read.bytes()).isEqualTo(6003);
    assertThat(read.tablesOf(0))
        .extracting(table -> table.file().name())
        .containsExactly("000011.sst", "000012.sst");
    for (int state : List.of(1, 2, 3)) {
      assertThat(read.tablesOf(state)).isEmpty();
    }
    assertThat(read.sharedTables()).containsExactly(SHARED, FEW);
    try (RocksManifestReader reader =
        RocksManifestReader.open(handle, stream -> FileInput.of("the manifest", bytes))) {
      assertThat(reader.natives()).hasSize(2);
      assertThat(reader.natives().get(0).name()).isEqualTo("CURRENT");
      assertThat(reader.natives().get(1).content()).containsExactly(1, 2, 3);
    }
  }

  @Test
  void write_sample_givesTheGoldenBytes() {
    assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(GOLDEN);
  }

  @Test
  void open_secondVersion_hasSharedFilesOnly() throws IOException {
    byte[] second = HexFormat.of().parseHex(SECOND_GOLDEN);
    assertThat(open(handle(second, RANGE, List.of(FIRST, SECOND, THIRD)), second))
        .isEqualTo(SECOND_MANIFEST);
  }

  @Test
  void open_firstVersion_hasNoSharedColumn() throws IOException {
    byte[] first = HexFormat.of().parseHex(FIRST_GOLDEN);
    RocksManifest read = open(handle(first, RANGE, List.of(FIRST, SECOND)), first);
    assertThat(read).isEqualTo(FIRST_MANIFEST);
    assertThat(read.sharedTables()).isEmpty();
  }

  @Test
  void open_everyTruncation_isNoticed() {
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> readAll(cut))
          .as("cut to %s bytes", length)
          .isInstanceOf(CorruptionException.class);
    }
    assertThatThrownBy(() -> readAll(Arrays.copyOf(bytes, bytes.length + 1)))
        .isInstanceOf(CorruptionException.class);
  }

  @Test
  void open_everyBitFlipped_isNoticed() {
    for (int bit = 0; bit < bytes.length * 8; bit++) {
      byte[] flipped = bytes.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      assertThatThrownBy(() -> readAll(flipped))
          .as("bit %s", bit)
          .isInstanceOfAny(
              CorruptionException.class, FormatVersionException.class, ForeignFileException.class);
    }
  }

  private void readAll(byte[] content) throws IOException {
    try (RocksManifestReader reader =
        RocksManifestReader.open(handle, stream -> FileInput.of("the manifest", content))) {
      reader.natives();
    }
  }

  @Test
  void open_handleOfOtherFilesOrKeyGroups_isRefused() {
    List<KeyedStateHandle.Incremental> others = new ArrayList<>();
    others.add(handle(bytes, new KeyGroupRange(2, 4), List.of(FIRST, SECOND, THIRD)));
    others.add(handle(bytes, RANGE, List.of(SECOND, FIRST, THIRD)));
    others.add(handle(bytes, RANGE, List.of(FIRST, SECOND)));
    StreamHandle.Shared otherThird = new StreamHandle.Shared(new UUID(5, 6), 0, 3000);
    others.add(handle(bytes, RANGE, List.of(FIRST, SECOND, otherThird)));
    for (KeyedStateHandle.Incremental other : others) {
      assertThatThrownBy(() -> open(other, bytes))
          .isInstanceOf(CorruptionException.class)
          .hasMessageContaining("the manifest");
    }
  }

  @Test
  void constructor_partsThatDoNotFit_areRefused() {
    TableFile file = new TableFile("000012.sst", 3, 1, 1000, 5, 9);
    for (Runnable wrong :
        List.<Runnable>of(
            () -> new TableFile("../12.sst", 3, 1, 1000, 5, 9),
            () -> new TableFile("000012.sst", 3, 1, 1000, 9, 5),
            () -> new Table(file, 1, new SharedFile(SECOND)),
            () -> new Tables(List.of(new Table(file, 1, new SharedFile(FIRST))), 8),
            () ->
                new Tables(
                    List.of(
                        new Table(file, 1, new SharedFile(FIRST)),
                        new Table(file, 1, new SharedFile(FIRST))),
                    9),
            () -> new NativeFile("MANIFEST-1/../../x", new byte[0]),
            () -> new RocksManifest.States(MANIFEST.schema(), -2, MANIFEST.places()),
            () -> new Place(-2, -1),
            () -> new Place(3, -2),
            () -> new Place(-1, 0),
            () -> withPlaces(new Place(3, -1)),
            // The table files are of column 3.
            () -> withPlaces(new Place(4, -1), new Place(5, -1)),
            () -> withPlaces(new Place(3, -1), new Place(3, -1)),
            () -> withPlaces(new Place(3, 1), new Place(3, 1)),
            () -> withPlaces(new Place(3, 1), new Place(3, -1)),
            () -> withPlaces(new Place(3, 1), new Place(4, 2)))) {
      assertThatThrownBy(wrong::run).isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static RocksManifest withPlaces(Place... places) {
    return manifest(List.of(COUNTS, TIMERS), List.of(places), List.of(LOW, HIGH));
  }

  private static final String GOLDEN =
      "8b5354524d424544524b4442000100030000000000005eed00000000000000016e6f6e6500000000"
          + "00000000000000002dd7625c0000001000000010010000000000d2b796f04d414e49464553542d30"
          + "30303030390a3724d0140000000300000003010000000001dd1f607f01020325c370650000010b00"
          + "00010b0200000000001d565b58036a6f62086f70657261746f720107020508046c6f6e6701000004"
          + "06636f756e7473010004766f6964010000046c6f6e670100000674696d6572730600046c6f6e6701"
          + "00000473756d73010004766f6964010000046c6f6e67010000056d65616e73010004766f69640100"
          + "00046c6f6e67010000090504000500050764040a3030303031322e737374030105090b0103000000"
          + "0000000001000000000000000201020304e8070a3030303031312e73737403000a5a0c0103000000"
          + "0000000003000000000000000405060708d00f0a3030303031342e73737404000c5c0e0003070809"
          + "0a3030303031332e73737404000b5b0d010300000000000000050000000000000006090a0b0cb817"
          + "968717cd0000001c0000001cff00000000008cd2d74c73020743555252454e54340f4d414e494645"
          + "53542d3030303030395a848ca16b000000000000019400000000000001f20000000000005eed0000"
          + "0000000000013e72f6aa8b454e4453545242";

  private static final String SECOND_GOLDEN =
      "8b5354524d424544524b4442000100020000000000005eed00000000000000016e6f6e6500000000"
          + "000000000000000077ee49730000001000000010010000000000d2b796f04d414e49464553542d30"
          + "30303030390a3724d0140000000300000003010000000001dd1f607f01020325c37065000000f300"
          + "0000f3020000000000db935801036a6f62086f70657261746f720107020508046c6f6e6701000004"
          + "06636f756e7473010004766f6964010000046c6f6e670100000674696d6572730600046c6f6e6701"
          + "00000473756d73010004766f6964010000046c6f6e67010000056d65616e73010004766f69640100"
          + "00046c6f6e67010000090504000500050764030a3030303031322e737374030105090b0300000000"
          + "00000001000000000000000201020304e8070a3030303031312e73737403000a5a0c030000000000"
          + "000003000000000000000405060708d00f0a3030303031332e73737404000b5b0d03000000000000"
          + "00050000000000000006090a0b0cb8179e13953d0000001c0000001cff0000000000ca682cb17302"
          + "0743555252454e54340f4d414e49464553542d3030303030395a5a80f419000000000000017c0000"
          + "0000000001da0000000000005eed0000000000000001fc89b0db8b454e4453545242";

  private static final String FIRST_GOLDEN =
      "8b5354524d424544524b4442000100010000000000005eed00000000000000016e6f6e6500000000"
          + "000000000000000099a534020000001000000010010000000000d2b796f04d414e49464553542d30"
          + "30303030390a3724d0140000000300000003010000000001dd1f607f01020325c370650000009800"
          + "000098020000000000b298a634036a6f62086f70657261746f720107020508046c6f6e6701000002"
          + "06636f756e7473010004766f6964010000046c6f6e670100000674696d6572730600046c6f6e6701"
          + "000009040064020a3030303031322e737374030105090b0300000000000000010000000000000002"
          + "01020304e8070a3030303031312e73737403000a5a0c030000000000000003000000000000000405"
          + "060708d00f66bdbe470000001c0000001cff0000000000f703284173020743555252454e54340f4d"
          + "414e49464553542d3030303030395a3ccf82af0000000000000121000000000000017f0000000000"
          + "005eed00000000000000011067bc658b454e4453545242";
}
