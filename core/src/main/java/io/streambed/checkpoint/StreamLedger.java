package io.streambed.checkpoint;

import io.streambed.error.StorageException;
import io.streambed.snapshot.SnapshotOutput;
import io.streambed.snapshot.StreamHandle;
import java.io.IOException;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The streams of one checkpoint or staging, from their creation to its end.
 *
 * <p>Threading: any thread. No stream is called with the ledger's lock held.
 */
final class StreamLedger {
  private static final Logger LOG = LoggerFactory.getLogger(StreamLedger.class);

  private enum Phase {
    WRITING,
    SEALED,
    COMMITTED,
    DISCARDED
  }

  private final String checkpoint;
  private final Set<SnapshotOutput> open = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Set<StreamHandle> finished = new HashSet<>();
  private Phase phase = Phase.WRITING;

  StreamLedger(String checkpoint) {
    this.checkpoint = checkpoint;
  }

  static void checkPurpose(String purpose) {
    if (!purpose.matches("[A-Za-z0-9-]{1,64}")) {
      throw new IllegalArgumentException(
          "a stream's purpose is 1 to 64 letters, digits and dashes: " + purpose);
    }
  }

  synchronized <T extends SnapshotOutput> T opened(T stream) {
    checkWriting();
    open.add(stream);
    return stream;
  }

  synchronized void finished(SnapshotOutput stream, StreamHandle handle) {
    checkWriting();
    open.remove(stream);
    finished.add(handle);
  }

  /** A stream of an earlier checkpoint that this one may refer to. */
  synchronized void reused(StreamHandle handle) {
    checkWriting();
    finished.add(handle);
  }

  /** A stream that nobody refers to any more. */
  synchronized void forget(StreamHandle handle) {
    finished.remove(handle);
  }

  synchronized void closed(SnapshotOutput stream) {
    open.remove(stream);
  }

  private void checkWriting() {
    if (phase != Phase.WRITING) {
      throw new StorageException(
          checkpoint
              + " is "
              + phase.name().toLowerCase(Locale.ROOT)
              + ": nothing can be written to it");
    }
  }

  /** Ends the writing: what the operators refer to must have been finished or reused here. */
  synchronized void seal(List<OperatorSnapshot> operators) {
    if (phase != Phase.WRITING) {
      throw new IllegalStateException(checkpoint + " was committed or discarded before");
    }
    if (!open.isEmpty()) {
      throw new IllegalStateException(checkpoint + " has " + open.size() + " open streams");
    }
    operators.stream()
        .flatMap(operator -> operator.subtasks().stream())
        .flatMap(SubtaskState::streams)
        .filter(handle -> !finished.contains(handle))
        .findFirst()
        .ifPresent(
            handle -> {
              throw new IllegalArgumentException(
                  handle + " was not written to " + checkpoint + ", nor reused by it");
            });
    phase = Phase.SEALED;
  }

  synchronized void committed() {
    phase = Phase.COMMITTED;
  }

  /**
   * Lets nothing be written any more, unless the checkpoint is complete; returns false if it is.
   */
  synchronized boolean discard() {
    if (phase == Phase.COMMITTED) {
      return false;
    }
    phase = Phase.DISCARDED;
    return true;
  }

  /** Closes the streams that are open still, after {@link #discard()}. A disk may hold this up. */
  void closeStreams() {
    List<SnapshotOutput> streams;
    synchronized (this) {
      streams = List.copyOf(open);
    }
    for (SnapshotOutput stream : streams) {
      try {
        stream.close();
      } catch (IOException e) {
        LOG.warn("A stream of {} left something behind for later", checkpoint, e);
      }
    }
  }
}
