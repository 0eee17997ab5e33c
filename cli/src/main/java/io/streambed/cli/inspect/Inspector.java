package io.streambed.cli.inspect;

import io.streambed.checkpoint.FileCheckpointStorage;
import io.streambed.checkpoint.OpenedCheckpoint;
import io.streambed.cli.inspect.CheckpointVerifier.Verified;
import io.streambed.cli.inspect.Inspection.Retained;
import io.streambed.error.CorruptionException;
import io.streambed.error.LimitExceededException;
import io.streambed.error.StorageException;
import io.streambed.error.StreambedException;
import io.streambed.file.FileSystem;
import io.streambed.snapshot.StreamHandle;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
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
  private static final String METADATA = "_metadata";

  private final FileSystem files;
  private final boolean verify;
  private final Set<Damage> damages = new LinkedHashSet<>();
  private final VerifyProgress progress;

  /** Shared files that were read and are as they were written. */
  private final Set<StreamHandle> sound = new HashSet<>();

  private Verified verified = Verified.NOTHING;
  private boolean listDamaged;

  Inspector(FileSystem files, boolean verify, VerifyProgress progress) {
    this.files = files;
    this.verify = verify;
    this.progress = progress;
  }

  /** One checkpoint as it was read, and the shared files that were found sound by it. */
  private record Look(
      CheckpointReport report, Set<Damage> damages, Verified verified, Set<StreamHandle> sound) {}

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

  /**
   * Reads all complete checkpoints and savepoints of a directory, each as the list beside it names
   * it; or the single one at the path. Damage ends nothing: all of it is in the result.
   *
   * @throws StorageException if there is no checkpoint, or one cannot be read
   */
  Inspection verify(Path path) {
    List<Path> places = placesToVerify(path);
    List<Retained> rows = new ArrayList<>();
    int number = 0;
    for (Path place : places) {
      progress.begin(place, ++number, places.size());
      Retained row = retained(place, null);
      if (row != null) {
        rows.add(row);
      }
    }
    return new Inspection(path.toString(), null, rows, verified, damages);
  }

  private List<Path> placesToVerify(Path path) {
    if (files.exists(path.resolve(METADATA))) {
      return List.of(path);
    }
    List<Path> places = List.of();
    try {
      if (files.isDirectory(path)) {
        places = FileCheckpointStorage.complete(files, path);
      }
    } catch (CorruptionException e) {
      damages.add(Damage.of(e));
      listDamaged = true;
      return placesWithMetadata(path);
    }
    // Without any, opening the path tells what is missing.
    return places.isEmpty()
        ? List.of(Path.of(FileCheckpointStorage.open(files, path).location()))
        : places;
  }

  /** Without a list these may be restored by their path, so whether they are whole matters. */
  private List<Path> placesWithMetadata(Path directory) {
    try {
      return files.list(directory).stream()
          .filter(place -> files.exists(place.resolve(METADATA)))
          .toList();
    } catch (IOException e) {
      throw new StorageException("Looking for checkpoints in " + directory, e);
    }
  }

  private OpenedCheckpoint open(Path place) {
    return listDamaged
        ? FileCheckpointStorage.open(files, place)
        : FileCheckpointStorage.openAsListed(files, place);
  }

  private boolean isKept(Path place) {
    return listDamaged || FileCheckpointStorage.isKept(files, place);
  }

  private static boolean isCheckpoint(Path place) {
    return place.getFileName().toString().startsWith(CHECKPOINT_PREFIX);
  }

  private void take(Look look) {
    damages.addAll(look.damages);
    sound.addAll(look.sound);
    verified = verified.plus(look.verified);
  }

  private Look look(OpenedCheckpoint checkpoint) {
    Set<Damage> found = new LinkedHashSet<>();
    CheckpointReport report =
        CheckpointReport.of(checkpoint, damage -> found.add(Damage.of(damage)));
    Set<StreamHandle> soundNow = new HashSet<>(sound);
    Verified read =
        verify
            ? new CheckpointVerifier(checkpoint, found, soundNow, progress).verify()
            : Verified.NOTHING;
    return new Look(report, found, read, soundNow);
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
      Look look = look(open(place));
      if (!look.damages.isEmpty() && !isKept(place)) {
        return null;
      }
      take(look);
      return Retained.of(look.report, !look.damages.isEmpty());
    } catch (StreambedException e) {
      if (!isKept(place)) {
        return null;
      }
      if (e instanceof CorruptionException damage) {
        damages.add(Damage.of(damage));
      } else if (e instanceof LimitExceededException limit) {
        damages.add(Damage.of(place.toString(), limit));
      } else {
        throw e;
      }
      return Retained.unreadable(place.toString());
    }
  }
}
