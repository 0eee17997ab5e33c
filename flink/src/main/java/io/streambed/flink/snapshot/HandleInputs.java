package io.streambed.flink.snapshot;

import io.streambed.error.CorruptionException;
import io.streambed.file.FileInput;
import io.streambed.snapshot.KeyedStateHandle.Incremental;
import io.streambed.snapshot.SnapshotInputs;
import io.streambed.snapshot.StreamHandle;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.flink.core.fs.CloseableRegistry;
import org.apache.flink.runtime.state.IncrementalRemoteKeyedStateHandle;
import org.apache.flink.runtime.state.StreamStateHandle;

/** Opens the files of increments that Flink gave back, by their identity. */
final class HandleInputs implements SnapshotInputs {
  private final CloseableRegistry cancel;
  private final Map<UUID, StreamStateHandle> handles = new HashMap<>();

  /**
   * Knows no file yet.
   *
   * @param cancel closed to cancel
   */
  HandleInputs(CloseableRegistry cancel) {
    this.cancel = cancel;
  }

  /** Adds the files of a handle; its shared ones have the order that Flink's handle has. */
  void add(Incremental increment, IncrementalRemoteKeyedStateHandle handle) {
    handles.put(increment.manifest().fileId(), handle.getMetaDataStateHandle());
    for (int i = 0; i < increment.files().size(); i++) {
      handles.put(increment.files().get(i).fileId(), handle.getSharedState().get(i).getHandle());
    }
  }

  /** Flink's handle of a file that was added. */
  StreamStateHandle handle(StreamHandle file) {
    return handles.get(file.fileId());
  }

  @Override
  public FileInput open(StreamHandle file) throws IOException {
    StreamStateHandle handle = handle(file);
    if (handle == null) {
      throw new CorruptionException(
          "The checkpoint's metadata", -1, "a handle of file " + file.fileId(), "none");
    }
    return HandleInput.open(handle, cancel);
  }
}
