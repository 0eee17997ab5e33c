package io.streambed.benchmarks;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A map of ten Longs by scattered Longs for each key. */
final class Maps implements Workload {
  private static final int ENTRIES_A_KEY = 10;
  private static final String VALUE = "an entry of the map";

  private final Backend backend;
  private final Backend.OneMap state;
  private final int keys;
  private final byte[] versions;
  private final Batch batch = new Batch(3);

  Maps(Backend backend, int entries) throws Exception {
    this.backend = backend;
    keys = entries / ENTRIES_A_KEY;
    versions = new byte[keys * ENTRIES_A_KEY];
    state = backend.maps("maps");
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
      case MAP_PUT_ALL -> new PutAll();
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

  private void checkWritten() throws Exception {
    for (int i = 0; i < Batch.SIZE; i += Batch.CHECK_STRIDE) {
      backend.setCurrentKey(batch.key[i]);
      Long found = state.get(batch.userKey[i]);
      WrongAnswerException.check(VALUE, batch.key[i], expected(i), found);
    }
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
      checkWritten();
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

  private final class PutAll implements Operation {
    private final List<Map<Long, Long>> maps = new ArrayList<>();

    @Override
    public void prepare() {
      draw(false);
      maps.clear();
      for (int i = 0; i < Batch.SIZE; i++) {
        long key = batch.key[i];
        Map<Long, Long> map = new HashMap<>();
        for (int slot = 0; slot < ENTRIES_A_KEY; slot++) {
          int version = ++versions[entry(i, slot)];
          map.put(Scatter.userKey(key, slot), Scatter.value(key, slot, version));
        }
        maps.add(map);
      }
    }

    @Override
    public void run() throws Exception {
      for (int i = 0; i < Batch.SIZE; i++) {
        backend.setCurrentKey(batch.key[i]);
        state.putAll(maps.get(i));
      }
    }

    @Override
    public void check() throws Exception {
      checkWritten();
    }
  }
}
