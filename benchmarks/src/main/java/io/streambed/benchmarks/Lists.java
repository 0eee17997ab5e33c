package io.streambed.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A list of 21 Longs for each key; appends let it grow, up to a bound. */
final class Lists implements Workload {
  private static final int LENGTH = 21;

  /** How many elements are appended to an empty list; a part of {@link Batch#SIZE}. */
  private static final int MANY = 1024;

  /** A list this long at the start of a batch is cut back to {@link #LENGTH}, unmeasured. */
  private static final int MAX_LENGTH = 2 * LENGTH;

  /** An element's weight in the sum: the order counts. */
  private static final long WEIGHT = 31;

  private final Backend backend;
  private final Backend.OneList state;
  private final int[] lengths;
  private final Batch batch = new Batch(4);

  Lists(Backend backend, int entries) throws Exception {
    this.backend = backend;
    lengths = new int[entries / LENGTH];
    state = backend.lists("lists");
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
      case LIST_APPEND_EACH -> new AppendMany(false);
      case LIST_APPEND_ALL -> new AppendMany(true);
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

  /** Lists of keys that have none otherwise: they are filled, read and cleared in each batch. */
  private final class AppendMany implements Operation {
    private final boolean atOnce;
    private final List<Long> elements = new ArrayList<>();

    AppendMany(boolean atOnce) {
      this.atOnce = atOnce;
    }

    @Override
    public void prepare() {
      batch.draw(lengths.length, 1);
      elements.clear();
      for (int slot = 0; slot < MANY; slot++) {
        elements.add(Scatter.value(batch.key[0], slot, 0));
      }
    }

    /** A key for each list of a batch; no two are the same. */
    private Long key(int list) {
      return Scatter.absentKey(batch.number[0] + (long) list * lengths.length);
    }

    @Override
    public void run() throws Exception {
      for (int list = 0; list < Batch.SIZE / MANY; list++) {
        backend.setCurrentKey(key(list));
        if (atOnce) {
          state.addAll(elements);
        } else {
          for (Long element : elements) {
            state.add(element);
          }
        }
      }
    }

    @Override
    public void check() throws Exception {
      for (int list = 0; list < Batch.SIZE / MANY; list++) {
        backend.setCurrentKey(key(list));
        List<Long> found = new ArrayList<>();
        Iterable<Long> all = state.get();
        if (all != null) {
          all.forEach(found::add);
        }
        if (!found.equals(elements)) {
          throw WrongAnswerException.of(
              "the long list", key(list), elements.size() + " elements", found.size() + " others");
        }
        state.clear();
      }
    }
  }
}
