package io.streambed.benchmarks.flink;

import io.streambed.benchmarks.Backend;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.runtime.state.internal.InternalValueState;
import org.apache.flink.streaming.api.windowing.windows.TimeWindow;

/** Flink's states as the cases use them. */
final class FlinkStates {
  private FlinkStates() {}

  static final class Value extends Backend.OneValue {
    private final ValueState<Long> state;

    Value(ValueState<Long> state) {
      this.state = state;
    }

    @Override
    public Long value() throws Exception {
      return state.value();
    }

    @Override
    public void update(Long value) throws Exception {
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
    public Long get(Long userKey) throws Exception {
      return state.get(userKey);
    }

    @Override
    public boolean contains(Long userKey) throws Exception {
      return state.contains(userKey);
    }

    @Override
    public void put(Long userKey, Long value) throws Exception {
      state.put(userKey, value);
    }

    @Override
    public void putAll(Map<Long, Long> map) throws Exception {
      state.putAll(map);
    }

    @Override
    public void remove(Long userKey) throws Exception {
      state.remove(userKey);
    }

    @Override
    public Iterable<Map.Entry<Long, Long>> entries() throws Exception {
      return state.entries();
    }
  }

  static final class Elements extends Backend.OneList {
    private final ListState<Long> state;

    Elements(ListState<Long> state) {
      this.state = state;
    }

    @Override
    public Iterable<Long> get() throws Exception {
      return state.get();
    }

    @Override
    public void add(Long element) throws Exception {
      state.add(element);
    }

    @Override
    public void addAll(List<Long> elements) throws Exception {
      state.addAll(elements);
    }

    @Override
    public void update(List<Long> elements) throws Exception {
      state.update(elements);
    }

    @Override
    public void clear() {
      state.clear();
    }
  }

  static final class Windowed extends Backend.WindowedValue<TimeWindow> {
    private final InternalValueState<Long, TimeWindow, Long> state;

    Windowed(InternalValueState<Long, TimeWindow, Long> state) {
      this.state = state;
    }

    @Override
    public TimeWindow window(long startMillis, long endMillis) {
      return new TimeWindow(startMillis, endMillis);
    }

    @Override
    public void setWindow(TimeWindow window) {
      state.setCurrentNamespace(window);
    }

    @Override
    public Long value() throws Exception {
      return state.value();
    }

    @Override
    public void update(Long value) throws Exception {
      state.update(value);
    }
  }
}
