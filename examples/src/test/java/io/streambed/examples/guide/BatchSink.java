package io.streambed.examples.guide;

import io.streambed.job.Sink;
import io.streambed.job.SinkWriter;
import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A file for the results between two checkpoints; it gets its name once the second is complete. */
record BatchSink(Path directory) implements Sink<String, String> {
  @Override
  public Serializer<String> committableSerializer() {
    return Serializers.strings();
  }

  @Override
  public SinkWriter<String, String> open(SinkContext<String> context) throws IOException {
    Files.createDirectories(directory);
    if (context.subtask() == 0) { // each gets all of them
      for (String name : context.pending()) {
        bringBack(name, context.saved());
        commit(name);
      }
    }
    return new BatchWriter(context.runId() + "-" + context.subtask());
  }

  /** Writes what is not here any more from the copy that a savepoint has. */
  private void bringBack(String name, SavedContent saved) throws IOException {
    Path written = directory.resolve(name + ".tmp");
    if (!Files.exists(written) && !Files.exists(directory.resolve(name))) {
      Path copy = directory.resolve(name + ".copy");
      boolean found;
      try (OutputStream out = Files.newOutputStream(copy)) {
        found = saved.copy(name, out);
      }
      if (found) {
        Files.move(copy, written);
      } else {
        Files.delete(copy); // a checkpoint has no copies
      }
    }
  }

  /** Does nothing if it was done before. */
  private void commit(String name) throws IOException {
    Path written = directory.resolve(name + ".tmp");
    if (Files.exists(written)) {
      Files.move(written, directory.resolve(name));
    } else if (!Files.exists(directory.resolve(name))) {
      throw new IOException(name + " is lost");
    }
  }

  private final class BatchWriter implements SinkWriter<String, String> {
    private final String run;
    private final List<String> results = new ArrayList<>();

    BatchWriter(String run) {
      this.run = run;
    }

    @Override
    public void write(String result, long timestampMillis) {
      results.add(result);
    }

    @Override
    public List<String> prepare(long checkpointId) throws IOException {
      if (results.isEmpty()) {
        return List.of();
      }
      String name = run + "-" + checkpointId;
      Files.write(directory.resolve(name + ".tmp"), results);
      results.clear();
      return List.of(name);
    }

    @Override
    public Optional<Content> content(String name) throws IOException {
      Path written = directory.resolve(name + ".tmp");
      return Optional.of(new Content(name, Files.size(written), Files.newInputStream(written)));
    }

    @Override
    public void commit(String name) throws IOException {
      BatchSink.this.commit(name);
    }

    @Override
    public void close() {
      // What was not prepared is dropped: the job reads it again.
    }
  }
}
