package io.streambed.flink.snapshot;

import java.io.IOException;
import java.util.List;
import org.apache.flink.runtime.state.CheckpointStateOutputStream;
import org.apache.flink.runtime.state.CheckpointStreamFactory;
import org.apache.flink.runtime.state.CheckpointedStateScope;
import org.apache.flink.runtime.state.StreamStateHandle;

/** Streams of a storage that gives so many and no more. */
final class FailingStreams implements CheckpointStreamFactory {
  private final CheckpointStreamFactory streams;
  private int left;

  FailingStreams(CheckpointStreamFactory streams, int count) {
    this.streams = streams;
    this.left = count;
  }

  @Override
  public CheckpointStateOutputStream createCheckpointStateOutputStream(CheckpointedStateScope scope)
      throws IOException {
    if (left-- == 0) {
      throw new IOException("no more streams");
    }
    return streams.createCheckpointStateOutputStream(scope);
  }

  @Override
  public boolean canFastDuplicate(StreamStateHandle handle, CheckpointedStateScope scope) {
    return false;
  }

  @Override
  public List<StreamStateHandle> duplicate(
      List<StreamStateHandle> handles, CheckpointedStateScope scope) {
    throw new UnsupportedOperationException();
  }
}
