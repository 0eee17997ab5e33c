package io.streambed.cli;

import io.streambed.checkpoint.OpenedCheckpoint;
import io.streambed.checkpoint.OperatorSnapshot;
import io.streambed.checkpoint.SubtaskState;
import io.streambed.error.CorruptionException;
import io.streambed.error.StorageException;
import io.streambed.file.FileInput;
import io.streambed.operator.OperatorContainerReader;
import io.streambed.snapshot.KeyedContainerReader;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.OperatorStateHandle;
import io.streambed.snapshot.StreamHandle;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * Reads every byte of a checkpoint: the checksum of each stream, shared ones included, and each
 * block and entry of a container.
 */
final class CheckpointVerifier {
  private static final int BUFFER_BYTES = 1 << 16;

  private final OpenedCheckpoint checkpoint;
  private final Set<StreamHandle> seen = new HashSet<>();
  private long bytes;
  private long entries;

  CheckpointVerifier(OpenedCheckpoint checkpoint) {
    this.checkpoint = checkpoint;
  }

  /**
   * Reads all; gives what was read.
   *
   * @throws CorruptionException if anything is damaged
   */
  String verify() {
    try {
      for (OperatorSnapshot operator : checkpoint.metadata().operators()) {
        for (SubtaskState subtask : operator.subtasks()) {
          verify(subtask);
        }
      }
    } catch (IOException e) {
      throw new StorageException("Verifying the checkpoint " + checkpoint.location(), e);
    }
    long shared = seen.stream().filter(StreamHandle.Shared.class::isInstance).count();
    String verified =
        "verified: " + seen.size() + " streams, " + bytes + " bytes, " + entries + " entries";
    return shared == 0
        ? verified
        : verified + "; " + shared + " of the streams are shared files, whose entries are not read";
  }

  private void verify(SubtaskState subtask) throws IOException {
    List<StreamHandle> handles = subtask.streams().toList();
    for (StreamHandle handle : handles) {
      if (seen.add(handle)) {
        checkSum(handle);
      }
    }
    for (KeyedStateHandle handle : subtask.keyed()) {
      if (handle instanceof KeyedStateHandle.Container container) {
        verify(container);
      }
    }
    for (OperatorStateHandle handle : subtask.operator()) {
      try (OperatorContainerReader reader =
          OperatorContainerReader.open(handle, checkpoint.inputs())) {
        reader.forEach((schema, index, content) -> entries++);
      }
    }
  }

  private void verify(KeyedStateHandle.Container handle) throws IOException {
    try (KeyedContainerReader reader = KeyedContainerReader.open(handle, checkpoint.inputs())) {
      for (int group = handle.range().first(); group <= handle.range().last(); group++) {
        reader.read(group, (keyGroup, state, entry) -> entries++);
      }
    }
  }

  private void checkSum(StreamHandle handle) throws IOException {
    CRC32C checksum = new CRC32C();
    byte[] buffer = new byte[BUFFER_BYTES];
    try (FileInput input = checkpoint.inputs().open(handle)) {
      long position = 0;
      int n;
      while ((n = input.read(position, buffer, 0, buffer.length)) >= 0) {
        checksum.update(buffer, 0, n);
        position += n;
      }
      bytes += position;
      if ((int) checksum.getValue() != handle.checksum()) {
        throw new CorruptionException(
            input.name(),
            -1,
            "checksum " + Integer.toHexString(handle.checksum()),
            Integer.toHexString((int) checksum.getValue()));
      }
    }
  }
}
