package io.streambed.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.error.CorruptionException;
import io.streambed.operator.Attachments.Attachment;
import io.streambed.snapshot.OperatorStateHandle;
import io.streambed.snapshot.OperatorStateSlice;
import io.streambed.state.StateKind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.RunnableFuture;
import org.junit.jupiter.api.Test;

class AttachmentsTest {
  private final MemoryStreams streams = new MemoryStreams();
  private final List<Content> contents = new ArrayList<>();

  /** Gives few bytes at a time and remembers whether it was closed. */
  private static final class Content extends ByteArrayInputStream {
    private boolean closed;

    Content(byte[] bytes) {
      super(bytes);
    }

    @Override
    public synchronized int read(byte[] into, int offset, int length) {
      return super.read(into, offset, Math.min(length, 1_000));
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private Attachment attachment(String name, byte[] bytes, long length) {
    Content content = new Content(bytes);
    contents.add(content);
    return new Attachment(name, length, content);
  }

  private RunnableFuture<OperatorStateHandle> snapshot(Attachment... attachments) {
    return Attachments.snapshot(List.of(attachments), streams, OperatorFixture.OPTIONS);
  }

  @Test
  void copy_ofAStateThatIsNoAttachment_isAnErrorThatNamesTheFile() {
    OperatorStateBackend backend = new OperatorStateBackend(0, 1);
    OperatorFixture.offsets(backend).add(5L);
    OperatorStateHandle handle = OperatorFixture.snapshot(backend, streams);
    assertThatThrownBy(() -> copy(handle, "offsets"))
        .isInstanceOf(CorruptionException.class)
        .hasMessageContaining(MemoryStreams.name(handle));
  }

  private byte[] copy(OperatorStateHandle handle, String name) throws IOException {
    List<OperatorStateSlice> slices = Arrays.asList(OperatorFixture.whole(handle));
    ByteArrayOutputStream to = new ByteArrayOutputStream();
    assertThat(Attachments.copy(slices, name, streams, to)).isTrue();
    return to.toByteArray();
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private void assertAllClosed() {
    assertThat(contents).allMatch(content -> content.closed);
    assertThat(streams.open).isZero();
  }

  @Test
  void copy_anyLength_givesTheSameBytes() throws IOException {
    int[] lengths = {0, 1, 32_767, 32_768, 32_769, 200_000};
    List<Attachment> all = new ArrayList<>();
    for (int length : lengths) {
      all.add(attachment("file " + length, bytes(length), length));
    }
    OperatorStateHandle handle = OperatorFixture.finish(snapshot(all.toArray(Attachment[]::new)));
    assertThat(handle.states()).allMatch(part -> part.kind() == StateKind.UNION_LIST);
    for (int length : lengths) {
      assertThat(copy(handle, "file " + length)).isEqualTo(bytes(length));
    }
    assertAllClosed();
  }

  @Test
  void copy_noSuchAttachment_writesNothing() throws IOException {
    OperatorStateHandle handle = OperatorFixture.finish(snapshot(attachment("a", bytes(5), 5)));
    ByteArrayOutputStream to = new ByteArrayOutputStream();
    List<OperatorStateSlice> slices = Arrays.asList(OperatorFixture.whole(handle));
    assertThat(Attachments.copy(slices, "b", streams, to)).isFalse();
    assertThat(to.size()).isZero();
  }

  @Test
  void copy_targetFails_throwsThatAndClosesTheContainer() {
    OperatorStateHandle handle = OperatorFixture.finish(snapshot(attachment("a", bytes(5), 5)));
    List<OperatorStateSlice> slices = Arrays.asList(OperatorFixture.whole(handle));
    assertThatThrownBy(
            () ->
                Attachments.copy(
                    slices,
                    "a",
                    streams,
                    new ByteArrayOutputStream() {
                      @Override
                      public void write(byte[] piece) throws IOException {
                        throw new IOException("disk full");
                      }
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage("disk full");
    assertThat(streams.open).isZero();
  }

  @Test
  void copy_damagedContainer_isCorruption() {
    OperatorStateHandle handle =
        OperatorFixture.finish(snapshot(attachment("a", bytes(50_000), 50_000)));
    streams.files.get(MemoryStreams.name(handle))[40_000] ^= 1;
    assertThatThrownBy(() -> copy(handle, "a")).isInstanceOf(CorruptionException.class);
    assertThat(streams.open).isZero();
  }

  @Test
  void snapshot_ofNothing_givesNoHandle() {
    assertThat(OperatorFixture.finish(snapshot())).isNull();
    assertThat(streams.created).isZero();
  }

  @Test
  void snapshot_contentEndsTooEarly_failsAndClosesAll() {
    RunnableFuture<OperatorStateHandle> future =
        snapshot(attachment("whole", bytes(9), 9), attachment("short", bytes(99), 100));
    assertThatThrownBy(() -> OperatorFixture.finish(future))
        .hasStackTraceContaining("attachment \"short\" ends 1 bytes before its length 100");
    assertAllClosed();
  }

  @Test
  void snapshot_cancelledBeforeItRuns_closesTheContents() {
    snapshot(attachment("a", bytes(9), 9)).cancel(false);
    assertAllClosed();
  }

  /** A savepoint of today is read for ever. */
  @Test
  void snapshot_version1_givesTheBytesOnRecord() throws IOException {
    InputStream content = new Content("line\n".getBytes(StandardCharsets.UTF_8));
    OperatorStateHandle handle =
        OperatorFixture.finish(snapshot(new Attachment("_pending:0-0-run", 5, content)));
    String golden =
        "8b5354524d4245444f50455200010001000000000000000700000000000000016e6f6e6500000000"
            + "0000000000000000d90375f30000000700000007010000000000de8a935106056c696e650a2b00cf"
            + "e00000002300000023ff00000000005727859d01105f70656e64696e673a302d302d72756e080a62"
            + "7974652d61727261790100000106f7be608c000000000000005100000000000000b6000000000000"
            + "00070000000000000001abd814048b454e4453545242";
    assertThat(HexFormat.of().formatHex(streams.files.get(MemoryStreams.name(handle))))
        .isEqualTo(golden);
    streams.files.put(MemoryStreams.name(handle), HexFormat.of().parseHex(golden));
    assertThat(new String(copy(handle, "_pending:0-0-run"), StandardCharsets.UTF_8))
        .isEqualTo("line\n");
  }
}
