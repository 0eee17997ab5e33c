package io.streambed.testkit.damage;

import io.streambed.backend.OperatorBackendOptions;
import io.streambed.backend.StateBackend;
import io.streambed.operator.OperatorStateBackend;
import io.streambed.serial.Serializers;
import io.streambed.state.BroadcastState;
import io.streambed.state.ListState;
import io.streambed.state.ListStateDescriptor;
import io.streambed.state.MapStateDescriptor;
import io.streambed.testkit.damage.SampleJob.Offset;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** A subtask with split, union and broadcast state. */
final class SourceTask {
  final OperatorStateBackend backend;
  private final ListState<Offset> offsets;
  private final ListState<Short> seen;
  private final BroadcastState<Integer, Duration> rules;
  private ListState<String> former;

  SourceTask(StateBackend state, OperatorBackendOptions options) {
    backend = state.createOperatorStateBackend(options);
    offsets =
        backend.getListState(
            new ListStateDescriptor<>("offsets", Serializers.records(Offset.class)));
    seen = backend.getUnionListState(new ListStateDescriptor<>("seen", Serializers.shorts()));
    rules =
        backend.getBroadcastState(
            new MapStateDescriptor<>("rules", Serializers.ints(), Serializers.durations()));
  }

  /** Opens what a restored job leaves alone: a state that is carried along. */
  ListState<String> former() {
    if (former == null) {
      former = backend.getListState(new ListStateDescriptor<>("former", Serializers.strings()));
    }
    return former;
  }

  void apply(Change change) {
    switch (change.kind()) {
      case ADD_OFFSET -> offsets.add(change.offset());
      case ADD_SEEN -> seen.add((short) change.amount());
      case PUT_RULE -> rules.put(change.item(), change.limit());
      case REMOVE_RULE -> rules.remove(change.item());
      case ADD_FORMER -> former().add(change.key());
      default -> throw new IllegalArgumentException(change + " is not of operator state");
    }
  }

  List<Offset> offsets() {
    return listOf(offsets);
  }

  List<Short> seen() {
    return listOf(seen);
  }

  List<String> formerElements() {
    return listOf(former());
  }

  TreeMap<Integer, String> rules() {
    TreeMap<Integer, String> sorted = new TreeMap<>();
    rules.entries().forEach(rule -> sorted.put(rule.getKey(), String.valueOf(rule.getValue())));
    return sorted;
  }

  private static <E> List<E> listOf(ListState<E> state) {
    List<E> list = new ArrayList<>();
    if (state.get() != null) {
      state.get().forEach(list::add);
    }
    return list;
  }
}
