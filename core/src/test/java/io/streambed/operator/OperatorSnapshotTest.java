package io.streambed.operator;

import static io.streambed.operator.OperatorFixture.OPTIONS;
import static io.streambed.operator.OperatorFixture.elements;
import static io.streambed.operator.OperatorFixture.entries;
import static io.streambed.operator.OperatorFixture.finish;
import static io.streambed.operator.OperatorFixture.lines;
import static io.streambed.operator.OperatorFixture.offsets;
import static io.streambed.operator.OperatorFixture.restored;
import static io.streambed.operator.OperatorFixture.rules;
import static io.streambed.operator.OperatorFixture.snapshot;
import static io.streambed.operator.OperatorFixture.whole;
import static io.streambed.operator.TestSerializers.NUMBER;
import static io.streambed.operator.TestSerializers.TALLY;
import static io.streambed.operator.TestSerializers.TEXT;
import static io.streambed.operator.TestSerializers.simple;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import io.streambed.error.SerializationException;
import io.streambed.file.Compression;
import io.streambed.operator.TestSerializers.Tally;
import io.streambed.serial.Serializer;
import io.streambed.serial.SerializerSnapshot;
import io.streambed.snapshot.OperatorStateHandle;
import io.streambed.snapshot.OperatorStateHandle.Part;
import io.streambed.snapshot.SnapshotOptions;
import io.streambed.state.BroadcastState;
import io.streambed.state.ListState;
import io.streambed.state.ListStateDescriptor;
import io.streambed.state.MapStateDescriptor;
import io.streambed.state.StateKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.RunnableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class OperatorSnapshotTest {
  private static final ListStateDescriptor<Tally> TALLIES =
      new ListStateDescriptor<>("tallies", TALLY);
  private static final MapStateDescriptor<String, Tally> TALLY_MAP =
      new MapStateDescriptor<>("tally-map", TEXT, TALLY);

  private final MemoryStreams streams = new MemoryStreams();
  private final OperatorStateBackend backend = new OperatorStateBackend(0, 1);

  @Test
  void snapshot_noState_givesNull() {
    assertThat(snapshot(backend, streams)).isNull();
    assertThat(streams.created).isZero();
  }

  @Test
  void snapshot_stateOfEachKind_namesItsParts() throws IOException {
    lines(backend).addAll(List.of("a", "b"));
    offsets(backend);
    rules(backend).put(1L, null);
    OperatorStateHandle handle = snapshot(backend, streams);
    assertThat(handle.states())
        .containsExactly(
            new Part("lines", StateKind.SPLIT_LIST, 2),
            new Part("offsets", StateKind.UNION_LIST, 0),
            new Part("rules", StateKind.BROADCAST, 1));
    assertThat(handle.data().length()).isEqualTo(streams.files.get("operator-0").length);
    assertThat(streams.open).isZero();
    OperatorStateBackend copy = restored(streams, whole(handle));
    assertThat(elements(lines(copy))).containsExactly("a", "b");
    assertThat(offsets(copy).get()).isNull();
    assertThat(rules(copy).contains(1L)).isTrue();
    assertThat(rules(copy).get(1L)).isNull();
    assertThat(streams.open).isZero();
  }

  @Test
  @Tag("FLINK-9263")
  void snapshot_stateChangedBeforeItIsWritten_holdsTheMomentOfTheCall() throws IOException {
    ListState<String> lines = lines(backend);
    lines.addAll(List.of("a", "b"));
    BroadcastState<Long, String> rules = rules(backend);
    rules.put(1L, "one");
    rules.put(2L, "two");
    RunnableFuture<OperatorStateHandle> first = backend.snapshot(1, streams, OPTIONS);
    lines.add("c");
    rules.put(1L, "changed");
    rules.remove(2L);
    rules.put(3L, "three");
    RunnableFuture<OperatorStateHandle> second = backend.snapshot(2, streams, OPTIONS);
    lines.update(List.of("x", "y", "z", "w"));
    rules.clear();
    offsets(backend).add(9L);

    OperatorStateBackend ofSecond = restored(streams, whole(finish(second)));
    OperatorStateBackend ofFirst = restored(streams, whole(finish(first)));
    assertThat(elements(lines(ofFirst))).containsExactly("a", "b");
    assertThat(entries(rules(ofFirst))).containsExactly("1=one", "2=two");
    assertThat(ofFirst.carried()).isEmpty();
    assertThat(elements(lines(ofSecond))).containsExactly("a", "b", "c");
    assertThat(entries(rules(ofSecond))).containsExactly("1=changed", "3=three");
  }

  @Test
  void snapshot_mutableElementsChangedAfterwards_holdsThemAsTheyWere() throws IOException {
    Tally kept = new Tally("kept", 1);
    backend.getListState(TALLIES).add(kept);
    backend.getBroadcastState(TALLY_MAP).put("k", kept);
    backend.getBroadcastState(TALLY_MAP).put("none", null);
    RunnableFuture<OperatorStateHandle> future = backend.snapshot(1, streams, OPTIONS);
    kept.count = 100;
    backend.getListState(TALLIES).get().forEach(tally -> tally.count++);
    backend.getBroadcastState(TALLY_MAP).get("k").count++;
    OperatorStateBackend copy = restored(streams, whole(finish(future)));
    assertThat(elements(copy.getListState(TALLIES))).hasToString("[kept=1]");
    assertThat(entries(copy.getBroadcastState(TALLY_MAP))).containsExactly("k=kept=1", "none=null");
    assertThat(kept.count).isEqualTo(102);
  }

  @Test
  @Tag("FLINK-6207")
  void snapshot_serializerKeepsState_isWrittenByADuplicate() {
    List<Serializer<String>> duplicates = new ArrayList<>();
    lines(backend).add("a");
    ListState<String> state =
        backend.getListState(
            new ListStateDescriptor<>("counted", new CountingDuplicates(duplicates)));
    state.add("b");
    int before = duplicates.size();
    int writesBefore = ((CountingDuplicates) duplicates.get(0)).writes;
    snapshot(backend, streams);
    assertThat(duplicates).hasSize(before + 1);
    assertThat(((CountingDuplicates) duplicates.get(0)).writes).isEqualTo(writesBefore);
    assertThat(((CountingDuplicates) duplicates.get(before)).writes).isEqualTo(1);
  }

  @Test
  void snapshot_manyElements_isReadBackWithEachCompression() throws IOException {
    List<String> many = new ArrayList<>();
    for (int i = 0; i < 30_000; i++) {
      many.add("line " + i);
    }
    many.add("long ".repeat(40_000));
    many.add("");
    for (Compression compression : List.of(Compression.NONE, Compression.DEFLATE)) {
      int[] writes = {0};
      streams.onWrite = () -> writes[0]++;
      OperatorStateBackend source = new OperatorStateBackend(0, 1);
      lines(source).addAll(many);
      rules(source).put(5L, "five");
      OperatorStateHandle handle =
          finish(source.snapshot(1, streams, SnapshotOptions.savepoint(compression)));
      OperatorStateBackend copy = restored(streams, whole(handle));
      assertThat(elements(lines(copy))).isEqualTo(many);
      assertThat(entries(rules(copy))).containsExactly("5=five");
      // Header, six blocks of lines and one of the long line's own, rules, footer, trailer.
      assertThat(writes[0]).isBetween(10, 14);
    }
  }

  @Test
  void cancel_whileWriting_leavesNothing() {
    for (int blocks = 0; blocks < 3; blocks++) {
      MemoryStreams storage = new MemoryStreams();
      lines(backend).add("x".repeat(100_000));
      RunnableFuture<OperatorStateHandle> future = backend.snapshot(1, storage, OPTIONS);
      int[] left = {blocks};
      storage.onWrite =
          () -> {
            if (left[0]-- == 0) {
              future.cancel(true);
            }
          };
      future.run();
      assertThat(future.isCancelled()).isTrue();
      assertThat(storage.created).isEqualTo(1);
      assertThat(storage.open).isZero();
      assertThat(storage.files).isEmpty();
      // The flag that cancel(true) set on this thread.
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void cancel_beforeTheRun_opensNothing() {
    lines(backend).add("a");
    RunnableFuture<OperatorStateHandle> future = backend.snapshot(1, streams, OPTIONS);
    future.cancel(false);
    future.run();
    assertThat(streams.created).isZero();
  }

  @Test
  void snapshot_storageFails_leavesNothing() {
    lines(backend).add("a");
    streams.onWrite =
        () -> {
          throw new IOException("no space");
        };
    assertThatThrownBy(() -> snapshot(backend, streams)).hasMessageContaining("no space");
    assertThat(streams.open).isZero();
    assertThat(streams.files).isEmpty();
  }

  @Test
  void snapshot_serializerThrows_namesTheState() {
    Serializer<String> broken =
        simple(
            "broken",
            false,
            (v, out) -> {
              if (v.equals("a")) {
                throw new UnsupportedOperationException("no writing");
              }
              out.writeText(v);
            },
            ByteReader::readText,
            v -> {
              if (v.isEmpty()) {
                throw new UnsupportedOperationException("no copying");
              }
              return v;
            });
    ListState<String> list = backend.getListState(new ListStateDescriptor<>("sick", broken));
    list.add("the first one, which tells nothing");
    list.add("a");
    assertThatThrownBy(() -> snapshot(backend, streams))
        .isInstanceOf(SerializationException.class)
        .hasMessageContainingAll("element of operator state \"sick\"", "no writing");
    assertThat(streams.open).isZero();
    assertThat(streams.files).isEmpty();
    list.add("");
    assertThatThrownBy(() -> backend.snapshot(2, streams, OPTIONS))
        .isInstanceOf(SerializationException.class)
        .hasMessageContainingAll("\"sick\"", "no copying");
  }

  @Test
  void open_serializerReadsAnotherLength_namesTheState() throws IOException {
    lines(backend).add("abc");
    rules(backend).put(1L, "abc");
    OperatorStateHandle handle = snapshot(backend, streams);
    Serializer<Integer> less =
        simple("text", true, (v, out) -> {}, in -> (int) in.readByte(), v -> v);
    Serializer<Long> more = simple("text", true, (v, out) -> {}, ByteReader::readLong, v -> v);
    OperatorStateBackend copy = restored(streams, whole(handle));
    assertThatThrownBy(() -> copy.getListState(new ListStateDescriptor<>("lines", less)))
        .isInstanceOf(SerializationException.class)
        .hasMessageContainingAll("element of operator state \"lines\"", "read 1 of the 4 bytes");
    assertThatThrownBy(() -> copy.getListState(new ListStateDescriptor<>("lines", more)))
        .isInstanceOf(SerializationException.class)
        .hasMessageContainingAll("\"lines\"", "8 bytes wanted, 4 left");
    assertThatThrownBy(
            () -> copy.getBroadcastState(new MapStateDescriptor<>("rules", NUMBER, less)))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("value of operator state \"rules\"");
    // What failed to open is still there, whole.
    assertThat(elements(lines(copy))).containsExactly("abc");
    assertThat(entries(rules(copy))).containsExactly("1=abc");
  }

  @Test
  void snapshot_version1_givesTheBytesOnRecord() throws IOException {
    lines(backend).addAll(List.of("a", "bc"));
    rules(backend).put(1L, "x");
    rules(backend).put(2L, null);
    OperatorStateHandle handle = snapshot(backend, streams);
    String golden =
        "8b5354524d4245444f50455200010001000000000000000700000000000000016e6f6e6500000000"
            + "0000000000000000d90375f30000000700000007010000000000de8a935102016103026263f7318c"
            + "3900000018000000180100000000015a1e7e6e0c0800000000000000010001780a08000000000000"
            + "0002019c002e400000002d0000002dff00000000001246ed5602056c696e65730704746578740100"
            + "0002050572756c657309066e756d6265720100000474657874010000021678482886000000000000"
            + "007f00000000000000ee000000000000000700000000000000014977061e8b454e4453545242";
    assertThat(HexFormat.of().formatHex(streams.files.get(MemoryStreams.name(handle))))
        .isEqualTo(golden);
    streams.files.put(MemoryStreams.name(handle), HexFormat.of().parseHex(golden));
    OperatorStateBackend copy = restored(streams, whole(handle));
    assertThat(elements(lines(copy))).containsExactly("a", "bc");
    assertThat(entries(rules(copy))).containsExactly("1=x", "2=null");
  }

  /** Counts what each duplicate writes. */
  private static final class CountingDuplicates implements Serializer<String> {
    private final List<Serializer<String>> all;
    private int writes;

    CountingDuplicates(List<Serializer<String>> all) {
      this.all = all;
    }

    @Override
    public void write(String value, ByteWriter out) {
      writes++;
      out.writeText(value);
    }

    @Override
    public String read(ByteReader in) {
      return in.readText();
    }

    @Override
    public String copy(String value) {
      return value;
    }

    @Override
    public boolean immutable() {
      return true;
    }

    @Override
    public Serializer<String> duplicate() {
      CountingDuplicates duplicate = new CountingDuplicates(all);
      all.add(duplicate);
      return duplicate;
    }

    @Override
    public SerializerSnapshot snapshot() {
      return SerializerSnapshot.of("counting");
    }
  }
}
