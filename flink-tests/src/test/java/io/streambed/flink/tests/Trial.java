package io.streambed.flink.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a test and its jobs, which run in the same JVM, know of each other: how far the source may
 * go, when it fails, and what came out. The jobs find it by name. A job that resumes where another
 * one stopped goes on with the same trial, whose output is then that of the whole chain.
 *
 * <p>Thread-safe.
 */
final class Trial {
  private static final Map<String, Trial> TRIALS = new ConcurrentHashMap<>();

  private final String name;
  private final List<String> lines = new ArrayList<>();
  private final List<Long> restoredCheckpoints = new ArrayList<>();
  private long next;
  private long limit = Long.MAX_VALUE;
  private long failure = -1;
  private CompletableFuture<Void> paused = new CompletableFuture<>();
  private CompletableFuture<Void> gate = new CompletableFuture<>();

  Trial(String name) {
    this.name = name;
    TRIALS.put(name, this);
  }

  static Trial named(String name) {
    return TRIALS.get(name);
  }

  String name() {
    return name;
  }

  // ---- the test's side

  /**
   * The source will wait before it gives the element of this number; one that resumes there gives
   * none.
   */
  synchronized Trial pauseBefore(long number) {
    limit = number;
    paused = new CompletableFuture<>();
    return this;
  }

  /** Lets a source that waits go on, up to the element of this number. */
  synchronized void advanceTo(long number) {
    pauseBefore(number);
    gate.complete(null);
    gate = new CompletableFuture<>();
  }

  /** Done when the source waits. All that it gave is ahead of any barrier that follows. */
  synchronized CompletableFuture<Void> paused() {
    return paused;
  }

  /** Lets the source go on to its end. */
  synchronized void release() {
    limit = Long.MAX_VALUE;
    gate.complete(null);
    gate = new CompletableFuture<>();
  }

  /** The source will throw, once, instead of giving the element of this number. */
  synchronized void failAt(long number) {
    failure = number;
  }

  /** What came out, as if there had been no failure; in order. */
  synchronized List<String> output() {
    return List.copyOf(lines);
  }

  /** What came out, sorted. */
  synchronized List<String> sortedOutput() {
    return lines.stream().sorted().toList();
  }

  /**
   * What a table would hold if what came out are its changes, each a query's name and a row: rows
   * without their kind of change, with how often each is there.
   */
  synchronized Map<String, Integer> finalRows() {
    Map<String, Integer> rows = new TreeMap<>();
    for (String line : lines) {
      int sign = line.indexOf('[') - 2;
      int change = line.charAt(sign) == '+' ? 1 : -1;
      rows.merge(line.substring(0, sign) + line.substring(sign + 2), change, Integer::sum);
    }
    rows.values().removeIf(count -> count == 0);
    return rows;
  }

  /** Checks what came out, in any order; a failure shows the lines that differ and no others. */
  void assertOutput(List<String> expected) {
    assertThat(without(sortedOutput(), expected)).as("lines too many in %s", name).isEmpty();
    assertThat(without(expected, sortedOutput())).as("lines missing in %s", name).isEmpty();
  }

  private static List<String> without(List<String> lines, List<String> others) {
    Map<String, Integer> counts = new HashMap<>();
    others.forEach(line -> counts.merge(line, 1, Integer::sum));
    return lines.stream().filter(line -> counts.merge(line, -1, Integer::sum) < 0).toList();
  }

  /** The ids of the checkpoints that the job was restored from. */
  synchronized List<Long> restoredCheckpoints() {
    return List.copyOf(restoredCheckpoints);
  }

  // ---- the job's side

  synchronized CompletableFuture<Void> acquire() {
    if (next < limit) {
      return CompletableFuture.completedFuture(null);
    }
    paused.complete(null);
    return gate;
  }

  synchronized void give(long number) {
    if (number == failure) {
      failure = -1;
      throw new IllegalStateException("failure on purpose before element " + number);
    }
    next = number + 1;
  }

  synchronized void collect(String line) {
    lines.add(line);
  }

  synchronized int collected() {
    return lines.size();
  }

  /** Takes back what came out after a checkpoint. */
  synchronized void restored(long checkpoint, int collected) {
    restoredCheckpoints.add(checkpoint);
    lines.subList(collected, lines.size()).clear();
  }

  /** Takes back everything: the job began anew. */
  synchronized void began() {
    lines.clear();
  }
}
