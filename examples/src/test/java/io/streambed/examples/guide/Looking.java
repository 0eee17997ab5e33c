package io.streambed.examples.guide;

import io.streambed.runtime.JobHandle;
import io.streambed.runtime.OperatorView;
import io.streambed.serial.Serializers;
import io.streambed.state.StateQuery;
import io.streambed.state.ValueStateDescriptor;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;

/** The parts of docs/queries.md: looks into the job of {@link Operating}. */
final class Looking {
  private Looking() {}

  static final ValueStateDescriptor<Long> COUNT =
      new ValueStateDescriptor<>("count", Serializers.of(Long.class));

  static long count(JobHandle running, String line) {
    return running.query("count", StateQuery.of(COUNT), line).join().orElse(0L);
  }

  static long sum(JobHandle running, List<String> lines) {
    try (OperatorView view = running.view("count", Duration.ofMinutes(1)).join()) {
      return lines.stream()
          .mapToLong(line -> view.query(StateQuery.of(COUNT), line).orElse(0L))
          .sum();
    }
  }

  static void print(JobHandle running, PrintStream out) {
    running
        .statistics()
        .join()
        .forEach(
            (operator, states) ->
                states.forEach(
                    state ->
                        out.println(
                            operator
                                + " "
                                + state.schema().name()
                                + ": "
                                + state.total().entries()
                                + " entries")));
  }
}
