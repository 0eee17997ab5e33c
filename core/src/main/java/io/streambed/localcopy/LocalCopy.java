package io.streambed.localcopy;

import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/** What is known of one copy. The monitor of its {@link CopyLedger} guards it. */
final class LocalCopy {
  enum Phase {
    BEING_WRITTEN,
    COMPLETE,
    /** Not needed any more: its file is about to be deleted. */
    BEING_DELETED,
    /** Its file could not be deleted; that is tried again later. */
    UNDELETED
  }

  final UUID fileId;

  /** Whether it is of a file that checkpoints share. */
  final boolean shared;

  /** The checkpoints that need it, complete or being written. */
  final Set<Long> checkpoints = new HashSet<>();

  Phase phase = Phase.BEING_WRITTEN;

  /** How much it counts against the limit. */
  long bytes;

  LocalCopy(UUID fileId, boolean shared) {
    this.fileId = fileId;
    this.shared = shared;
  }
}
