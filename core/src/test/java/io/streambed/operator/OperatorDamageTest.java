package io.streambed.operator;

import static io.streambed.operator.OperatorFixture.lines;
import static io.streambed.operator.OperatorFixture.offsets;
import static io.streambed.operator.OperatorFixture.restored;
import static io.streambed.operator.OperatorFixture.rules;
import static io.streambed.operator.OperatorFixture.snapshot;
import static io.streambed.operator.OperatorFixture.whole;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.error.CorruptionException;
import io.streambed.file.BlockWriter;
import io.streambed.file.Compression;
import io.streambed.file.FileIdentity;
import io.streambed.snapshot.OperatorStateHandle;
import io.streambed.snapshot.OperatorStateHandle.Part;
import io.streambed.snapshot.SnapshotOutput;
import io.streambed.state.StateKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OperatorDamageTest {
  private final MemoryStreams streams = new MemoryStreams();
  private OperatorStateHandle handle;
  private byte[] bytes;

  @BeforeEach
  void write() {
    OperatorStateBackend backend = new OperatorStateBackend(0, 1);
    lines(backend).addAll(List.of("a", "bc"));
    offsets(backend).add(7L);
    rules(backend).put(1L, "x");
    handle = snapshot(backend, streams);
    bytes = streams.files.get(MemoryStreams.name(handle));
  }

  @Test
  void restore_anyBitFlipped_isDamage() {
    for (int bit = 0; bit < bytes.length * 8; bit++) {
      byte[] damaged = bytes.clone();
      damaged[bit / 8] ^= (byte) (1 << bit % 8);
      expectDamage(damaged, "bit " + bit);
    }
  }

  @Test
  void restore_anyTruncationOrExtension_isDamage() {
    for (int length = 0; length < bytes.length; length++) {
      expectDamage(Arrays.copyOf(bytes, length), "length " + length);
    }
    expectDamage(Arrays.copyOf(bytes, bytes.length + 1), "one byte more");
  }

  @Test
  void restore_anotherContainerInItsPlace_isDamage() {
    OperatorStateHandle first = handle;
    write();
    streams.files.put(MemoryStreams.name(first), bytes);
    assertThatThrownBy(() -> restored(streams, whole(first)))
        .isInstanceOf(CorruptionException.class)
        .hasMessageContaining(MemoryStreams.name(first));
  }

  private void expectDamage(byte[] damaged, String what) {
    streams.files.put(MemoryStreams.name(handle), damaged);
    assertThatThrownBy(() -> restored(streams, whole(handle)))
        .as(what)
        .isInstanceOf(CorruptionException.class)
        .hasMessageContaining(MemoryStreams.name(handle));
    assertThat(streams.open).isZero();
  }

  @Test
  void open_handleSaysAnother_isDamage() {
    List<List<Part>> lies = new ArrayList<>();
    for (int i = 0; i < handle.states().size(); i++) {
      Part part = handle.states().get(i);
      lies.add(with(i, new Part("other", part.kind(), part.elements())));
      lies.add(with(i, new Part(part.name(), part.kind(), part.elements() + 1)));
    }
    lies.add(with(0, new Part("lines", StateKind.UNION_LIST, 2)));
    lies.add(handle.states().subList(0, 2));
    for (List<Part> lie : lies) {
      OperatorStateHandle lying = new OperatorStateHandle(lie, handle.data());
      assertThatThrownBy(() -> restored(streams, whole(lying)))
          .as("%s", lie)
          .isInstanceOf(CorruptionException.class)
          .hasMessageContaining(MemoryStreams.name(handle));
    }
    assertThat(streams.open).isZero();
  }

  private List<Part> with(int index, Part part) {
    List<Part> parts = new ArrayList<>(handle.states());
    parts.set(index, part);
    return parts;
  }

  @Test
  void forEach_wholeContainer_givesEachElementsBytes() throws IOException {
    List<String> seen = new ArrayList<>();
    try (OperatorContainerReader reader = OperatorContainerReader.open(handle, streams)) {
      assertThat(reader.states()).extracting(StoredState::elements).containsExactly(2, 1, 1);
      assertThat(reader.states()).extracting(StoredState::bytes).containsExactly(5L, 8L, 12L);
      reader.forEach((s, i, content) -> seen.add(s.name() + " " + i + " " + content.length()));
      assertThatThrownBy(() -> reader.forEach((s, i, content) -> {}))
          .isInstanceOf(IllegalStateException.class);
    }
    assertThat(seen).containsExactly("lines 0 2", "lines 1 3", "offsets 0 8", "rules 0 12");
  }

  // Below: files with right checksums and wrong contents, as only an enemy writes them.

  @Test
  void read_elementLongerThanItsBlock_isDamage() throws IOException {
    expectRefused(row(1, 1), linesPart(1), block(0, 5, 1), "a length of 5");
  }

  @Test
  void read_countsThatDiffer_isDamage() throws IOException {
    expectRefused(row(2, 1), linesPart(2), block(0, 1, 9), "2 elements of 1 bytes");
    expectRefused(row(1, 1), linesPart(1), block(0, 2, 9, 9), "found 1 elements of 2 bytes");
  }

  @Test
  void read_blockOfNoRow_isDamage() throws IOException {
    expectRefused(row(0, 0), linesPart(0), block(1, 1, 9), "scope 1");
    expectRefused(row(0, 0), linesPart(0), block(-1, 1, 9), "scope -1");
  }

  @Test
  void read_numberOfElementsBeyondAnInt_isDamage() throws IOException {
    expectRefused(row(-1, 1), linesPart(0), block(0, 1, 9), "4294967295 elements");
  }

  @Test
  void read_footerWithMoreRowsThanBytes_isDamage() throws IOException {
    ByteWriter footer = new ByteWriter();
    footer.writeVarInt(1 << 27);
    expectRefused(footer, linesPart(0), block(0), "a count of");
  }

  @Test
  void read_keyLongerThanItsElement_isDamage() throws IOException {
    ByteWriter footer = new ByteWriter();
    footer.writeVarInt(1);
    footer.writeText("rules");
    footer.writeByte(StateKind.BROADCAST.code());
    TestSerializers.NUMBER.snapshot().write(footer);
    TestSerializers.TEXT.snapshot().write(footer);
    footer.writeVarInt(1);
    footer.writeVarLong(3);
    Part part = new Part("rules", StateKind.BROADCAST, 1);
    expectRefused(footer, part, block(0, 3, 3, 0, 0), "a length of 3");
    expectRefused(footer, part, block(0, 3, 1, 0, 2), "a flag");
    expectRefused(footer, part, block(0, 3, 0, 1, 9), "1 bytes left over");
  }

  @Test
  void read_twoStatesOfOneName_isDamage() throws IOException {
    ByteWriter footer = new ByteWriter();
    footer.writeVarInt(3);
    for (String name : List.of("lines", "other", "lines")) {
      writeRow(footer, name, 0, 0);
    }
    expectRefused(footer, linesPart(0), block(0), "two states named \"lines\"");
  }

  private static ByteWriter row(int elements, int bytes) {
    ByteWriter footer = new ByteWriter();
    footer.writeVarInt(1);
    writeRow(footer, "lines", elements, bytes);
    return footer;
  }

  private static void writeRow(ByteWriter footer, String name, int elements, int bytes) {
    footer.writeText(name);
    footer.writeByte(StateKind.SPLIT_LIST.code());
    TestSerializers.TEXT.snapshot().write(footer);
    footer.writeVarInt(elements);
    footer.writeVarLong(bytes);
  }

  private record Block(int scope, byte[] content) {}

  private static Block block(int scope, int... content) {
    byte[] array = new byte[content.length];
    for (int i = 0; i < array.length; i++) {
      array[i] = (byte) content[i];
    }
    return new Block(scope, array);
  }

  private static Part linesPart(long elements) {
    return new Part("lines", StateKind.SPLIT_LIST, elements);
  }

  private void expectRefused(ByteWriter footer, Part part, Block block, String message)
      throws IOException {
    SnapshotOutput out = streams.create("enemy");
    BlockWriter blocks =
        new BlockWriter(out, new FileIdentity("OPER", 1, out.fileId()), Compression.NONE);
    blocks.write(1, block.scope(), ByteView.of(block.content()));
    blocks.finish(footer.view());
    OperatorStateHandle hostile =
        new OperatorStateHandle(List.of(part), out.finish(blocks.checksum()));
    out.close();
    assertThatThrownBy(() -> restored(streams, whole(hostile)))
        .isInstanceOf(CorruptionException.class)
        .hasMessageContainingAll("enemy", message);
    assertThat(streams.open).isZero();
  }
}
