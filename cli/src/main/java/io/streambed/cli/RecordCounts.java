package io.streambed.cli;

import io.streambed.runtime.JobEvent;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** How many records each source has read. Any thread. */
final class RecordCounts {
  private final Map<String, Long> bySource = new TreeMap<>();

  /** Notes an event; those of several subtasks come in any order. */
  synchronized void note(JobEvent.RecordsRead read) {
    bySource.merge(read.operatorId(), read.sourceRecords(), Math::max);
  }

  synchronized long total() {
    return bySource.values().stream().mapToLong(Long::longValue).sum();
  }

  /** The sum and, if there are several sources, how much each of them has. */
  @Override
  public synchronized String toString() {
    return bySource.size() < 2 ? "" + total() : total() + " (" + parts() + ")";
  }

  private String parts() {
    return bySource.entrySet().stream()
        .map(source -> source.getKey() + " " + source.getValue())
        .collect(Collectors.joining(", "));
  }
}
