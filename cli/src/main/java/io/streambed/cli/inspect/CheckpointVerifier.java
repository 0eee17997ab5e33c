package io.streambed.cli.inspect;

import io.streambed.checkpoint.OpenedCheckpoint;
import io.streambed.checkpoint.OperatorSnapshot;
import io.streambed.checkpoint.SubtaskState;
import io.streambed.error.CorruptionException;
import io.streambed.error.LimitExceededException;
import io.streambed.file.BlockReader;
import io.streambed.file.FileInput;
import io.streambed.operator.OperatorContainerReader;
import io.streambed.snapshot.KeyedContainerReader;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.OperatorStateHandle;
import io.streambed.snapshot.StreamHandle;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/**
 * Reads every byte of a checkpoint: the checksum of each stream, shared ones included, and each
 * block and entry of a container. It goes on behind damage, so that all of it is found.
 */
final class CheckpointVerifier {
  private final OpenedCheckpoint checkpoint;
  private final Set<Damage> damages;
  private final Set<StreamHandle> sound;
  private final VerifyProgress progress;
  private final Set<StreamHandle> seen = new HashSet<>();
  private long bytes;
  private long entries;

  /**
   * What was read.
   *
   * @param streams number of streams; small ones are kept in the metadata
   * @param sharedFiles how many of them are a store's own files, whose entries are not read
   * @param bytes size of all streams
   * @param entries entries of keyed state and elements of operator state
   */
  record Verified(long streams, long sharedFiles, long bytes, long entries) {
    static final Verified NOTHING = new Verified(0, 0, 0, 0);

    Verified plus(Verified other) {
      return new Verified(
          streams + other.streams,
          sharedFiles + other.sharedFiles,
          bytes + other.bytes,
          entries + other.entries);
    }
  }

  /** Reading something that may be damaged. */
  private interface Reading {
    void read() throws IOException;
  }

  /**
   * A verifier that adds what it finds to a set.
   *
   * @param sound shared files that were read before, for other checkpoints, and are as they were
   *     written: they are neither read nor counted again. What is read now is added
   */
  CheckpointVerifier(
      OpenedCheckpoint checkpoint,
      Set<Damage> damages,
      Set<StreamHandle> sound,
      VerifyProgress progress) {
    this.checkpoint = checkpoint;
    this.damages = damages;
    this.sound = sound;
    this.progress = progress;
  }

  Verified verify() {
    for (OperatorSnapshot operator : checkpoint.metadata().operators()) {
      for (SubtaskState subtask : operator.subtasks()) {
        subtask.keyed().forEach(this::verify);
        subtask.operator().forEach(this::verify);
      }
    }
    long shared = seen.stream().filter(StreamHandle.Shared.class::isInstance).count();
    return new Verified(seen.size(), shared, bytes, entries);
  }

  private void verify(KeyedStateHandle handle) {
    if (handle instanceof KeyedStateHandle.Container container) {
      verify(container.data(), () -> readEntries(container));
    } else {
      handle.streams().forEach(stream -> verify(stream, () -> {}));
    }
  }

  private void verify(OperatorStateHandle handle) {
    verify(handle.data(), () -> readElements(handle));
  }

  /** Reads a stream, first by its content, which tells where the damage is. */
  private void verify(StreamHandle stream, Reading content) {
    if (!sound.contains(stream)
        && seen.add(stream)
        && look(stream, content)
        && look(stream, () -> checkSum(stream))
        && stream instanceof StreamHandle.Shared) {
      sound.add(stream);
    }
  }

  /** Whether nothing was damaged. */
  private boolean look(StreamHandle stream, Reading reading) {
    int before = damages.size();
    try {
      reading.read();
    } catch (CorruptionException e) {
      damages.add(Damage.of(e));
    } catch (LimitExceededException e) {
      damages.add(Damage.of(place(stream), e));
    } catch (IOException e) {
      damages.add(Damage.of(place(stream), e));
    }
    return damages.size() == before;
  }

  private String place(StreamHandle stream) {
    return checkpoint.location() + " (stream " + stream.fileId() + ")";
  }

  private void readEntries(KeyedStateHandle.Container handle) throws IOException {
    try (KeyedContainerReader reader = KeyedContainerReader.open(handle, checkpoint.inputs())) {
      entries += readEntries(reader, damages);
    }
  }

  /** Reads all key groups, those behind a damaged one too; gives the number of entries. */
  static long readEntries(KeyedContainerReader reader, Set<Damage> damages) throws IOException {
    long[] entries = new long[1];
    for (int group = reader.range().first(); group <= reader.range().last(); group++) {
      try {
        reader.read(group, (keyGroup, state, entry) -> entries[0]++);
      } catch (CorruptionException e) {
        damages.add(Damage.of(e));
      }
    }
    return entries[0];
  }

  private void readElements(OperatorStateHandle handle) throws IOException {
    try (OperatorContainerReader reader =
        OperatorContainerReader.open(handle, checkpoint.inputs())) {
      reader.forEach((schema, index, content) -> entries++);
    }
  }

  private void checkSum(StreamHandle handle) throws IOException {
    try (FileInput input = checkpoint.inputs().open(handle)) {
      bytes += input.length();
      progress.read(input.length());
      int checksum = BlockReader.checksum(input);
      if (checksum != handle.checksum()) {
        throw new CorruptionException(
            input.name(),
            -1,
            "checksum " + Integer.toHexString(handle.checksum()),
            Integer.toHexString(checksum));
      }
    }
  }
}
