package io.streambed.runtime;

import io.streambed.backend.StateBackend;
import io.streambed.error.IncompatibleStateException;
import io.streambed.job.JobOperator.SourceOperator;
import io.streambed.job.Poll;
import io.streambed.job.Source;
import io.streambed.job.SplitContext;
import io.streambed.job.SplitReader;
import io.streambed.operator.OperatorStateBackend;
import io.streambed.serial.Compatibility;
import io.streambed.serial.Serializers;
import io.streambed.state.ListState;
import io.streambed.state.ListStateDescriptor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A subtask of a source: reads its splits, the one that lags behind in event time first, and puts
 * barriers between elements. What was read goes on at once when no split has more, in batches
 * otherwise. Splits and positions are split-distributed list state, so that they are dealt out anew
 * when the parallelism changes. At the end of its splits it stays, for the last checkpoint.
 */
final class SourceSubtask extends Subtask {
  private static final Logger LOG = LoggerFactory.getLogger(SourceSubtask.class);

  /** Maps of one entry: a split, and where to go on in it, null if nothing was read yet. */
  private static final String POSITIONS = "_positions";

  /** What checkpoints had instead when positions were numbers, and splits too. */
  private static final ListStateDescriptor<SplitPosition> NUMBERED =
      new ListStateDescriptor<>("_splits", Serializers.of(SplitPosition.class));

  /** Elements read before the mail is looked at and another split may be chosen. */
  private static final int RUN = 64;

  /** How long to wait before splits that had nothing are asked again. */
  private static final long POLL_MILLIS = 10;

  private static final long IDLE_WAIT_MILLIS = 1_000;

  /** A split and its position as they were written once. */
  record SplitPosition(int split, int of, long offset) {}

  private final SourceOperator operator;
  private final SplitDiscovery discovery;
  private final StateBackend backend;
  private final RestoredState restored;
  private final List<OpenSplit> splits = new ArrayList<>();

  /** Splits whose end is in a complete checkpoint, with their last positions. */
  private final Map<String, Object> ended = new LinkedHashMap<>();

  /** What the thread reads or has read last; for the thread that closes it. */
  private volatile OpenSplit reading;

  private OperatorStateBackend state;
  private ListState<Map<String, Object>> positions;
  private long watermark = Long.MIN_VALUE;
  private boolean idle;

  /** Whether the first answer to which splits there are has come; and whether it was the last. */
  private boolean discovered;

  private boolean noMoreSplits;
  private boolean atEnd;

  /** The savepoint behind whose barrier nothing is read; 0 if there is none. */
  private long stoppedAt;

  SourceSubtask(
      SplitDiscovery discovery,
      StateBackend backend,
      RestoredState restored,
      TaskServices services,
      Deployment.Latches latches) {
    super(
        new Id(discovery.operator().id(), restored.subtask()),
        services,
        latches.ready(),
        latches.start());
    this.operator = discovery.operator();
    this.discovery = discovery;
    this.backend = backend;
    this.restored = restored;
  }

  // ---- the splits

  @Override
  void open() throws Exception {
    state = backend.createOperatorStateBackend(restored.operatorOptions(operator.parallelism()));
    positions = openPositions();
    Map<String, Object> start = new LinkedHashMap<>();
    Iterable<Map<String, Object>> kept = positions.get();
    if (kept != null) {
      kept.forEach(start::putAll);
    }
    addNumbered(start);
    for (Map.Entry<String, Object> split : start.entrySet()) {
      checkCancelled();
      discovery.restored(subtask, split.getKey());
      open(split.getKey(), Optional.ofNullable(split.getValue()));
    }
    reportUndeclared(state);
  }

  private ListState<Map<String, Object>> openPositions() {
    try {
      return state.getListState(
          new ListStateDescriptor<>(
              POSITIONS,
              Serializers.map(
                  Serializers.strings(),
                  Serializers.nullable(operator.source().positionSerializer()))));
    } catch (IncompatibleStateException e) {
      throw e.of("the positions of source \"" + operatorId + "\"");
    }
  }

  private void addNumbered(Map<String, Object> start) {
    for (SplitPosition position : state.takeList(NUMBERED)) {
      if (!(operator.source().positionSerializer().resolve(Serializers.longs().snapshot())
          instanceof Compatibility.AsIs)) {
        throw new IncompatibleStateException(
            "source \"" + operatorId + "\"",
            "positions of type long",
            "positions of " + operator.source().positionSerializer(),
            "Restore with a source whose positions are of type Long.");
      }
      start.put(position.split() + "/" + position.of(), position.offset());
    }
  }

  private void open(String split, Optional<Object> position) throws Exception {
    Source<Object, Object> source = operator.source();
    SplitContext<Object> context = new SplitContext<>(split, position, gate::wakeUp);
    SplitReader<Object, Object> reader = source.open(context);
    if (reader == null) {
      throw new IllegalStateException(
          "source \"" + operatorId + "\" gave no reader for split \"" + split + "\"");
    }
    splits.add(new OpenSplit(context, reader, operator.watermarks(), services.nanos().getAsLong()));
  }

  /** Gives a new split to this subtask. */
  void postSplit(String split) {
    gate.post(
        () ->
            letter(
                "Opening split \"" + split + "\" of source \"" + operatorId + "\"",
                () -> open(split, Optional.empty())));
  }

  /** All splits that there are now have been given out; perhaps all that will ever be. */
  void postDiscovered(boolean last) {
    gate.post(
        () -> {
          discovered = true;
          noMoreSplits = last;
        });
  }

  // ---- reading

  @Override
  void work() throws Exception {
    boolean more = false;
    while (!finished()) {
      // Mail only: there are no channels.
      gate.take(more ? 0 : waitMillis());
      if (!finished()) {
        more = !atEnd && stoppedAt == 0 && read();
        if (stoppedAt == 0) {
          advance();
        }
        if (more) {
          output.flushIfOld(services.nanos().getAsLong());
        } else {
          output.flush();
        }
      }
    }
  }

  private long waitMillis() {
    return stoppedAt != 0 || splits.stream().allMatch(OpenSplit::ended)
        ? IDLE_WAIT_MILLIS
        : POLL_MILLIS;
  }

  /** Reads some elements of one split; returns false if none has any now. */
  private boolean read() throws Exception {
    splits.forEach(OpenSplit::forgetThatItWasAsked);
    for (OpenSplit split = behind(); split != null; split = behind()) {
      if (read(split)) {
        return true;
      }
    }
    return false;
  }

  private OpenSplit behind() {
    OpenSplit behind = null;
    for (OpenSplit split : splits) {
      if (split.mayHaveMore() && (behind == null || split.watermark() < behind.watermark())) {
        behind = split;
      }
    }
    return behind;
  }

  private boolean read(OpenSplit split) throws Exception {
    reading = split;
    int count = 0;
    Poll answer = split.poll();
    checkCancelled();
    while (answer == Poll.ELEMENT) {
      emit(split);
      if (++count == RUN) {
        break;
      }
      answer = split.poll();
      checkCancelled();
    }
    if (answer == null) {
      throw new IllegalStateException(
          "the reader of split \"" + split.id + "\" of source \"" + operatorId + "\" polled null");
    }
    split.read(count, answer, services.nanos().getAsLong());
    if (count > 0) {
      services.events().read(operatorId, count);
    }
    return count > 0;
  }

  private void emit(OpenSplit split) {
    Object element = split.element();
    if (element == null) {
      throw new IllegalStateException(
          "the reader of split \""
              + split.id
              + "\" of source \""
              + operatorId
              + "\" gave null as an element");
    }
    if (idle) {
      // From now on its watermark counts again.
      idle = false;
      output.sendToAll(new Watermark(watermark));
    }
    output.emit(element, split.timestampMillis(element));
  }

  private void advance() {
    if (atEnd || !discovered) {
      // A split that is still to come may be behind.
      return;
    }
    long now = services.nanos().getAsLong();
    long least = Watermark.END;
    long greatestIdle = Long.MIN_VALUE;
    boolean waiting = false;
    boolean active = false;
    for (OpenSplit split : splits) {
      // Only the end of all splits is the end, whatever a reader says of time.
      long mark = Math.min(split.watermark(), Watermark.END - 1);
      if (split.ended()) {
        continue;
      }
      waiting = true;
      if (split.idle(now)) {
        greatestIdle = Math.max(greatestIdle, mark);
      } else {
        active = true;
        least = Math.min(least, mark);
      }
    }
    if (!waiting && noMoreSplits) {
      atEnd = true;
      output.sendToAll(new Watermark(Watermark.END));
      services.master().sourceFinished(operatorId, subtask);
    } else if (active) {
      advanceTo(least);
    } else if (!idle) {
      // As it would be had the others become idle a little earlier than the last one.
      advanceTo(greatestIdle);
      idle = true;
      output.sendToAll(Idle.INSTANCE);
    }
  }

  private void advanceTo(long timestampMillis) {
    if (timestampMillis > watermark) {
      watermark = timestampMillis;
      output.sendToAll(new Watermark(timestampMillis));
    }
  }

  // ---- checkpoints

  /** Puts a barrier behind what was read so far. Comes as mail. */
  void postBarrier(Barrier barrier) {
    gate.post(
        () -> {
          if (barrier.atSources() == Barrier.AtSources.DRAIN_AND_STOP) {
            output.sendToAll(new Watermark(Watermark.END));
          }
          output.sendToAll(barrier);
          if (barrier.stopsSources()) {
            stoppedAt = barrier.checkpointId();
          }
          long id = barrier.checkpointId();
          List<Map<String, Object>> now = new ArrayList<>();
          ended.forEach((split, position) -> now.add(Collections.singletonMap(split, position)));
          for (OpenSplit split : splits) {
            now.add(Collections.singletonMap(split.id, split.store(id)));
          }
          positions.update(now);
          snapshots.start(
              id,
              null,
              state.snapshot(id, barrier.timestampMillis(), barrier.streams(), barrier.options()));
        });
  }

  @Override
  void completed(long checkpointId) throws Exception {
    for (OpenSplit split : List.copyOf(splits)) {
      if (split.completed(checkpointId)) {
        ended.put(split.id, split.position());
        splits.remove(split);
        split.close();
      }
    }
  }

  @Override
  void aborted(long checkpointId) {
    if (checkpointId == stoppedAt) {
      stoppedAt = 0;
    }
  }

  // ---- the end

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
          "Closing split \"{}\" of source \"{}\", whose reader hangs, failed",
          hanging.id,
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
          failure = new IOException("closing split \"" + split.id + "\"", e);
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
