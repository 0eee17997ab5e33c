package io.streambed.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;

/** A list of 21 Longs for each key; appends let it grow, up to a bound. */
final class Lists implements Workload {
  private static final int LENGTH = 21;

  /** A list this long at the start of a batch is cut back to {@link #LENGTH}, unmeasured. */
  private static final int MAX_LENGTH = 2 * LENGTH;

  /** An element's weight in the sum: the order counts. */
  private static final long WEIGHT = 31;

  private final KeyedStateBackend<Long> backend;
  private final ListState<Long> state;
  private final int[] lengths;
  private final Batch batch = new Batch(4);

  Lists(KeyedStateBackend<Long> backend, int entries) throws Exception {
    this.backend = backend;
    lengths = new int[entries / LENGTH];
    state =
        backend.getPartitionedState(
            VoidNamespace.INSTANCE,
            VoidNamespaceSerializer.INSTANCE,
            new ListStateDescriptor<>("lists", LongSerializer.INSTANCE));
  }

  @Override
  public void fill() throws Exception {
    for (int slot = 0; slot < LENGTH; slot++) {
      for (int number = 0; number < lengths.length; number++) {
        long key = Scatter.key(number);
        backend.setCurrentKey(key);
        state.add(Scatter.value(key, slot, 0));
      }
    }
    Arrays.fill(lengths, LENGTH);
  }

  @Override
  public Operation operation(Case measured) {
    return switch (measured) {
      case LIST_READ -> new Read();
      case LIST_APPEND -> new Append();
      default -> throw new IllegalArgumentException(measured + " is not of lists");
    };
  }

  private long expected(int i) {
    long sum = 0;
    for (int slot = 0; slot < lengths[batch.number[i]]; slot++) {
      sum = sum * WEIGHT + Scatter.value(batch.key[i], slot, 0);
    }
    return sum;
  }

  private void read(int i, long expected) throws Exception {
    backend.setCurrentKey(batch.key[i]);
    long sum = 0;
    for (Long element : state.get()) {
      sum = sum * WEIGHT + element;
    }
    if (sum != expected) {
      throw WrongAnswerException.of("the sum over the list", batch.key[i], expected, sum);
    }
  }

  private final class Read implements Operation {
    @Override
    public void prepare() {
      batch.draw(lengths.length, 1);
      for (int i = 0; i < Batch.SIZE; i++) {
        batch.expected[i] = expected(i);
      }
    }

    @Override
    public void run() throws Exception {
      for (int i = 0; i < Batch.SIZE; i++) {
        read(i, batch.expected[i]);
      }
    }
  }

  private final class Append implements Operation {
    @Override
    public void prepare() throws Exception {
      batch.draw(lengths.length, 1);
      for (int i = 0; i < Batch.SIZE; i++) {
        if (lengths[batch.number[i]] > MAX_LENGTH) {
          cut(i);
        }
      }
      for (int i = 0; i < Batch.SIZE; i++) {
        int slot = lengths[batch.number[i]]++;
        batch.next[i] = Scatter.value(batch.key[i], slot, 0);
      }
    }

    private void cut(int i) throws Exception {
      List<Long> elements = new ArrayList<>(LENGTH);
      for (int slot = 0; slot < LENGTH; slot++) {
        elements.add(Scatter.value(batch.key[i], slot, 0));
      }
      backend.setCurrentKey(batch.key[i]);
      state.update(elements);
      lengths[batch.number[i]] = LENGTH;
    }

    @Override
    public void run() throws Exception {
      for (int i = 0; i < Batch.SIZE; i++) {
        backend.setCurrentKey(batch.key[i]);
        state.add(batch.next[i]);
      }
    }

    @Override
    public void check() throws Exception {
      for (int i = 0; i < Batch.SIZE; i += Batch.CHECK_STRIDE) {
        read(i, expected(i));
      }
    }
  }
}
