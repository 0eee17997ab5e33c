package io.streambed.connector;

import io.streambed.job.Sink;
import io.streambed.job.SinkWriter;
import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Keeps results in memory, <b>exactly once</b>, for tests: {@link #results()} has those of complete
 * checkpoints, each once however often the job was started again.
 *
 * <p>The results are in this object alone; a checkpoint has only the names by which it keeps them.
 * So a job is exact as long as it is restored, in the same process, with the sink it had before. A
 * job that begins anew, or goes back to a checkpoint before the last, gives results that it has
 * given once: give it a new sink. Nothing is ever removed.
 *
 * <p>Threading: any thread, also while a job writes.
 *
 * @param <T> the type of the results
 */
public final class CollectingSink<T> implements Sink<T, String> {
  /** What was prepared and is not committed, by name; this object is the lock of all three. */
  private final Map<String, List<T>> prepared = new HashMap<>();

  private final Set<String> committed = new HashSet<>();
  private final List<T> results = new ArrayList<>();

  /** A sink without results. */
  public CollectingSink() {
    // Nothing is there before a job writes.
  }

  /**
   * What was committed.
   *
   * @return a copy, in the order of the commits: results of one subtask are in the order in which
   *     it got them
   */
  public synchronized List<T> results() {
    return new ArrayList<>(results);
  }

  /** Names of lists of results. */
  @Override
  public Serializer<String> committableSerializer() {
    return Serializers.strings();
  }

  /**
   * Begins on one subtask.
   *
   * @param context which subtask, of which run
   * @return the writer of the subtask
   * @throws IllegalStateException if the checkpoint names results that this object never had
   */
  @Override
  public SinkWriter<T, String> open(SinkContext<String> context) {
    context.pending().forEach(this::commit);
    String writer = context.runId() + "/" + context.operatorId() + "/" + context.subtask();
    return new Writer(writer);
  }

  private synchronized void prepare(String name, List<T> written) {
    prepared.put(name, written);
  }

  private synchronized void commit(String name) {
    List<T> written = prepared.remove(name);
    if (written != null) {
      committed.add(name);
      results.addAll(written);
    } else if (!committed.contains(name)) {
      throw new IllegalStateException(
          "the results \""
              + name
              + "\" of the restored checkpoint are not in this CollectingSink, which keeps results"
              + " in memory alone. Restore the job in the same process with the sink it had"
              + " before, or write to a sink that outlives the process.");
    }
  }

  private final class Writer implements SinkWriter<T, String> {
    private final String name;
    private List<T> written = new ArrayList<>();

    Writer(String name) {
      this.name = name;
    }

    @Override
    public void write(T result, long timestampMillis) {
      written.add(result);
    }

    @Override
    public List<String> prepare(long checkpointId) {
      if (written.isEmpty()) {
        return List.of();
      }
      String committable = name + "/" + checkpointId;
      CollectingSink.this.prepare(committable, written);
      written = new ArrayList<>();
      return List.of(committable);
    }

    @Override
    public Optional<Content> content(String committable) {
      return Optional.empty(); // This object keeps it as long as the process lives.
    }

    @Override
    public void commit(String committable) {
      CollectingSink.this.commit(committable);
    }

    @Override
    public void close() {
      // What was not prepared is dropped with the writer.
    }
  }
}
