package io.streambed.examples.flights.job;

import io.streambed.examples.flights.logic.Rule;
import io.streambed.examples.flights.logic.RuleName;
import io.streambed.examples.flights.logic.RuleTable;
import io.streambed.job.KeyedContext;
import io.streambed.state.BroadcastState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The rules in broadcast state. All are kept: flights of any time may be waiting. */
final class RuleState {
  private final BroadcastState<Rule.Key, Integer> rules;
  private List<Map.Entry<Rule.Key, Integer>> cached;

  RuleState(KeyedContext<?, ?> context) {
    this.rules = context.broadcast("rules", Rule.Key.class, Integer.class);
  }

  void add(Rule rule) {
    rules.put(rule.key(), rule.threshold());
    cached = null;
  }

  int threshold(RuleName name, long timeMillis) {
    if (cached == null) {
      cached = new ArrayList<>();
      rules.immutableEntries().forEach(cached::add);
    }
    return RuleTable.threshold(cached, name, timeMillis);
  }
}
