package io.streambed.benchmarks;

import java.util.Map;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;

/** A map of ten Longs by scattered Longs for each key. */
final class Maps implements Workload {
  private static final int ENTRIES_A_KEY = 10;
  private static final String VALUE = "an entry of the map";

  private final KeyedStateBackend<Long> backend;
  private final MapState<Long, Long> state;
  private final int keys;
  private final byte[] versions;
  private final Batch batch = new Batch(3);

  Maps(KeyedStateBackend<Long> backend, int entries) throws Exception {
    this.backend = backend;
    keys = entries / ENTRIES_A_KEY;
    versions = new byte[keys * ENTRIES_A_KEY];
    state =
        backend.getPartitionedState(
            VoidNamespace.INSTANCE,
            VoidNamespaceSerializer.INSTANCE,
            new MapStateDescriptor<>("maps", LongSerializer.INSTANCE, LongSerializer.INSTANCE));
  }

  @Override
  public void fill() throws Exception {
    for (int slot = 0; slot < ENTRIES_A_KEY; slot++) {
      for (int number = 0; number < keys; number++) {
        long key = Scatter.key(number);
        backend.setCurrentKey(key);
        state.put(Scatter.userKey(key, slot), Scatter.value(key, slot, 0));
      }
    }
  }

  @Override
  public Operation operation(Case measured) {
    return switch (measured) {
      case MAP_GET -> new Get();
      case MAP_UPDATE -> new Update();
      case MAP_CONTAINS_ABSENT -> new ContainsAbsent();
      case MAP_ITERATE -> new Iterate();
      default -> throw new IllegalArgumentException(measured + " is not of maps");
    };
  }

  /** Draws entries; a slot of {@link #ENTRIES_A_KEY} is a user key that is absent. */
  private void draw(boolean absent) {
    batch.draw(keys, ENTRIES_A_KEY);
    for (int i = 0; i < Batch.SIZE; i++) {
      batch.userKey[i] = Scatter.userKey(batch.key[i], absent ? ENTRIES_A_KEY : batch.slot[i]);
    }
  }

  private int entry(int i, int slot) {
    return batch.number[i] * ENTRIES_A_KEY + slot;
  }

  private long expected(int i) {
    int slot = batch.slot[i];
    return Scatter.value(batch.key[i], slot, versions[entry(i, slot)]);
  }

  private final class Get implements Operation {
    @Override
    public void prepare() {
      draw(false);
      for (int i = 0; i < Batch.SIZE; i++) {
        batch.expected[i] = expected(i);
      }
    }

    @Override
    public void run() throws Exception {
      for (int i = 0; i < Batch.SIZE; i++) {
        backend.setCurrentKey(batch.key[i]);
        Long found = state.get(batch.userKey[i]);
        WrongAnswerException.check(VALUE, batch.key[i], batch.expected[i], found);
      }
    }
  }

  private final class Update implements Operation {
    @Override
    public void prepare() {
      draw(false);
      for (int i = 0; i < Batch.SIZE; i++) {
        versions[entry(i, batch.slot[i])]++;
        batch.next[i] = expected(i);
      }
    }

    @Override
    public void run() throws Exception {
      for (int i = 0; i < Batch.SIZE; i++) {
        backend.setCurrentKey(batch.key[i]);
        state.put(batch.userKey[i], batch.next[i]);
      }
    }

    @Override
    public void check() throws Exception {
      for (int i = 0; i < Batch.SIZE; i += Batch.CHECK_STRIDE) {
        backend.setCurrentKey(batch.key[i]);
        Long found = state.get(batch.userKey[i]);
        WrongAnswerException.check(VALUE, batch.key[i], expected(i), found);
      }
    }
  }

  private final class ContainsAbsent implements Operation {
    @Override
    public void prepare() {
      draw(true);
    }

    @Override
    public void run() throws Exception {
      for (int i = 0; i < Batch.SIZE; i++) {
        backend.setCurrentKey(batch.key[i]);
        if (state.contains(batch.userKey[i])) {
          throw WrongAnswerException.of(
              "contains(" + batch.userKey[i] + ")", batch.key[i], false, true);
        }
      }
    }
  }

  private final class Iterate implements Operation {
    @Override
    public void prepare() {
      batch.draw(keys, 1);
      for (int i = 0; i < Batch.SIZE; i++) {
        long key = batch.key[i];
        long sum = 0;
        for (int slot = 0; slot < ENTRIES_A_KEY; slot++) {
          sum += Scatter.userKey(key, slot) ^ Scatter.value(key, slot, versions[entry(i, slot)]);
        }
        batch.expected[i] = sum;
      }
    }

    @Override
    public void run() throws Exception {
      for (int i = 0; i < Batch.SIZE; i++) {
        backend.setCurrentKey(batch.key[i]);
        long sum = 0;
        for (Map.Entry<Long, Long> entry : state.entries()) {
          sum += entry.getKey() ^ entry.getValue();
        }
        if (sum != batch.expected[i]) {
          throw WrongAnswerException.of(
              "the sum over the map", batch.key[i], batch.expected[i], sum);
        }
      }
    }
  }
}
