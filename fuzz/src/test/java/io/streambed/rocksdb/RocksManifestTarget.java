package io.streambed.rocksdb;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import io.streambed.entry.Expiry;
import io.streambed.entry.Schema;
import io.streambed.entry.StateSchema;
import io.streambed.error.StreambedException;
import io.streambed.file.Compression;
import io.streambed.file.FileInput;
import io.streambed.fuzz.FramedFile;
import io.streambed.fuzz.FuzzTarget;
import io.streambed.fuzz.Trial;
import io.streambed.key.KeyGroupRange;
import io.streambed.rocksdb.RocksManifest.NativeFile;
import io.streambed.rocksdb.RocksManifest.Place;
import io.streambed.rocksdb.RocksManifest.Table;
import io.streambed.rocksdb.RocksManifest.Tables;
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
import java.util.List;
import java.util.UUID;

/** The manifest of an incremental checkpoint, and RocksDB's own files in it. */
public final class RocksManifestTarget implements FuzzTarget {
  private static final String NAME = "/fuzzed/rocksdb-0.data";
  private static final UUID ID = new UUID(0x5EED, 14);
  private static final KeyGroupRange RANGE = new KeyGroupRange(2, 5);

  @Override
  public List<byte[]> seeds() throws IOException {
    FramedFile content = sample();
    return List.of(content.toInput(), content.withFooterMade().toInput());
  }

  private static FramedFile sample() throws IOException {
    MemoryStreams streams = new MemoryStreams();
    try (SnapshotOutput out = streams.create("manifest")) {
      int checksum = RocksManifestFormat.write(manifest(), natives(), Compression.NONE, out);
      StreamHandle stream = out.finish(checksum);
      byte[] written = new byte[(int) stream.length()];
      try (FileInput in = streams.open(stream)) {
        in.readFully(0, written, 0, written.length);
      }
      return FramedFile.ofFile(written, RocksManifestFormat.NAME);
    }
  }

  private static RocksManifest manifest() {
    StreamHandle.Shared shared = new StreamHandle.Shared(new UUID(1, 2), 3, 1000);
    List<Table> tables =
        List.of(
            new Table(
                new TableFile("000012.sst", 3, 1, 1000, 5, 9),
                11,
                new TableContent.SharedFile(shared)),
            new Table(
                new TableFile("000014.sst", 4, 0, 3, 12, 92),
                14,
                new TableContent.InManifest(new byte[] {7, 8, 9})));
    List<StateSchema> states = List.of(value("counts"), value("sums"), value("means"));
    List<Place> places = List.of(new Place(3, -1), new Place(4, 0), Place.NOWHERE);
    return new RocksManifest(
        new SnapshotOrigin("job", "operator", 1, 7),
        RANGE,
        new RocksManifest.States(new Schema(8, Serializers.longs().snapshot(), states), 8, places),
        new Tables(tables, 100));
  }

  private static StateSchema value(String name) {
    return new StateSchema(
        name,
        StateKind.VALUE,
        Serializers.unit().snapshot(),
        null,
        Serializers.longs().snapshot(),
        Expiry.NONE);
  }

  private static List<NativeFile> natives() {
    return List.of(
        new NativeFile("CURRENT", "MANIFEST-000009\n".getBytes(StandardCharsets.US_ASCII)),
        new NativeFile("MANIFEST-000009", new byte[] {1, 2, 3}));
  }

  @Override
  public void run(byte[] input) throws IOException {
    FramedFile content = FramedFile.of(input);
    byte[] file = content.write(RocksManifestFormat.NAME, ID, offsets -> footer(content, offsets));
    KeyedStateHandle.Incremental handle = handle(content, file.length);
    Trial.naming(
        NAME,
        () -> {
          try (RocksManifestReader reader =
              RocksManifestReader.open(handle, stream -> FileInput.of(NAME, file))) {
            RocksManifest manifest = reader.manifest();
            for (int state = 0; state < manifest.places().size(); state++) {
              manifest.tablesOf(state);
              manifest.places().get(state).prefix();
            }
            manifest.sharedTables();
            reader.natives();
          }
        });
  }

  /** An honest handle: it names what the manifest holds. */
  private static KeyedStateHandle.Incremental handle(FramedFile content, long length) {
    KeyGroupRange range = RANGE;
    List<StreamHandle.Shared> files = List.of();
    for (FramedFile.Block block : content.blocks()) {
      try {
        if (block.type() == RocksManifestFormat.CONTENTS) {
          RocksManifest read =
              RocksManifestFormat.readContents(new ByteReader(block.payload()), content.version());
          range = read.range();
          files = read.files();
        }
      } catch (StreambedException e) {
        // The reader will say so.
      }
    }
    StreamHandle manifest = new StreamHandle.InFile(ID, 0, "m", length);
    try {
      return new KeyedStateHandle.Incremental(range, "rocksdb", manifest, files);
    } catch (IllegalArgumentException e) {
      // A handle cannot name a file twice.
      return new KeyedStateHandle.Incremental(range, "rocksdb", manifest, List.of());
    }
  }

  /** A footer that leads to all blocks. */
  private static byte[] footer(FramedFile content, List<Long> offsets) {
    long contents = 0;
    List<Long> natives = new ArrayList<>();
    for (int i = 0; i < offsets.size(); i++) {
      if (content.blocks().get(i).type() == RocksManifestFormat.CONTENTS) {
        contents = offsets.get(i);
      } else {
        natives.add(offsets.get(i));
      }
    }
    ByteWriter out = new ByteWriter();
    List<String> names =
        natives.stream().map(at -> at.equals(natives.get(0)) ? "CURRENT" : "MANIFEST-1").toList();
    new RocksManifestFormat.Footer(contents, names, natives).write(out);
    return out.toByteArray();
  }
}
