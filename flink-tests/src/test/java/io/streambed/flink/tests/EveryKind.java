package io.streambed.flink.tests;

import io.streambed.flink.tests.Feed.Event;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.functions.AggregateFunction;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.AggregatingState;
import org.apache.flink.api.common.state.AggregatingStateDescriptor;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ReducingState;
import org.apache.flink.api.common.state.ReducingStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/** State of all five kinds and event-time timers; all of a key's state is in each line. */
final class EveryKind extends KeyedProcessFunction<String, Event, String> {
  private static final long serialVersionUID = 1L;
  private static final int MAX_LIST = 7;
  private static final int MAP_KEYS = 5;

  private transient ValueState<Long> count;
  private transient ListState<BigInteger> recent;
  private transient MapState<Integer, String> last;
  private transient ReducingState<Integer> largest;
  private transient AggregatingState<Integer, String> mean;

  @Override
  public void open(OpenContext context) {
    count = getRuntimeContext().getState(new ValueStateDescriptor<>("count", Types.LONG));
    recent = getRuntimeContext().getListState(new ListStateDescriptor<>("recent", Types.BIG_INT));
    last =
        getRuntimeContext().getMapState(new MapStateDescriptor<>("last", Types.INT, Types.STRING));
    largest =
        getRuntimeContext()
            .getReducingState(new ReducingStateDescriptor<>("largest", Math::max, Types.INT));
    mean =
        getRuntimeContext()
            .getAggregatingState(
                new AggregatingStateDescriptor<>(
                    "mean", new Mean(), Types.TUPLE(Types.LONG, Types.INT)));
  }

  @Override
  public void processElement(Event event, Context context, Collector<String> out) throws Exception {
    int random = Math.floorMod(event.amount(), 97);
    count.update(count.value() == null ? 1 : count.value() + 1);
    keepRecent(BigInteger.valueOf(event.number()).pow(random % 5));
    changeMap(event.number(), random);
    if (random == 11) {
      largest.clear();
      mean.clear();
    } else {
      largest.add(event.amount());
      mean.add(event.amount());
    }
    // Some far ahead, some deleted again: many are pending at any time.
    context.timerService().registerEventTimeTimer(event.time() + 50L * random);
    if (random % 4 == 0) {
      context.timerService().deleteEventTimeTimer(event.time() + 50L * random);
    }
    out.collect(context.getCurrentKey() + " event " + event.number() + state());
  }

  private void keepRecent(BigInteger element) throws Exception {
    List<BigInteger> elements = new ArrayList<>();
    recent.get().forEach(elements::add);
    if (elements.size() == MAX_LIST) {
      recent.update(elements.subList(MAX_LIST / 2, MAX_LIST));
    }
    recent.add(element);
  }

  private void changeMap(long number, int random) throws Exception {
    int userKey = random % MAP_KEYS;
    if (random % 7 == 0) {
      last.remove(userKey);
    } else {
      last.put(userKey, random % 3 == 0 ? null : "#" + number);
    }
  }

  @Override
  public void onTimer(long time, OnTimerContext context, Collector<String> out) throws Exception {
    out.collect(context.getCurrentKey() + " timer " + time + state());
    if (time % 3 == 0) {
      recent.clear();
    }
  }

  private String state() throws Exception {
    List<BigInteger> elements = new ArrayList<>();
    recent.get().forEach(elements::add);
    Map<Integer, String> entries = new TreeMap<>();
    for (Map.Entry<Integer, String> entry : last.entries()) {
      entries.put(entry.getKey(), entry.getValue());
    }
    return String.join(
        " ",
        ":",
        String.valueOf(count.value()),
        elements.toString(),
        entries.toString(),
        String.valueOf(largest.get()),
        mean.get());
  }

  private static final class Mean
      implements AggregateFunction<Integer, Tuple2<Long, Integer>, String> {
    private static final long serialVersionUID = 1L;

    @Override
    public Tuple2<Long, Integer> createAccumulator() {
      return Tuple2.of(0L, 0);
    }

    @Override
    public Tuple2<Long, Integer> add(Integer value, Tuple2<Long, Integer> sum) {
      return Tuple2.of(sum.f0 + value, sum.f1 + 1);
    }

    @Override
    public String getResult(Tuple2<Long, Integer> sum) {
      return sum.f0 + "/" + sum.f1;
    }

    @Override
    public Tuple2<Long, Integer> merge(Tuple2<Long, Integer> one, Tuple2<Long, Integer> other) {
      return Tuple2.of(one.f0 + other.f0, one.f1 + other.f1);
    }
  }
}
