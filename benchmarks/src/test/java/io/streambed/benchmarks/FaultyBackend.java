package io.streambed.benchmarks;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A backend, and states of it, that do one thing wrong now and then once they are told to. */
final class FaultyBackend extends Backend {
  private static final int EVERY = 7;

  /** What is wrong. */
  enum Fault {
    DROPS_WRITES,
    STAYS_AT_PREVIOUS_KEY,
    FINDS_WHAT_IS_ABSENT,
    FIRES_TWICE
  }

  private final Backend real;
  private final Fault fault;
  private final Map<String, Timers> queues = new HashMap<>();
  private boolean broken;
  private long calls;

  FaultyBackend(Backend real, Fault fault) {
    this.real = real;
    this.fault = fault;
  }

  /** From now on. */
  void breakIt() {
    broken = true;
  }

  private boolean strikes(Fault wanted) {
    return broken && fault == wanted && ++calls % EVERY == 0;
  }

  /** A call that changes state. */
  private interface Write {
    void run() throws Exception;
  }

  private void write(Write write) throws Exception {
    if (!strikes(Fault.DROPS_WRITES)) {
      write.run();
    }
  }

  @Override
  public void setCurrentKey(Long key) {
    if (!strikes(Fault.STAYS_AT_PREVIOUS_KEY)) {
      real.setCurrentKey(key);
    }
  }

  @Override
  public OneValue values(String name) throws Exception {
    return faulty(real.values(name));
  }

  @Override
  public OneValue expiringValues(String name) throws Exception {
    return faulty(real.expiringValues(name));
  }

  private OneValue faulty(OneValue state) {
    return new OneValue() {
      @Override
      public Long value() throws Exception {
        return strikes(Fault.FINDS_WHAT_IS_ABSENT) ? Long.valueOf(1) : state.value();
      }

      @Override
      public void update(Long value) throws Exception {
        write(() -> state.update(value));
      }

      @Override
      public void clear() throws Exception {
        state.clear();
      }
    };
  }

  @Override
  public OneMap maps(String name) throws Exception {
    OneMap state = real.maps(name);
    return new OneMap() {
      @Override
      public Long get(Long userKey) throws Exception {
        return state.get(userKey);
      }

      @Override
      public boolean contains(Long userKey) throws Exception {
        return strikes(Fault.FINDS_WHAT_IS_ABSENT) || state.contains(userKey);
      }

      @Override
      public void put(Long userKey, Long value) throws Exception {
        write(() -> state.put(userKey, value));
      }

      @Override
      public void putAll(Map<Long, Long> map) throws Exception {
        write(() -> state.putAll(map));
      }

      @Override
      public void remove(Long userKey) throws Exception {
        state.remove(userKey);
      }

      @Override
      public Iterable<Map.Entry<Long, Long>> entries() throws Exception {
        return state.entries();
      }
    };
  }

  @Override
  public OneList lists(String name) throws Exception {
    OneList state = real.lists(name);
    return new OneList() {
      @Override
      public Iterable<Long> get() throws Exception {
        return state.get();
      }

      @Override
      public void add(Long element) throws Exception {
        write(() -> state.add(element));
      }

      @Override
      public void addAll(List<Long> elements) throws Exception {
        write(() -> state.addAll(elements));
      }

      @Override
      public void update(List<Long> elements) throws Exception {
        state.update(elements);
      }

      @Override
      public void clear() throws Exception {
        state.clear();
      }
    };
  }

  @Override
  public WindowedValue<?> windows(String name) throws Exception {
    return windows(real.windows(name));
  }

  private <W> WindowedValue<W> windows(WindowedValue<W> state) {
    return new WindowedValue<>() {
      @Override
      public W window(long startMillis, long endMillis) {
        return state.window(startMillis, endMillis);
      }

      @Override
      public void setWindow(W window) {
        state.setWindow(window);
      }

      @Override
      public Long value() throws Exception {
        return state.value();
      }

      @Override
      public void update(Long value) throws Exception {
        write(() -> state.update(value));
      }
    };
  }

  @Override
  public Timers timers(String name) throws Exception {
    if (!queues.containsKey(name)) {
      // Flink opens a queue once only.
      queues.put(name, timers(real.timers(name)));
    }
    return queues.get(name);
  }

  private Timers timers(Timers timers) {
    return new Timers() {
      @Override
      public void register(long millis) {
        if (!strikes(Fault.DROPS_WRITES)) {
          timers.register(millis);
        }
      }

      @Override
      public void delete(long millis) {
        timers.delete(millis);
      }

      @Override
      public long firstMillis() {
        return timers.firstMillis();
      }

      /** Of those that fire, some stay. */
      @Override
      public Long fire(long nowMillis) {
        long first = timers.firstMillis();
        Long key = timers.fire(nowMillis);
        if (key != null && strikes(Fault.FIRES_TWICE)) {
          timers.register(first);
        }
        return key;
      }
    };
  }

  @Override
  public void close() throws IOException {
    real.close();
  }
}
