package io.streambed.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.error.CorruptionException;
import io.streambed.file.FileInput;
import io.streambed.key.KeyGroupRange;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.SnapshotOutput;
import io.streambed.snapshot.SnapshotStreams;
import io.streambed.snapshot.StreamHandle;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryStreamsTest {
  private final MemoryStreams streams = new MemoryStreams();

  private static StreamHandle.Shared upload(SnapshotStreams checkpoint) throws IOException {
    try (SnapshotOutput out = checkpoint.shared().create("table")) {
      out.write(7);
      return (StreamHandle.Shared) out.finish(1);
    }
  }

  private static List<KeyedStateHandle> state(
      SnapshotStreams checkpoint, StreamHandle.Shared... files) throws IOException {
    try (SnapshotOutput out = checkpoint.create("manifest")) {
      out.write(1);
      return List.of(
          new KeyedStateHandle.Incremental(
              new KeyGroupRange(0, 1), "store", out.finish(2), List.of(files)));
    }
  }

  @Test
  void create_withoutCheckpoint_sharesNothing() {
    assertThat(streams.shared()).isNull();
  }

  @Test
  void abort_uploadedFile_isTakenOnByTheNext() throws IOException {
    SnapshotStreams first = streams.forCheckpoint(1);
    StreamHandle.Shared file = upload(first);
    StreamHandle.Shared unwanted = upload(first);
    SnapshotStreams second = streams.forCheckpoint(2);
    streams.abort(1);
    assertThat(second.shared().reuse(file)).isTrue();
    assertThatThrownBy(() -> upload(first)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> state(first)).isInstanceOf(IOException.class);
    streams.complete(2, state(second, file));
    assertThat(streams.isThere(file)).isTrue();
    assertThat(streams.isThere(unwanted)).isFalse();
    streams.subsume(2);
    assertThat(streams.finishedStreams()).isZero();
    assertThat(streams.openStreams()).isZero();
  }

  @Test
  void abort_repeatedOrBesideAnother_takesNothingFromOthers() throws IOException {
    SnapshotStreams first = streams.forCheckpoint(1);
    StreamHandle.Shared kept = upload(first);
    streams.complete(1, state(first, kept));
    SnapshotStreams second = streams.forCheckpoint(2);
    SnapshotStreams third = streams.forCheckpoint(3);
    assertThat(second.shared().reuse(kept)).isTrue();
    StreamHandle.Shared ofSecond = upload(second);
    StreamHandle.Shared ofThird = upload(third);
    streams.abort(2);
    streams.abort(2);
    assertThat(streams.isThere(kept) && streams.isThere(ofThird)).isTrue();
    streams.complete(3, state(third, ofThird));
    assertThat(streams.isThere(ofSecond)).isFalse();
    assertThat(streams.isThere(kept) && streams.isThere(ofThird)).isTrue();
    streams.subsume(1);
    streams.subsume(3);
    assertThat(streams.finishedStreams()).isZero();
  }

  @Test
  void subsume_reusedFile_staysWithTheLaterCheckpoint() throws IOException {
    SnapshotStreams first = streams.forCheckpoint(1);
    StreamHandle.Shared kept = upload(first);
    StreamHandle.Shared dropped = upload(first);
    StreamHandle.Shared unused = upload(first);
    List<KeyedStateHandle> one = state(first, kept, dropped);
    StreamHandle manifest = one.get(0).streams().findFirst().orElseThrow();
    streams.complete(1, one);
    assertThat(streams.isThere(unused)).isFalse();
    SnapshotStreams second = streams.forCheckpoint(2);
    assertThat(second.shared().reuse(kept)).isTrue();
    streams.complete(2, state(second, kept));
    assertThat(streams.isThere(dropped) && streams.isThere(manifest)).isTrue();
    try (FileInput in = streams.open(dropped)) {
      assertThat(in.length()).isEqualTo(1);
    }
    streams.subsume(1);
    assertThat(streams.isThere(kept)).isTrue();
    assertThat(streams.isThere(dropped) || streams.isThere(manifest)).isFalse();
    assertThat(streams.sharedFiles()).isEqualTo(1);
    assertThatThrownBy(() -> streams.open(dropped)).isInstanceOf(CorruptionException.class);
  }
}
