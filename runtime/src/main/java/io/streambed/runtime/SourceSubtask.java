package io.streambed.runtime;

import io.streambed.backend.StateBackend;
import io.streambed.error.IncompatibleStateException;
import io.streambed.job.JobOperator.SourceOperator;
import io.streambed.job.SplitReader;
import io.streambed.operator.OperatorStateBackend;
import io.streambed.serial.Serializers;
import io.streambed.state.ListState;
import io.streambed.state.ListStateDescriptor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A subtask of a source: reads its splits, the one that lags behind in event time first, and puts
 * barriers between elements. The splits and their offsets are split-distributed list state, so that
 * they are dealt out anew when the parallelism changes. At the end of its splits it stays, for the
 * last checkpoint.
 */
final class SourceSubtask extends Subtask {
  private static final Logger LOG = LoggerFactory.getLogger(SourceSubtask.class);

  private static final ListStateDescriptor<SplitPosition> SPLITS =
      new ListStateDescriptor<>("_splits", Serializers.of(SplitPosition.class));

  /** Elements read before the mail is looked at and another split may be chosen. */
  private static final int RUN = 64;

  private static final long IDLE_WAIT_MILLIS = 1_000;

  /**
   * Where reading goes on.
   *
   * @param split the split
   * @param of number of splits of the source
   * @param offset where to go on
   */
  record SplitPosition(int split, int of, long offset) {}

  private static final class OpenSplit {
    final int split;
    final SplitReader<?> reader;
    private final AtomicBoolean closed = new AtomicBoolean();
    long offset;
    long watermark = Long.MIN_VALUE;
    boolean atEnd;

    OpenSplit(int split, SplitReader<?> reader, long offset) {
      this.split = split;
      this.reader = reader;
      this.offset = offset;
    }

    /** Closes the reader, once, be it here or on another thread. */
    void close() throws IOException {
      if (closed.compareAndSet(false, true)) {
        reader.close();
      }
    }
  }

  private final SourceOperator operator;
  private final StateBackend backend;
  private final RestoredState restored;
  private final List<OpenSplit> splits = new ArrayList<>();

  /** What the thread reads or has read last; for the thread that closes it. */
  private volatile OpenSplit reading;

  private OperatorStateBackend state;
  private ListState<SplitPosition> positions;
  private long watermark = Long.MIN_VALUE;
  private boolean atEnd;

  SourceSubtask(
      SourceOperator operator,
      StateBackend backend,
      RestoredState restored,
      TaskServices services,
      Deployment.Latches latches) {
    super(new Id(operator.id(), restored.subtask()), services, latches.ready(), latches.start());
    this.operator = operator;
    this.backend = backend;
    this.restored = restored;
  }

  @Override
  void open() throws IOException {
    state = backend.createOperatorStateBackend(restored.operatorOptions(operator.parallelism()));
    positions = state.getListState(SPLITS);
    for (SplitPosition position : startPositions()) {
      checkCancelled();
      SplitReader<?> reader = operator.source().open(position.split(), position.offset());
      if (reader == null) {
        throw new IllegalStateException(
            "source \"" + operatorId + "\" gave no reader for split " + position.split());
      }
      splits.add(new OpenSplit(position.split(), reader, position.offset()));
    }
    reportUndeclared(state);
  }

  private List<SplitPosition> startPositions() {
    int count = operator.source().splits();
    List<SplitPosition> start = new ArrayList<>();
    if (!restored.isRestored()) {
      for (int split = subtask; split < count; split += operator.parallelism()) {
        start.add(new SplitPosition(split, count, 0));
      }
      return start;
    }
    Iterable<SplitPosition> kept = positions.get();
    if (kept != null) {
      kept.forEach(start::add);
    }
    for (SplitPosition position : start) {
      if (position.of() != count) {
        throw new IncompatibleStateException(
            "source \"" + operatorId + "\"",
            "offsets in " + position.of() + " splits",
            count + " splits",
            "Give the source the same number of splits, whatever the parallelism.");
      }
    }
    return start;
  }

  @Override
  void work() throws IOException {
    while (!finished()) {
      // Mail only: there are no channels.
      gate.take(atEnd ? IDLE_WAIT_MILLIS : 0);
      if (!atEnd && !finished()) {
        read();
        advance();
      }
    }
  }

  private void read() throws IOException {
    OpenSplit behind = null;
    for (OpenSplit split : splits) {
      if (!split.atEnd && (behind == null || split.watermark < behind.watermark)) {
        behind = split;
      }
    }
    reading = behind;
    int count = 0;
    while (behind != null && count < RUN) {
      Object element = behind.reader.next();
      checkCancelled();
      if (element == null) {
        behind.atEnd = true;
        behind.offset = behind.reader.offset();
        break;
      }
      output.emit(element, behind.reader.timestampMillis());
      count++;
      behind.offset = behind.reader.offset();
      behind.watermark = behind.reader.watermark();
    }
    if (count > 0) {
      services.events().read(operatorId, count);
    }
  }

  private void advance() {
    long least = Watermark.END;
    for (OpenSplit split : splits) {
      if (!split.atEnd) {
        // Only the end of all splits is the end, whatever a reader says of time.
        least = Math.min(least, Math.min(split.watermark, Watermark.END - 1));
      }
    }
    if (least > watermark) {
      watermark = least;
      output.sendToAll(new Watermark(least));
    }
    if (least == Watermark.END) {
      atEnd = true;
      services.master().sourceFinished(operatorId, subtask);
    }
  }

  /** Puts a barrier behind what was read so far. Comes as mail. */
  void postBarrier(Barrier barrier) {
    gate.post(
        () -> {
          output.sendToAll(barrier);
          List<SplitPosition> now = new ArrayList<>();
          for (OpenSplit split : splits) {
            now.add(new SplitPosition(split.split, operator.source().splits(), split.offset));
          }
          positions.update(now);
          snapshots.start(
              barrier.checkpointId(),
              null,
              state.snapshot(
                  barrier.checkpointId(),
                  barrier.timestampMillis(),
                  barrier.streams(),
                  barrier.options()));
        });
  }

  @Override
  void completed(long checkpointId) {
    // Offsets need no commit: they are in the checkpoint.
  }

  @Override
  void aborted(long checkpointId) {
    // Nothing is built upon a source's snapshot.
  }

  @Override
  void closeInputs() {
    OpenSplit hanging = reading;
    if (hanging == null) {
      return;
    }
    try {
      hanging.close();
    } catch (IOException | RuntimeException e) {
      LOG.warn(
          "Closing split {} of source \"{}\", whose reader hangs, failed",
          hanging.split,
          operatorId,
          e);
    }
  }

  @Override
  void close() throws IOException {
    IOException failure = null;
    for (OpenSplit split : splits) {
      try {
        split.close();
      } catch (IOException | RuntimeException e) {
        if (failure == null) {
          failure = new IOException("closing split " + split.split, e);
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (state != null) {
      state.close();
    }
    if (failure != null) {
      throw failure;
    }
  }
}
