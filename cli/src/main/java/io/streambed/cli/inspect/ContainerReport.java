package io.streambed.cli.inspect;

import io.streambed.cli.inspect.CheckpointReport.KeyGroups;
import io.streambed.cli.inspect.CheckpointReport.State;
import io.streambed.cli.inspect.CheckpointVerifier.Verified;
import io.streambed.error.ForeignFileException;
import io.streambed.error.StorageException;
import io.streambed.file.BlockReader;
import io.streambed.file.FileInput;
import io.streambed.file.FileSystem;
import io.streambed.snapshot.KeyedContainerReader;
import io.streambed.snapshot.SnapshotInputs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What one file of keyed state holds. Such a file says itself where it comes from: so it can be
 * looked at where the rest of the checkpoint is Flink's.
 *
 * @param path the file
 * @param job the job's name or, in Flink, its id
 * @param operator the operator's id
 * @param subtask the subtask that wrote it, from 0
 * @param checkpointId the checkpoint it was written for
 * @param firstKeyGroup the first key group it covers
 * @param lastKeyGroup the last
 * @param key the keys' serializer
 * @param keyGroups how entries are spread; null if there are none
 * @param states in the order in which they were declared
 * @param verified what was read to verify it; null if that was not asked for
 * @param damage all damage that was met
 */
record ContainerReport(
    String path,
    String job,
    String operator,
    int subtask,
    long checkpointId,
    int firstKeyGroup,
    int lastKeyGroup,
    String key,
    KeyGroups keyGroups,
    List<State> states,
    Verified verified,
    Set<Damage> damage) {
  private static final String FORMAT = "KEYD";

  /** Fewer do not even say whether the file is Streambed's. */
  private static final int MIN_BYTES = 8;

  /** Nothing else is read than the file itself. */
  private static final SnapshotInputs NO_INPUTS =
      handle -> {
        throw new IllegalStateException("asked for " + handle);
      };

  /** Whether a path is a file of keyed state. */
  static boolean isContainer(FileSystem files, Path path) {
    if (!files.exists(path) || files.isDirectory(path)) {
      return false;
    }
    try (FileInput in = files.open(path)) {
      return in.length() >= MIN_BYTES && BlockReader.identify(in).format().equals(FORMAT);
    } catch (ForeignFileException e) {
      return false;
    } catch (IOException e) {
      throw new StorageException("Reading " + path, e);
    }
  }

  /**
   * Reads a file.
   *
   * @throws io.streambed.error.CorruptionException if damage leaves nothing to show
   */
  static ContainerReport of(FileSystem files, Path path, boolean verify) {
    Set<Damage> damages = new LinkedHashSet<>();
    try (KeyedContainerReader reader = KeyedContainerReader.open(files.open(path), null, -1)) {
      OperatorReader operator = new OperatorReader(NO_INPUTS, damage -> {});
      operator.read(reader);
      Verified verified = null;
      if (verify) {
        long entries = CheckpointVerifier.readEntries(reader, damages);
        try (FileInput in = files.open(path)) {
          verified = new Verified(1, 0, in.length(), entries);
        }
      }
      return new ContainerReport(
          path.toString(),
          reader.origin().job(),
          reader.origin().operatorId(),
          reader.origin().subtask(),
          reader.origin().checkpointId(),
          reader.range().first(),
          reader.range().last(),
          operator.key(),
          operator.keyGroups(),
          operator.states(),
          verified,
          damages);
    } catch (IOException e) {
      throw new StorageException("Reading " + path, e);
    }
  }
}
