package io.streambed.localcopy;

import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/** What is known of one copy. The monitor of its {@link CopyLedger} guards it. */
final class LocalCopy {
  final UUID fileId;

  /** Whether it is of a file that checkpoints share. */
  final boolean shared;

  /** The checkpoints that need it, complete or being written. */
  final Set<Long> checkpoints = new HashSet<>();

  /** How much it counts against the limit. */
  long bytes;

  /** Whether all of it is written. */
  boolean whole;

  LocalCopy(UUID fileId, boolean shared) {
    this.fileId = fileId;
    this.shared = shared;
  }
}
