package io.streambed.runtime;

import io.streambed.backend.StateBackend;
import io.streambed.job.JobOperator.SinkOperator;
import io.streambed.job.Sink.Committable;
import io.streambed.job.Sink.SinkContext;
import io.streambed.job.SinkWriter;
import io.streambed.operator.OperatorStateBackend;
import io.streambed.serial.Serializers;
import io.streambed.state.ListState;
import io.streambed.state.ListStateDescriptor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * A subtask of a sink. What awaits its commit is kept as union list state: after a restore every
 * subtask knows all of it, since each may have to clean up after any.
 */
final class SinkSubtask extends ConsumingSubtask {
  private static final ListStateDescriptor<Committable> PENDING =
      new ListStateDescriptor<>("_pending", Serializers.of(Committable.class));

  private final SinkOperator operator;
  private final StateBackend backend;
  private final RestoredState restored;
  private final Deployment.RunIdentity run;
  private final List<Committable> pending = new ArrayList<>();
  private OperatorStateBackend state;
  private ListState<Committable> pendingState;
  private SinkWriter<Object> writer;

  SinkSubtask(
      SinkOperator operator,
      StateBackend backend,
      RestoredState restored,
      TaskServices services,
      Deployment.Latches latches) {
    super(new Id(operator.id(), restored.subtask()), services, latches.ready(), latches.start());
    this.operator = operator;
    this.backend = backend;
    this.restored = restored;
    this.run = latches.run();
  }

  @Override
  void open() throws IOException {
    state = backend.createOperatorStateBackend(restored.operatorOptions(operator.parallelism()));
    pendingState = state.getUnionListState(PENDING);
    List<Committable> toCommit = new ArrayList<>();
    Iterable<Committable> found = pendingState.get();
    if (found != null) {
      found.forEach(toCommit::add);
    }
    writer =
        operator
            .sink()
            .open(
                new SinkContext(
                    operatorId,
                    subtask,
                    run.jobId(),
                    run.runId(),
                    restored.checkpointId(),
                    toCommit));
    reportCarried(state);
  }

  @Override
  void element(int input, Element element) throws IOException {
    writer.write(element.value());
  }

  @Override
  void watermark(long timestampMillis) {
    // Results become visible with checkpoints, whatever their time.
  }

  @Override
  void processingTime(long nowMillis) {
    // As above.
  }

  @Override
  long nextProcessingTimeMillis() {
    return Long.MAX_VALUE;
  }

  @Override
  void snapshot(Barrier barrier) throws IOException {
    long id = barrier.checkpointId();
    pending.addAll(writer.prepare(id));
    pendingState.update(pending);
    snapshots.start(
        id,
        null,
        state.snapshot(id, barrier.timestampMillis(), barrier.streams(), barrier.options()));
  }

  @Override
  void completed(long checkpointId) throws IOException {
    Iterator<Committable> each = pending.iterator();
    while (each.hasNext()) {
      Committable committable = each.next();
      if (committable.checkpointId() <= checkpointId) {
        services.listener().on(new JobEvent.Committing(operatorId, subtask, committable.name()));
        writer.commit(committable);
        each.remove();
      }
    }
  }

  @Override
  void close() throws IOException {
    if (state != null) {
      state.close();
    }
    if (writer != null) {
      writer.close();
    }
  }
}
