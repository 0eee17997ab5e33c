package io.streambed.benchmarks.embedded;

import io.streambed.benchmarks.Backend;
import io.streambed.benchmarks.embedded.EmbeddedBackend.Window;
import io.streambed.keyed.ValueKind;
import io.streambed.state.ListState;
import io.streambed.state.MapState;
import io.streambed.state.ValueState;
import io.streambed.time.StateTime;
import java.util.List;
import java.util.Map;

/** Streambed's states as the cases use them. */
final class EmbeddedStates {
  private EmbeddedStates() {}

  /**
   * Looks at the clock once for some accesses, as a subtask does for elements that come together,
   * whether or not the state expires. One class for both: with two, the compiler would call the one
   * that is measured later, where it has the code of the other in the loop.
   */
  static final class Value extends Backend.OneValue {
    private static final int ACCESSES_A_LOOK = 64;

    private final ValueState<Long> state;
    private final StateTime time;
    private int untilLook = 1;

    Value(ValueState<Long> state, StateTime time) {
      this.state = state;
      this.time = time;
    }

    private void access() {
      if (--untilLook == 0) {
        untilLook = ACCESSES_A_LOOK;
        time.refresh();
      }
    }

    @Override
    public Long value() {
      access();
      return state.value();
    }

    @Override
    public void update(Long value) {
      access();
      state.update(value);
    }

    @Override
    public void clear() {
      state.clear();
    }
  }

  static final class Entries extends Backend.OneMap {
    private final MapState<Long, Long> state;

    Entries(MapState<Long, Long> state) {
      this.state = state;
    }

    @Override
    public Long get(Long userKey) {
      return state.get(userKey);
    }

    @Override
    public boolean contains(Long userKey) {
      return state.contains(userKey);
    }

    @Override
    public void put(Long userKey, Long value) {
      state.put(userKey, value);
    }

    @Override
    public void putAll(Map<Long, Long> map) {
      state.putAll(map);
    }

    @Override
    public void remove(Long userKey) {
      state.remove(userKey);
    }

    @Override
    public Iterable<Map.Entry<Long, Long>> entries() {
      return state.entries();
    }
  }

  static final class Elements extends Backend.OneList {
    private final ListState<Long> state;

    Elements(ListState<Long> state) {
      this.state = state;
    }

    @Override
    public Iterable<Long> get() {
      return state.get();
    }

    @Override
    public void add(Long element) {
      state.add(element);
    }

    @Override
    public void addAll(List<Long> elements) {
      state.addAll(elements);
    }

    @Override
    public void update(List<Long> elements) {
      state.update(elements);
    }

    @Override
    public void clear() {
      state.clear();
    }
  }

  static final class Windowed extends Backend.WindowedValue<Window> {
    private final ValueKind<Long, Window, Long> state;

    Windowed(ValueKind<Long, Window, Long> state) {
      this.state = state;
    }

    @Override
    public Window window(long startMillis, long endMillis) {
      return new Window(startMillis, endMillis);
    }

    @Override
    public void setWindow(Window window) {
      state.setCurrentNamespace(window);
    }

    @Override
    public Long value() {
      return state.value();
    }

    @Override
    public void update(Long value) {
      state.update(value);
    }
  }
}
