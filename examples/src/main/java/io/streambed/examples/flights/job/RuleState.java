package io.streambed.examples.flights.job;

import io.streambed.connector.Line;
import io.streambed.examples.flights.logic.Rule;
import io.streambed.examples.flights.logic.RuleName;
import io.streambed.examples.flights.logic.RuleTable;
import io.streambed.job.KeyedContext;
import io.streambed.serial.Serializers;
import io.streambed.state.BroadcastState;
import io.streambed.state.MapStateDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The rules in broadcast state. All are kept: flights of any time may be waiting. */
final class RuleState {
  static final MapStateDescriptor<Rule.Key, Integer> STATE =
      new MapStateDescriptor<>("rules", Serializers.records(Rule.Key.class), Serializers.ints());

  private final BroadcastState<Rule.Key, Integer> rules;
  private List<Map.Entry<Rule.Key, Integer>> cached;

  RuleState(KeyedContext<?, ?> context) {
    this.rules = context.broadcastState(STATE);
  }

  void add(Line<Rule> line) {
    if (line instanceof Line.Accepted<Rule> accepted) {
      rules.put(accepted.value().key(), accepted.value().threshold());
      cached = null;
    }
  }

  int threshold(RuleName name, long timeMillis) {
    if (cached == null) {
      cached = new ArrayList<>();
      rules.immutableEntries().forEach(cached::add);
    }
    return RuleTable.threshold(cached, name, timeMillis);
  }
}
