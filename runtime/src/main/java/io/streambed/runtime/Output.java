package io.streambed.runtime;

import io.streambed.job.SideOutput;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What one subtask, or a step in it, gives on: to each operator that reads it, by that edge's
 * partitioning, and to each step behind it at once. Elements are gathered in batches; watermarks
 * and barriers go to every channel and take the batches with them.
 *
 * <p>Threading: the subtask's thread.
 */
final class Output {
  private static final int BATCH = 256;

  /** How long an element may wait in a batch while its subtask is busy. */
  private static final long BATCH_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private final List<Edge> edges = new ArrayList<>();
  private final List<ChainedStep> steps = new ArrayList<>();
  private final Map<String, Output> sides = new HashMap<>();

  /** Those of the steps and the side outputs. */
  private final List<Output> behind = new ArrayList<>();

  /** Takes what is given to side outputs that no step reads; null if that is dropped. */
  private UnreadSides unreadSides;

  private long flushedNanos = System.nanoTime();

  /** Takes what is given to side outputs that no step reads. */
  @FunctionalInterface
  interface UnreadSides {
    void take(SideOutput<?> to, Object value, long timestampMillis);
  }

  /** Is told what goes to other subtasks. */
  interface Traffic {
    /** Tells nobody. */
    Traffic UNMEASURED =
        new Traffic() {
          @Override
          public void sent(int elements) {}

          @Override
          public void blocked() {}

          @Override
          public void unblocked() {}
        };

    /** Elements were sent to one subtask. */
    void sent(int elements);

    /** The subtask waits, since the channel to another one is full. */
    void blocked();

    /** It waits no more. */
    void unblocked();
  }

  /** Which of an edge's targets an element goes to. */
  interface Partitioner {
    /** Goes to all targets. */
    int ALL = -1;

    /** The element's key; null if the edge has none. */
    default Object key(Object value) {
      return null;
    }

    /** The target's index, or {@link #ALL}. */
    int target(Object key, Object value);
  }

  private static final class Edge {
    final Partitioner partitioner;
    final List<InputGate> gates = new ArrayList<>();
    final List<Integer> channels = new ArrayList<>();
    final List<List<Object>> buffers = new ArrayList<>();
    Traffic traffic = Traffic.UNMEASURED;

    Edge(Partitioner partitioner) {
      this.partitioner = partitioner;
    }

    void emit(Object value, long timestampMillis) {
      Object key = partitioner.key(value);
      int target = partitioner.target(key, value);
      Element element = new Element(key, value, timestampMillis);
      if (target != Partitioner.ALL) {
        add(target, element);
        return;
      }
      for (int each = 0; each < gates.size(); each++) {
        add(each, element);
      }
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
        // A watermark or barrier is the last item of its batch, and no element.
        boolean endsWithElement = buffer.get(buffer.size() - 1) instanceof Element;
        int elements = buffer.size() - (endsWithElement ? 0 : 1);
        send(gates.get(target), channels.get(target), buffer);
        traffic.sent(elements);
      }
    }

    private void send(InputGate gate, int channel, List<Object> items) {
      if (!gate.offer(channel, items)) {
        traffic.blocked();
        try {
          gate.put(channel, items);
        } finally {
          traffic.unblocked();
        }
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

  /** Adds a step, before anything runs. */
  void chain(ChainedStep step) {
    steps.add(step);
    behind.add(step.output());
  }

  /** The side output of a name, before anything runs. */
  Output side(String name) {
    return sides.computeIfAbsent(
        name,
        each -> {
          Output side = new Output();
          behind.add(side);
          return side;
        });
  }

  /** Somebody measures what goes to other subtasks from here and behind, before anything runs. */
  void measuredBy(Traffic traffic) {
    edges.forEach(edge -> edge.traffic = traffic);
    behind.forEach(output -> output.measuredBy(traffic));
  }

  /** Lets somebody take what is given to side outputs that no step reads, before anything runs. */
  void readUnreadSides(UnreadSides reader) {
    unreadSides = reader;
  }

  void emit(Object value, long timestampMillis) {
    for (Edge edge : edges) {
      edge.emit(value, timestampMillis);
    }
    for (ChainedStep step : steps) {
      step.process(value, timestampMillis);
    }
  }

  /** Gives an element to a side output, where it is dropped if nobody reads that. */
  void emit(SideOutput<?> to, Object value, long timestampMillis) {
    Output side = sides.get(to.name());
    if (side != null) {
      side.emit(value, timestampMillis);
    } else if (unreadSides != null) {
      unreadSides.take(to, value, timestampMillis);
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
    behind.forEach(output -> output.sendToAll(control));
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
    behind.forEach(Output::flush);
  }
}
