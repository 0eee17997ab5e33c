package io.streambed.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What one subtask gives on: to each operator that reads it, by that edge's partitioning. Elements
 * are gathered in batches; watermarks and barriers go to every channel and take the batches with
 * them.
 *
 * <p>Threading: the subtask's thread.
 */
final class Output {
  private static final int BATCH = 256;

  /** How long an element may wait in a batch while its subtask is busy. */
  private static final long BATCH_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private final List<Edge> edges = new ArrayList<>();
  private long flushedNanos;

  /** Which of an edge's targets an element goes to. */
  interface Partitioner {
    /** Goes to all targets. */
    int ALL = -1;

    /** The target's index, or {@link #ALL}. */
    int target(Object value);
  }

  private static final class Edge {
    final Partitioner partitioner;
    final List<InputGate> gates = new ArrayList<>();
    final List<Integer> channels = new ArrayList<>();
    final List<List<Object>> buffers = new ArrayList<>();

    Edge(Partitioner partitioner) {
      this.partitioner = partitioner;
    }

    void add(int target, Object item) {
      List<Object> buffer = buffers.get(target);
      buffer.add(item);
      if (buffer.size() >= BATCH) {
        flush(target);
      }
    }

    void flush(int target) {
      List<Object> buffer = buffers.get(target);
      if (!buffer.isEmpty()) {
        buffers.set(target, new ArrayList<>(BATCH));
        gates.get(target).put(channels.get(target), buffer);
      }
    }
  }

  /**
   * Adds an edge, before anything runs.
   *
   * @param partitioner chooses the target of each element
   * @param targets the gates of the reading subtasks
   * @param input which of the reading operator's inputs this is
   */
  void connect(Partitioner partitioner, List<InputGate> targets, int input) {
    Edge edge = new Edge(partitioner);
    for (InputGate gate : targets) {
      edge.gates.add(gate);
      edge.channels.add(gate.addChannel(input));
      edge.buffers.add(new ArrayList<>(BATCH));
    }
    edges.add(edge);
  }

  void emit(Object value, long timestampMillis) {
    Element element = new Element(value, timestampMillis);
    for (Edge edge : edges) {
      int target = edge.partitioner.target(value);
      if (target == Partitioner.ALL) {
        addToAll(edge, element);
      } else {
        edge.add(target, element);
      }
    }
  }

  private static void addToAll(Edge edge, Object item) {
    for (int target = 0; target < edge.gates.size(); target++) {
      edge.add(target, item);
    }
  }

  /** Sends a watermark or barrier on every channel, and all that waits before it. */
  void sendToAll(Object control) {
    for (Edge edge : edges) {
      for (int target = 0; target < edge.gates.size(); target++) {
        edge.buffers.get(target).add(control);
        edge.flush(target);
      }
    }
  }

  /** Sends on what has waited for some milliseconds; to be called now and then by who is busy. */
  void flushIfOld(long nowNanos) {
    if (nowNanos - flushedNanos >= BATCH_NANOS) {
      flushedNanos = nowNanos;
      flush();
    }
  }

  /** Sends on all that waits. */
  void flush() {
    for (Edge edge : edges) {
      for (int target = 0; target < edge.gates.size(); target++) {
        edge.flush(target);
      }
    }
  }
}
