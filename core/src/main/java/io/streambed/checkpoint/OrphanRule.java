package io.streambed.checkpoint;

import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Which names in a job's checkpoint directory nobody needs. It is one rule for two: a claim removes
 * at its start what is an orphan in the root and in {@code shared}, and {@link OrphanFiles} lists
 * and deletes orphans without a job. Pure: it sees names, the list and what metadata refers to.
 */
final class OrphanRule {
  private static final String ID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";
  private static final Pattern SHARED_NAME = Pattern.compile(ID + "\\.data");
  private static final Pattern DATA_NAME = Pattern.compile("[A-Za-z0-9-]{1,64}-" + ID + "\\.data");

  private OrphanRule() {}

  /**
   * What an entry of the root is, given the directories of listed checkpoints; empty: no orphan.
   */
  static Optional<Orphan.Kind> inRoot(String name, Set<String> listed) {
    if (CheckpointList.isTemporaryName(name)) {
      return Optional.of(Orphan.Kind.TEMPORARY_LIST);
    }
    return CheckpointList.isDirectoryName(name) && !listed.contains(name)
        ? Optional.of(Orphan.Kind.UNLISTED_CHECKPOINT)
        : Optional.empty();
  }

  /** Whether a name is that of a shared file. */
  static boolean isSharedFile(String name) {
    return SHARED_NAME.matcher(name).matches();
  }

  /** Whether an entry of {@code shared} is a file that nobody refers to. */
  static boolean isOrphanInShared(String name, Predicate<UUID> isReferred) {
    return isSharedFile(name)
        && !isReferred.test(
            UUID.fromString(name.substring(0, name.length() - SharedDirectory.SUFFIX.length())));
  }

  /** Whether a checkpoint gives a file in its directory such a name. */
  static boolean isFileOfCheckpoint(String name) {
    return name.equals(FileClaim.METADATA)
        || name.equals(CheckpointList.COMPLETE)
        || DATA_NAME.matcher(name).matches();
  }

  /** Whether a file of a listed checkpoint's directory is one that its metadata does not name. */
  static boolean isOrphanInCheckpoint(String name, Set<String> referenced) {
    return DATA_NAME.matcher(name).matches() && !referenced.contains(name);
  }
}
