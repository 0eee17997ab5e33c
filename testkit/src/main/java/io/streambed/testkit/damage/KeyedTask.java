package io.streambed.testkit.damage;

import io.streambed.backend.KeyedBackendOptions;
import io.streambed.backend.StateBackend;
import io.streambed.keyed.AggregatingKind;
import io.streambed.keyed.KeyAndNamespace;
import io.streambed.keyed.KeyedKind;
import io.streambed.keyed.KeyedStateBackend;
import io.streambed.keyed.ListKind;
import io.streambed.keyed.MapKind;
import io.streambed.keyed.ReducingKind;
import io.streambed.keyed.ValueKind;
import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import io.streambed.serial.VoidNamespace;
import io.streambed.state.AggregateFunction;
import io.streambed.state.AggregatingStateDescriptor;
import io.streambed.state.ListStateDescriptor;
import io.streambed.state.MapStateDescriptor;
import io.streambed.state.ReducingStateDescriptor;
import io.streambed.state.StateDescriptor;
import io.streambed.state.ValueStateDescriptor;
import io.streambed.testkit.damage.SampleJob.Delay;
import io.streambed.testkit.damage.SampleJob.Mean;
import io.streambed.timer.KeyedTimer;
import io.streambed.timer.TimerService;
import io.streambed.timer.TimerTarget;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Supplier;

/** A subtask with all five kinds, with and without namespaces, and timers of both times. */
final class KeyedTask implements TimerTarget<String, Integer> {
  private static final Serializer<VoidNamespace> UNIT = Serializers.unit();
  private static final Serializer<Integer> HOURS = Serializers.ints();
  private static final ValueStateDescriptor<Long> LAST =
      new ValueStateDescriptor<>("last", Serializers.longs());
  private static final ValueStateDescriptor<Instant> LAST_BY_HOUR =
      new ValueStateDescriptor<>("lastByHour", Serializers.instants());
  private static final ListStateDescriptor<Delay> DELAYS =
      new ListStateDescriptor<>("delays", Serializers.records(Delay.class));
  private static final ListStateDescriptor<Long> DELAYS_BY_HOUR =
      new ListStateDescriptor<>("delaysByHour", Serializers.longs());
  private static final MapStateDescriptor<LocalDate, String> DAYS =
      new MapStateDescriptor<>("days", Serializers.localDates(), Serializers.strings());
  private static final MapStateDescriptor<Short, Long> PLANES =
      new MapStateDescriptor<>("planes", Serializers.shorts(), Serializers.longs());
  private static final ReducingStateDescriptor<BigDecimal> TOTALS =
      new ReducingStateDescriptor<>("totals", Serializers.bigDecimals(), BigDecimal::add);
  private static final AggregatingStateDescriptor<Long, Mean, Double> MEANS =
      new AggregatingStateDescriptor<>("means", Serializers.records(Mean.class), new Averaging());
  private static final ValueStateDescriptor<String> RETIRED =
      new ValueStateDescriptor<>("retired", Serializers.strings());

  /** Opened before a restore; the others are opened after it. */
  static final List<StateDescriptor> DECLARED = List.of(LAST, DELAYS, DAYS, MEANS);

  final KeyedStateBackend<String> backend;
  private final ValueKind<String, VoidNamespace, Long> last;
  private final ValueKind<String, Integer, Instant> lastByHour;
  private final ListKind<String, VoidNamespace, Delay> delays;
  private final ListKind<String, Integer, Long> delaysByHour;
  private final MapKind<String, VoidNamespace, LocalDate, String> days;
  private final MapKind<String, Integer, Short, Long> planes;
  private final ReducingKind<String, Integer, BigDecimal> totals;
  private final AggregatingKind<String, VoidNamespace, Long, Mean, Double> means;
  private final TimerService<String, Integer> timers;
  private ValueKind<String, VoidNamespace, String> retired;
  private final List<String> lines = new ArrayList<>();

  KeyedTask(StateBackend state, KeyedBackendOptions<String> options) {
    backend = state.createKeyedStateBackend(options);
    last = backend.open(LAST, UNIT);
    lastByHour = backend.open(LAST_BY_HOUR, HOURS);
    delays = backend.open(DELAYS, UNIT);
    delaysByHour = backend.open(DELAYS_BY_HOUR, HOURS);
    days = backend.open(DAYS, UNIT);
    planes = backend.open(PLANES, HOURS);
    totals = backend.open(TOTALS, HOURS);
    means = backend.open(MEANS, UNIT);
    timers = new TimerService<>("timers", backend, HOURS, this);
    for (KeyedKind<String, VoidNamespace> plain : List.of(last, delays, days, means)) {
      plain.setCurrentNamespace(VoidNamespace.INSTANCE);
    }
  }

  /** Opens what a restored job leaves alone: a state that is carried along. */
  KeyedTask openRetired() {
    if (retired == null) {
      retired = backend.open(RETIRED, UNIT);
      retired.setCurrentNamespace(VoidNamespace.INSTANCE);
    }
    return this;
  }

  void apply(Change change) {
    backend.setCurrentKey(change.key());
    int hour = change.namespace();
    for (KeyedKind<String, Integer> kind : List.of(lastByHour, delaysByHour, planes, totals)) {
      kind.setCurrentNamespace(hour);
    }
    switch (change.kind()) {
      case PUT_LAST -> last.update(change.amount());
      case PUT_LAST_BY_HOUR -> lastByHour.update(change.instant());
      case CLEAR_LAST -> {
        last.clear();
        lastByHour.clear();
      }
      case ADD_DELAY -> delays.add(change.delay());
      case ADD_DELAY_BY_HOUR -> delaysByHour.add(change.amount() % 128);
      case REPLACE_DELAYS -> delays.update(List.of(change.delay(), change.delay()));
      case PUT_DAY -> days.put(change.day(), change.note());
      case PUT_PLANE -> planes.put((short) change.item(), change.amount());
      case REMOVE_DAY -> days.remove(change.day());
      case ADD_TOTAL -> totals.add(change.total());
      case ADD_MEAN -> means.add(change.amount());
      case PUT_RETIRED -> openRetired().retired.update(change.note() + "");
      case REGISTER_EVENT_TIMER -> timers.registerEventTimeTimer(hour, change.item());
      case REGISTER_PROCESSING_TIMER -> timers.registerProcessingTimeTimer(hour, change.item());
      case DELETE_EVENT_TIMER -> timers.deleteEventTimeTimer(hour, change.item());
      default -> throw new IllegalArgumentException(change + " is not of keyed state");
    }
  }

  /** Reads all of it by key and namespace, as a user does; the timers fire. */
  List<String> drain() {
    lines.clear();
    openRetired();
    read("last", last, last::value);
    read("lastByHour", lastByHour, lastByHour::value);
    read("delays", delays, delays::getInternal);
    read("delaysByHour", delaysByHour, delaysByHour::getInternal);
    read("days", days, () -> sorted(days));
    read("planes", planes, () -> sorted(planes));
    read("totals", totals, totals::get);
    read("means", means, means::getInternal);
    read("retired", retired, retired::value);
    timers.advanceWatermark(Long.MAX_VALUE);
    timers.advanceProcessingTime(Long.MAX_VALUE);
    return lines;
  }

  private <N> void read(String name, KeyedKind<String, N> kind, Supplier<Object> value) {
    for (KeyAndNamespace<String, N> at : backend.<N>getKeysAndNamespaces(name)) {
      backend.setCurrentKey(at.key());
      kind.setCurrentNamespace(at.namespace());
      String namespace = at.namespace() instanceof Integer hour ? hour + "" : "-";
      lines.add(name + "|" + at.key() + "|" + namespace + "| = " + value.get());
    }
  }

  private static <N, U, V> TreeMap<U, V> sorted(MapKind<String, N, U, V> map) {
    TreeMap<U, V> sorted = new TreeMap<>();
    map.entries().forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
    return sorted;
  }

  @Override
  public void onEventTime(KeyedTimer<String, Integer> timer) {
    lines.add("event" + line(timer));
  }

  @Override
  public void onProcessingTime(KeyedTimer<String, Integer> timer) {
    lines.add("processing" + line(timer));
  }

  private static String line(KeyedTimer<String, Integer> timer) {
    return "|" + timer.key() + "|" + timer.namespace() + "|" + timer.timestampMillis() + " = true";
  }

  private static final class Averaging implements AggregateFunction<Long, Mean, Double> {
    @Override
    public Mean createAccumulator() {
      return new Mean(0, 0);
    }

    @Override
    public Mean add(Long value, Mean accumulator) {
      return accumulator.plus(Mean.of(value));
    }

    @Override
    public Double getResult(Mean accumulator) {
      return (double) accumulator.sum() / accumulator.count();
    }

    @Override
    public Mean merge(Mean a, Mean b) {
      return a.plus(b);
    }
  }
}
