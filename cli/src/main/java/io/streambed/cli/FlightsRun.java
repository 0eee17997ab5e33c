package io.streambed.cli;

import io.streambed.cli.Choices.Backend;
import io.streambed.cli.Choices.CheckpointMode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One run of the flights job over fixed input, from a directory of its own.
 *
 * @param input the flights
 * @param rules the rules
 * @param directory holds its output and its checkpoints
 * @param intervalMillis from one checkpoint to the next
 * @param backend where state is kept
 * @param mode of its checkpoints
 */
record FlightsRun(
    Path input,
    Path rules,
    Path directory,
    long intervalMillis,
    Backend backend,
    CheckpointMode mode) {
  /** One on the heap. */
  FlightsRun(Path input, Path rules, Path directory, long intervalMillis) {
    this(input, rules, directory, intervalMillis, Backend.HEAP, CheckpointMode.INCREMENTAL);
  }

  /** The same on another backend. */
  FlightsRun on(Backend other) {
    return new FlightsRun(input, rules, directory, intervalMillis, other, mode);
  }

  /** The same with full or incremental checkpoints. */
  FlightsRun with(CheckpointMode other) {
    return new FlightsRun(input, rules, directory, intervalMillis, backend, other);
  }

  Path output() {
    return directory.resolve("output");
  }

  Path checkpoints() {
    return directory.resolve("checkpoints");
  }

  /** The same in another directory. */
  FlightsRun in(Path other) {
    return new FlightsRun(input, rules, other, intervalMillis, backend, mode);
  }

  /** Arguments of {@code run}; it restores the latest checkpoint, if there is one. */
  List<String> arguments(int parallelism) {
    return new ArrayList<>(
        List.of(
            "--input",
            input.toString(),
            "--rules",
            rules.toString(),
            "--output",
            output().toString(),
            "--checkpoints",
            checkpoints().toString(),
            "--checkpoint-interval",
            intervalMillis + "ms",
            "--backend",
            backend.toString(),
            "--checkpoint-mode",
            mode.toString(),
            "--parallelism",
            Integer.toString(parallelism),
            "--restarts",
            "0",
            "--restore",
            "latest"));
  }
}
