package io.streambed.examples.live;

import io.streambed.backend.Store;
import io.streambed.checkpoint.CoordinatorOptions;
import io.streambed.connector.BlockingSource;
import io.streambed.connector.FileSink;
import io.streambed.job.Job;
import io.streambed.job.KeyedContext;
import io.streambed.job.KeyedHandler;
import io.streambed.runtime.JobEvent;
import io.streambed.runtime.JobFailedException;
import io.streambed.runtime.JobHandle;
import io.streambed.runtime.RestorePoint;
import io.streambed.runtime.RunOptions;
import io.streambed.runtime.Streambed;
import io.streambed.serial.Serializers;
import io.streambed.state.ValueState;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * A job on live input as a process: reads a {@link LogServer}, counts by key, and writes each line
 * with its key's count. It prints what happens, and takes commands from its standard input.
 */
public final class LiveCounts {
  /** Ends the job with a savepoint; answered by {@code savepoint LOCATION}. */
  static final String STOP = "stop";

  private LiveCounts() {}

  private static Job job(Path output, int port, int parallelism) {
    BlockingSource<String, Long> log =
        new BlockingSource<>(
            List.of("log"),
            Serializers.longs(),
            (split, position) -> new LogReader(port, position.orElse(0L)));
    return Streambed.job("live-counts")
        .parallelism(parallelism)
        .source("log", log)
        .keyBy(line -> line.substring(line.indexOf(' ') + 1))
        .process("count", LiveCounts::count)
        .sink("lines", FileSink.lines(output))
        .build();
  }

  private static KeyedHandler<String> count(KeyedContext<String, String> context) {
    ValueState<Long> count = context.value("count", Long.class, 0L);
    return (line, timestampMillis) -> {
      count.update(count.value() + 1);
      context.emit(line + " " + count.value());
    };
  }

  private static void tell(JobEvent event) {
    if (event instanceof JobEvent.CheckpointCompleted complete) {
      System.out.println("checkpoint " + complete.checkpointId());
    } else if (event instanceof JobEvent.RecordsRead read) {
      System.out.println("read " + read.records());
    }
  }

  /** Ends the process when nobody holds the other end of its input any more. */
  private static void takeCommands(JobHandle running) {
    try {
      BufferedReader commands =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
      String command = commands.readLine();
      while (command != null) {
        if (command.equals(STOP)) {
          System.out.println("savepoint " + running.stopWithSavepoint().join());
        }
        command = commands.readLine();
      }
    } catch (IOException e) {
      System.out.println("no more commands: " + e);
    }
    Runtime.getRuntime().halt(1);
  }

  /**
   * Runs the job.
   *
   * @param arguments the server's port, a directory, the parallelism, the time between checkpoints
   *     in milliseconds (0: none), and what to restore: {@code latest} or a savepoint
   */
  public static void main(String[] arguments) {
    Path directory = Path.of(arguments[1]);
    Job job =
        job(
            directory.resolve("output"),
            Integer.parseInt(arguments[0]),
            Integer.parseInt(arguments[2]));
    RestorePoint restore =
        arguments[4].equals("latest")
            ? new RestorePoint.Latest()
            : new RestorePoint.At(arguments[4]);
    RunOptions options =
        RunOptions.defaults()
            .withCheckpoints(
                CoordinatorOptions.DEFAULT.withIntervalMillis(Long.parseLong(arguments[3])))
            .withRestore(restore)
            .withListener(LiveCounts::tell);
    JobHandle running = Streambed.start(job, Store.heap(directory), options);
    Thread commands = new Thread(() -> takeCommands(running), "commands");
    commands.setDaemon(true);
    commands.start();
    try {
      System.out.println("finished " + running.await().recordsRead());
    } catch (JobFailedException e) {
      System.out.println("ended: " + e.getMessage());
    }
  }
}
