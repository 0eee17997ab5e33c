package io.streambed.runtime;

import io.streambed.backend.StateBackend;
import io.streambed.error.IncompatibleStateException;
import io.streambed.job.JobOperator.SinkOperator;
import io.streambed.job.Sink.SinkContext;
import io.streambed.job.SinkWriter;
import io.streambed.migration.DeclaredState;
import io.streambed.operator.Attachments;
import io.streambed.operator.Attachments.Attachment;
import io.streambed.operator.OperatorStateBackend;
import io.streambed.snapshot.SnapshotType;
import io.streambed.state.ListState;
import io.streambed.state.ListStateDescriptor;
import io.streambed.state.StateKind;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * A subtask of a sink. What awaits its commit is kept as union list state: after a restore every
 * subtask knows all of it, since each may have to clean up after any. A savepoint holds its content
 * as well, since the job goes on and the sink may remove it.
 */
final class SinkSubtask extends ConsumingSubtask {
  private static final String PENDING = "_pending";

  /** Begins the names of attachments: the content of what was pending. */
  private static final String CONTENT = "_pending:";

  private final SinkOperator operator;
  private final StateBackend backend;
  private final RestoredState restored;
  private final Deployment.RunIdentity run;
  private final List<Pending> pending = new ArrayList<>();
  private OperatorStateBackend state;
  private ListState<Object> pendingState;
  private SinkWriter<Object, Object> writer;

  /** A committable, and the checkpoint that commits it. */
  private record Pending(long checkpointId, Object committable) {}

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

  /** The operator state that a sink's subtasks open. */
  static DeclaredState operatorState(SinkOperator operator) {
    return DeclaredState.ofOperator(StateKind.UNION_LIST, pendingOf(operator))
        .told(
            "what it has not committed yet",
            "Keep the type of the sink's committables, or let the sink's serializer read the old"
                + " type too. Or give the sink another id: results that the old one has not"
                + " committed are lost then.");
  }

  private static ListStateDescriptor<Object> pendingOf(SinkOperator operator) {
    return new ListStateDescriptor<>(PENDING, operator.sink().committableSerializer());
  }

  /** Whether a name in a checkpoint is that of an attachment: it goes with what is pending. */
  static boolean isContent(String state) {
    return state.startsWith(CONTENT);
  }

  @Override
  void open() throws Exception {
    metrics.hasChannels();
    state =
        backend.createOperatorStateBackend(
            restored.operatorOptions(operator.parallelism(), slice -> !isContent(slice.state())));
    pendingState = openPending();
    List<Object> toCommit = new ArrayList<>();
    Iterable<Object> found = pendingState.get();
    if (found != null) {
      found.forEach(toCommit::add);
    }
    SinkWriter<Object, Object> opened =
        operator
            .sink()
            .open(
                new SinkContext<>(
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

  private ListState<Object> openPending() {
    try {
      return state.getUnionListState(pendingOf(operator));
    } catch (IncompatibleStateException e) {
      throw e.of("the committables of sink \"" + operatorId + "\"");
    }
  }

  private boolean copySaved(String name, OutputStream to) throws IOException {
    return Attachments.copy(
        restored.assignment().operator(), CONTENT + name, restored.inputs(), to);
  }

  @Override
  void element(int input, Element element) throws Exception {
    writer.write(element.value(), element.timestampMillis());
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
  void snapshot(Barrier barrier) throws Exception {
    long id = barrier.checkpointId();
    List<Object> prepared = writer.prepare(id);
    if (prepared == null) {
      throw new IllegalStateException(
          "the writer of sink \"" + operatorId + "\" prepared null instead of a list");
    }
    prepared.forEach(committable -> pending.add(new Pending(id, committable)));
    pendingState.update(pending.stream().map(Pending::committable).toList());
    snapshots.startWithAttachments(
        id,
        state.snapshot(id, barrier.streams(), barrier.options()),
        Attachments.snapshot(content(barrier), barrier.streams(), barrier.options()));
  }

  /** For a savepoint, all that is pending. The streams are open before anything is committed. */
  private List<Attachment> content(Barrier barrier) throws Exception {
    List<Attachment> opened = new ArrayList<>();
    if (barrier.options().type() == SnapshotType.SAVEPOINT) {
      try {
        for (Pending each : pending) {
          content(each.committable).ifPresent(opened::add);
        }
      } catch (Throwable e) {
        closeAll(opened, e);
        throw e;
      }
    }
    return opened;
  }

  private Optional<Attachment> content(Object committable) throws Exception {
    Optional<SinkWriter.Content> given = writer.content(committable);
    if (given == null) {
      throw new IllegalStateException(
          "the writer of sink \""
              + operatorId
              + "\" gave null instead of content, or an empty Optional, for a savepoint");
    }
    return given.map(
        content -> new Attachment(CONTENT + content.name(), content.length(), content.bytes()));
  }

  private static void closeAll(List<Attachment> opened, Throwable failure) {
    for (Attachment each : opened) {
      try {
        each.content().close();
      } catch (IOException e) {
        failure.addSuppressed(e);
      }
    }
  }

  @Override
  void completed(long checkpointId) throws Exception {
    Iterator<Pending> each = pending.iterator();
    while (each.hasNext()) {
      Pending next = each.next();
      if (next.checkpointId <= checkpointId) {
        checkCancelled();
        services
            .events()
            .tell(new JobEvent.Committing(operatorId, subtask, next.committable.toString()));
        writer.commit(next.committable);
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
