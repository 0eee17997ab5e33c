package io.streambed.connector;

import io.streambed.job.Sink;
import io.streambed.job.SinkWriter;
import io.streambed.serial.Serializer;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Objects;

/**
 * Prints each result as a line, <b>at least once</b>: after a failure the job goes back to its last
 * complete checkpoint, and results that come after it are printed again. The stream is flushed for
 * each checkpoint, and never closed.
 *
 * <p>Threading: the stream is shared by all subtasks; their lines are mixed, each of them whole.
 *
 * @param <T> the type of the results; {@link Object#toString} makes the lines
 */
public final class PrintSink<T> implements Sink<T, Void> {
  private final PrintStream stream;

  /**
   * A sink.
   *
   * @param stream where to print, for instance {@link System#out}
   */
  public PrintSink(PrintStream stream) {
    this.stream = Objects.requireNonNull(stream, "stream");
  }

  @Override
  public Serializer<Void> committableSerializer() {
    return NoCommittables.INSTANCE;
  }

  /**
   * Begins on one subtask.
   *
   * @param context which subtask
   * @return a writer that prints; it fails at the next checkpoint with IOException once the stream
   *     has had an error, of which a PrintStream tells no more
   */
  @Override
  public SinkWriter<T, Void> open(SinkContext<Void> context) {
    return new DirectWriter<>() {
      @Override
      public void write(T result, long timestampMillis) {
        stream.println(result);
      }

      @Override
      public List<Void> prepare(long checkpointId) throws IOException {
        // This flushes, too.
        if (stream.checkError()) {
          throw new IOException(
              "the stream that sink \""
                  + context.operatorId()
                  + "\" prints to has failed: results are missing from it. Is its reader gone, or"
                  + " its disk full?");
        }
        return List.of();
      }
    };
  }
}
