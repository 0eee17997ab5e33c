package io.streambed.runtime;

import io.streambed.backend.StateBackend;
import io.streambed.error.IncompatibleStateException;
import io.streambed.job.JobOperator.SourceOperator;
import io.streambed.job.Poll;
import io.streambed.job.Source;
import io.streambed.job.SplitContext;
import io.streambed.job.SplitReader;
import io.streambed.migration.DeclaredState;
import io.streambed.operator.OperatorStateBackend;
import io.streambed.serial.Compatibility;
import io.streambed.serial.Serializers;
import io.streambed.state.ListState;
import io.streambed.state.ListStateDescriptor;
import io.streambed.state.StateKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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

  private static final String OTHER_POSITIONS =
      "Keep the type of the source's positions. Or give the source another id: it begins at its"
          + " start then, and the old one's positions are left behind if"
          + " RunOptions.withAllowDropped, or --allow-dropped-state on the command line, allows it.";

  /** Splits that have ended; every subtask gets all. */
  private static final ListStateDescriptor<String> ENDED =
      new ListStateDescriptor<>("_ended", Serializers.strings());

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

  private long endedWatermark = Long.MIN_VALUE;
  private int readLast;

  /** What the thread reads or has read last; for the thread that closes it. */
  private volatile OpenSplit reading;

  private OperatorStateBackend state;
  private ListState<Map<String, Object>> positions;
  private ListState<String> endedState;
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

  /** The operator states that a source's subtasks open. */
  static List<DeclaredState> operatorStates(SourceOperator operator) {
    return List.of(
        DeclaredState.ofOperator(StateKind.SPLIT_LIST, positionsOf(operator))
            .told("its positions", OTHER_POSITIONS),
        DeclaredState.ofOperator(StateKind.UNION_LIST, ENDED)
            .told("the splits that it has read", OTHER_POSITIONS),
        DeclaredState.ofOperator(StateKind.SPLIT_LIST, NUMBERED)
            .told("its positions", OTHER_POSITIONS));
  }

  private static ListStateDescriptor<Map<String, Object>> positionsOf(SourceOperator operator) {
    return new ListStateDescriptor<>(
        POSITIONS,
        Serializers.map(
            Serializers.strings(), Serializers.nullable(operator.source().positionSerializer())));
  }

  // ---- the splits

  @Override
  void open() throws Exception {
    metrics.sendsTo(output);
    state = backend.createOperatorStateBackend(restored.operatorOptions(operator.parallelism()));
    positions = openPositions();
    Map<String, Object> start = new LinkedHashMap<>();
    Iterable<Map<String, Object>> kept = positions.get();
    if (kept != null) {
      kept.forEach(start::putAll);
    }
    addNumbered(start);
    Set<String> atTheirEnd = restoredEnds();
    if (operator.source().discoveryInterval().isZero()) {
      // One whose splits are fixed opens all, and so can tell that its input is another one now.
      atTheirEnd = Set.of();
    }
    for (Map.Entry<String, Object> split : start.entrySet()) {
      checkCancelled();
      discovery.restored(subtask, split.getKey());
      if (atTheirEnd.contains(split.getKey())) {
        ended.put(split.getKey(), split.getValue());
        discovery.ended(subtask);
      } else {
        open(split.getKey(), Optional.ofNullable(split.getValue()));
      }
    }
    reportUndeclared(state);
  }

  private Set<String> restoredEnds() {
    endedState = state.getUnionListState(ENDED);
    Set<String> ends = new HashSet<>();
    Iterable<String> kept = endedState.get();
    if (kept != null) {
      kept.forEach(ends::add);
    }
    return ends;
  }

  private ListState<Map<String, Object>> openPositions() {
    try {
      return state.getListState(positionsOf(operator));
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
    splits.add(new OpenSplit(context, reader, operator.watermarks()));
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
    int size = splits.size();
    for (int i = 1; i <= size; i++) {
      // Of several that are equally far, the one whose turn it is.
      OpenSplit split = splits.get((readLast + i) % size);
      if (split.mayHaveMore() && (behind == null || split.watermark() < behind.watermark())) {
        behind = split;
      }
    }
    return behind;
  }

  private boolean read(OpenSplit split) throws Exception {
    reading = split;
    readLast = splits.indexOf(split);
    int count = 0;
    Poll answer = split.poll();
    checkCancelled();
    while (answer == Poll.ELEMENT) {
      emit(split);
      if (++count == RUN || gate.hasMail()) {
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
    if (answer == Poll.END) {
      discovery.ended(subtask);
    }
    if (count > 0) {
      metrics.received(count);
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
    if (idle && operator.watermarks().hasTime()) {
      becomeActive();
    }
    output.emit(element, split.timestampMillis(element));
  }

  private void advance() {
    if (atEnd || !discovered) {
      // A split that is still to come may be behind.
      return;
    }
    long least = Watermark.END;
    long greatestIdle = endedWatermark;
    boolean waiting = false;
    boolean active = false;
    for (OpenSplit split : splits) {
      // Only the end of all splits is the end, whatever a reader says of time.
      long mark = Math.min(split.watermark(), Watermark.END - 1);
      waiting |= !split.ended();
      if (split.ended() || split.idle()) {
        greatestIdle = Math.max(greatestIdle, mark);
      } else {
        active = true;
        least = Math.min(least, mark);
      }
    }
    if (!waiting && noMoreSplits) {
      atEnd = true;
      output.sendToAll(new Watermark(Watermark.END));
      metrics.watermarkSent(Watermark.END);
      services.master().sourceFinished(operatorId, subtask);
    } else if (active) {
      if (idle) {
        becomeActive();
      }
      advanceTo(least);
    } else {
      // As it would be had the others become idle, or ended, a little earlier than the last one.
      advanceTo(greatestIdle);
      if (!idle) {
        idle = true;
        output.sendToAll(Idle.INSTANCE);
      }
    }
  }

  private void becomeActive() {
    idle = false;
    output.sendToAll(new Watermark(watermark));
  }

  private void advanceTo(long timestampMillis) {
    if (timestampMillis > watermark) {
      watermark = timestampMillis;
      // Its readers take a watermark as a sign that this subtask is not idle any more.
      idle = false;
      output.sendToAll(new Watermark(timestampMillis));
      metrics.watermarkSent(timestampMillis);
    }
  }

  // ---- checkpoints

  /** Puts a barrier behind what was read so far. Comes as mail. */
  void postBarrier(Barrier barrier) {
    gate.post(
        () -> {
          if (barrier.atSources() == Barrier.AtSources.DRAIN_AND_STOP) {
            output.sendToAll(new Watermark(Watermark.END));
            metrics.watermarkSent(Watermark.END);
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
          List<String> ends = new ArrayList<>(ended.keySet());
          splits.stream().filter(OpenSplit::ended).forEach(split -> ends.add(split.id));
          endedState.update(ends);
          snapshots.start(id, null, state.snapshot(id, barrier.streams(), barrier.options()));
        });
  }

  @Override
  void completed(long checkpointId) throws Exception {
    if (checkpointId == stoppedAt) {
      // A savepoint acknowledges nothing: who goes on from an earlier checkpoint reads it again.
      return;
    }
    for (OpenSplit split : List.copyOf(splits)) {
      if (split.completed(checkpointId)) {
        ended.put(split.id, split.position());
        endedWatermark = Math.max(endedWatermark, split.watermark());
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
