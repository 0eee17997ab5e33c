package io.streambed.rocksdb;

import io.streambed.state.StateDescriptor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** What a job's state should be, in plain collections: one of each kind, and timers. */
final class PlainJob {
  final Map<Long, String> values = new HashMap<>();
  final Map<Long, List<Integer>> lists = new HashMap<>();
  final Map<Long, Map<String, Double>> maps = new HashMap<>();
  final Map<Long, Long> sums = new HashMap<>();
  final TreeSet<Long> timers = new TreeSet<>();

  PlainJob copy() {
    PlainJob copy = new PlainJob();
    copy.values.putAll(values);
    lists.forEach((key, list) -> copy.lists.put(key, new ArrayList<>(list)));
    maps.forEach((key, map) -> copy.maps.put(key, new HashMap<>(map)));
    copy.sums.putAll(sums);
    copy.timers.addAll(timers);
    return copy;
  }

  /** How many entries there are of a state. */
  long entries(StateDescriptor state) {
    return switch (state.kind()) {
      case VALUE -> values.size();
      case LIST -> lists.size();
      case MAP -> maps.values().stream().mapToLong(Map::size).sum();
      default -> sums.size();
    };
  }
}
