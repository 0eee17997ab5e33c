package io.streambed.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.job.Sink;
import io.streambed.job.Sink.SavedContent;
import io.streambed.job.Sink.SinkContext;
import io.streambed.job.SinkWriter;
import io.streambed.runtime.JobFailedException;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Sinks that need nothing but this process. */
class SinksTest {
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  private static <T, C> SinkWriter<T, C> open(Sink<T, C> sink, String runId, List<C> pending)
      throws Exception {
    return sink.open(new SinkContext<>("out", 0, "job", runId, 0, pending, SavedContent.NONE));
  }

  // ---- collecting

  @Test
  void results_beforeTheCommit_areNotThere() throws Exception {
    CollectingSink<String> sink = new CollectingSink<>();
    try (SinkWriter<String, String> writer = open(sink, "job-1", List.of())) {
      writer.write("a", 0);
      List<String> first = writer.prepare(1);
      writer.write("b", 0);
      List<String> second = writer.prepare(2);
      assertThat(writer.prepare(3)).isEmpty();
      writer.write("never prepared", 0);
      assertThat(sink.results()).isEmpty();
      writer.commit(first.get(0));
      assertThat(sink.results()).containsExactly("a");
      writer.commit(first.get(0));
      writer.commit(second.get(0));
      assertThat(sink.results()).containsExactly("a", "b");
    }
    assertThat(sink.results()).containsExactly("a", "b");
  }

  @Test
  void open_resultsOfTheRestoredCheckpoint_areCommittedOnceByWhateverSubtask() throws Exception {
    CollectingSink<String> sink = new CollectingSink<>();
    SinkWriter<String, String> before = open(sink, "job-1", List.of());
    before.write("in the checkpoint", 0);
    List<String> pending = before.prepare(1);
    before.write("after it", 0);
    before.prepare(2);
    before.close();
    open(sink, "job-2", pending).close();
    open(sink, "job-2", pending).close();
    assertThat(sink.results()).containsExactly("in the checkpoint");
  }

  @Test
  void open_resultsOfAnotherObject_isRefused() throws Exception {
    SinkWriter<String, String> other = open(new CollectingSink<String>(), "job-1", List.of());
    other.write("lost", 0);
    List<String> pending = other.prepare(1);
    CollectingSink<String> sink = new CollectingSink<>();
    assertThatThrownBy(() -> open(sink, "job-2", pending))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll("in memory alone", "the sink it had before");
  }

  // ---- printing

  @Test
  void run_printSink_printsEachResultAsALine() {
    PrintSink<Integer> sink = new PrintSink<>(new PrintStream(printed, false));
    new ConnectorJob().run(ConnectorJob.job(ListSource.of(1, 2, 3), sink));
    assertThat(printed.toString(StandardCharsets.UTF_8).lines()).containsExactly("1", "2", "3");
  }

  @Test
  void prepare_printSink_flushesTheStream() throws Exception {
    PrintStream buffered = new PrintStream(new BufferedOutputStream(printed), false);
    SinkWriter<Object, Void> writer = open(new PrintSink<>(buffered), "job-1", List.of());
    writer.write("a", 0);
    assertThat(printed.size()).isZero();
    assertThat(writer.prepare(1)).isEmpty();
    assertThat(printed.toString(StandardCharsets.UTF_8).lines()).containsExactly("a");
    writer.close();
    assertThat(buffered.checkError()).as("closed").isFalse();
  }

  @Test
  void prepare_streamHasFailed_fails() throws Exception {
    OutputStream broken =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("gone");
          }
        };
    SinkWriter<Object, Void> writer =
        open(new PrintSink<>(new PrintStream(broken)), "job-1", List.of());
    writer.write("a", 0);
    assertThatThrownBy(() -> writer.prepare(1))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("sink \"out\" prints to");
  }

  // ---- calling a function

  @Test
  void run_functionFailsOnce_getsEachResultAtLeastOnce() {
    List<Integer> seen = Collections.synchronizedList(new ArrayList<>());
    List<Integer> failed = Collections.synchronizedList(new ArrayList<>());
    ForEachSink<Integer> sink =
        new ForEachSink<>(
            result -> {
              if (result == 3 && failed.isEmpty()) {
                failed.add(result);
                throw new IOException("told to fail");
              }
              seen.add(result);
            });
    ConnectorJob job = new ConnectorJob();
    var result = job.run(ConnectorJob.job(ListSource.of(1, 2, 3, 4), sink));
    assertThat(result.restarts()).isEqualTo(1);
    assertThat(seen).containsOnly(1, 2, 3, 4).endsWith(3, 4);
  }

  @Test
  void run_functionFailsAlways_failsTheJobWithTheCause() {
    ForEachSink<Integer> sink =
        new ForEachSink<>(
            result -> {
              throw new IOException("told to fail");
            });
    ConnectorJob job = new ConnectorJob();
    assertThatThrownBy(() -> job.run(ConnectorJob.job(ListSource.of(1), sink)))
        .isInstanceOf(JobFailedException.class)
        .hasMessageContainingAll("out", "told to fail");
  }
}
