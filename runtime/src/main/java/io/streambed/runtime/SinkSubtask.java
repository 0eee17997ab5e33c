package io.streambed.runtime;

import io.streambed.backend.StateBackend;
import io.streambed.job.JobOperator.SinkOperator;
import io.streambed.job.Sink.Committable;
import io.streambed.job.Sink.SinkContext;
import io.streambed.job.SinkWriter;
import io.streambed.operator.Attachments;
import io.streambed.operator.Attachments.Attachment;
import io.streambed.operator.OperatorStateBackend;
import io.streambed.serial.Serializers;
import io.streambed.snapshot.SnapshotType;
import io.streambed.state.ListState;
import io.streambed.state.ListStateDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * A subtask of a sink. What awaits its commit is kept as union list state: after a restore every
 * subtask knows all of it, since each may have to clean up after any. A savepoint holds its content
 * as well, since the job goes on and the sink may remove it.
 */
final class SinkSubtask extends ConsumingSubtask {
  private static final ListStateDescriptor<Committable> PENDING =
      new ListStateDescriptor<>("_pending", Serializers.of(Committable.class));

  /** Begins the names of attachments: the content of what was pending. */
  private static final String CONTENT = "_pending:";

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
    state =
        backend.createOperatorStateBackend(
            restored.operatorOptions(
                operator.parallelism(), slice -> !slice.state().startsWith(CONTENT)));
    pendingState = state.getUnionListState(PENDING);
    List<Committable> toCommit = new ArrayList<>();
    Iterable<Committable> found = pendingState.get();
    if (found != null) {
      found.forEach(toCommit::add);
    }
    SinkWriter<Object> opened =
        operator
            .sink()
            .open(
                new SinkContext(
                    operatorId,
                    subtask,
                    run.jobId(),
                    run.runId(),
                    restored.checkpointId(),
                    toCommit,
                    this::copySaved));
    if (opened == null) {
      throw new IllegalStateException("sink \"" + operatorId + "\" gave no writer");
    }
    writer = opened;
    reportUndeclared(state);
  }

  private boolean copySaved(Committable committable, OutputStream to) throws IOException {
    return Attachments.copy(
        restored.assignment().operator(), CONTENT + committable.name(), restored.inputs(), to);
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
  boolean processingTime(long nowMillis) {
    return false;
  }

  @Override
  long nextProcessingTimeMillis() {
    return Long.MAX_VALUE;
  }

  @Override
  void snapshot(Barrier barrier) throws IOException {
    long id = barrier.checkpointId();
    List<Committable> prepared = writer.prepare(id);
    if (prepared == null) {
      throw new IllegalStateException(
          "the writer of sink \"" + operatorId + "\" prepared null instead of a list");
    }
    pending.addAll(prepared);
    pendingState.update(pending);
    snapshots.startWithAttachments(
        id,
        state.snapshot(id, barrier.timestampMillis(), barrier.streams(), barrier.options()),
        Attachments.snapshot(content(barrier), barrier.streams(), barrier.options()));
  }

  /** For a savepoint, all that is pending. The streams are open before anything is committed. */
  private List<Attachment> content(Barrier barrier) throws IOException {
    List<Attachment> opened = new ArrayList<>();
    if (barrier.options().type() == SnapshotType.SAVEPOINT) {
      for (Committable committable : pending) {
        InputStream content = writer.openContent(committable);
        if (content != null) {
          opened.add(new Attachment(CONTENT + committable.name(), committable.length(), content));
        }
      }
    }
    return opened;
  }

  @Override
  void completed(long checkpointId) throws IOException {
    Iterator<Committable> each = pending.iterator();
    while (each.hasNext()) {
      Committable committable = each.next();
      if (committable.checkpointId() <= checkpointId) {
        checkCancelled();
        services.events().tell(new JobEvent.Committing(operatorId, subtask, committable.name()));
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
