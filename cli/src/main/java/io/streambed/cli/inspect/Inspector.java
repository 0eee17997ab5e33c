package io.streambed.cli.inspect;

import io.streambed.checkpoint.FileCheckpointStorage;
import io.streambed.checkpoint.OpenedCheckpoint;
import io.streambed.cli.inspect.CheckpointVerifier.Verified;
import io.streambed.cli.inspect.Inspection.Retained;
import io.streambed.error.CorruptionException;
import io.streambed.error.StorageException;
import io.streambed.error.StreambedException;
import io.streambed.file.FileSystem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads checkpoints of a job that may run meanwhile and remove what is being read. What is missing
 * of a checkpoint that the job still keeps is damage; of one that it keeps no longer it is not, and
 * the new latest is read instead.
 */
final class Inspector {
  /** How often the latest is read while its job replaces it. */
  static final int LOOKS = 5;

  private static final String CHECKPOINT_PREFIX = "chk-";

  private final FileSystem files;
  private final boolean verify;
  private final Set<Damage> damages = new LinkedHashSet<>();
  private Verified verified = Verified.NOTHING;

  Inspector(FileSystem files, boolean verify) {
    this.files = files;
    this.verify = verify;
  }

  /** One checkpoint as it was read. */
  private record Look(CheckpointReport report, Set<Damage> damages, Verified verified) {}

  /**
   * Reads what is at a path.
   *
   * @throws CorruptionException if damage leaves nothing to show
   * @throws StorageException if there is no checkpoint, or it cannot be read
   */
  Inspection inspect(Path path) {
    List<Path> places =
        files.isDirectory(path) ? FileCheckpointStorage.complete(files, path) : List.of();
    Look shown = null;
    if (places.isEmpty() || places.stream().anyMatch(Inspector::isCheckpoint)) {
      shown = lookUntilItStays(path);
      take(shown);
    }
    List<Retained> retained = new ArrayList<>();
    for (Path place : places) {
      Retained row = retained(place, shown);
      if (row != null) {
        retained.add(row);
      }
    }
    return new Inspection(
        path.toString(),
        shown == null ? null : shown.report,
        retained,
        verify ? verified : null,
        damages);
  }

  private static boolean isCheckpoint(Path place) {
    return place.getFileName().toString().startsWith(CHECKPOINT_PREFIX);
  }

  private void take(Look look) {
    damages.addAll(look.damages);
    verified = verified.plus(look.verified);
  }

  private Look look(OpenedCheckpoint checkpoint) {
    Set<Damage> found = new LinkedHashSet<>();
    CheckpointReport report =
        CheckpointReport.of(checkpoint, damage -> found.add(Damage.of(damage)));
    return new Look(
        report,
        found,
        verify ? new CheckpointVerifier(checkpoint, found).verify() : Verified.NOTHING);
  }

  /** Reads the checkpoint at a path, or the latest of a directory, again if that was removed. */
  private Look lookUntilItStays(Path path) {
    for (int look = 1; look <= LOOKS; look++) {
      OpenedCheckpoint checkpoint = FileCheckpointStorage.open(files, path);
      Path place = Path.of(checkpoint.location());
      try {
        Look found = look(checkpoint);
        if (found.damages.isEmpty() || FileCheckpointStorage.isKept(files, place)) {
          return found;
        }
      } catch (StreambedException e) {
        if (FileCheckpointStorage.isKept(files, place)) {
          throw e;
        }
      }
      if (place.equals(path)) {
        throw removed(path);
      }
    }
    throw new StorageException(
        "The job in "
            + path
            + " replaced its latest checkpoint "
            + LOOKS
            + " times, each time before it was read. Let the job retain more checkpoints, or take"
            + " a savepoint and look at that.");
  }

  private static StorageException removed(Path path) {
    return new StorageException(
        path
            + " is not among the complete checkpoints that its job keeps: the job removed it"
            + " meanwhile, or it was never complete. Give the directory that it is in, to see the"
            + " latest; let the job retain more checkpoints, or take a savepoint.");
  }

  /** A line of the list; null if the job has removed the checkpoint meanwhile. */
  private Retained retained(Path place, Look shown) {
    if (shown != null && place.toString().equals(shown.report.path())) {
      return Retained.of(shown.report, !shown.damages.isEmpty());
    }
    try {
      Look look = look(FileCheckpointStorage.open(files, place));
      if (!look.damages.isEmpty() && !FileCheckpointStorage.isKept(files, place)) {
        return null;
      }
      take(look);
      return Retained.of(look.report, !look.damages.isEmpty());
    } catch (StreambedException e) {
      if (!FileCheckpointStorage.isKept(files, place)) {
        return null;
      }
      if (!(e instanceof CorruptionException damage)) {
        throw e;
      }
      damages.add(Damage.of(damage));
      return Retained.unreadable(place.toString());
    }
  }
}
