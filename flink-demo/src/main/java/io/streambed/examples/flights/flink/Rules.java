package io.streambed.examples.flights.flink;

import io.streambed.examples.flights.logic.Rule;
import io.streambed.examples.flights.logic.RuleName;
import io.streambed.examples.flights.logic.RuleTable;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ReadOnlyBroadcastState;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;

/** The rules in broadcast state. All are kept: flights of any time may be waiting. */
final class Rules {
  static final MapStateDescriptor<Rule.Key, Integer> STATE =
      new MapStateDescriptor<>("rules", TypeInformation.of(Rule.Key.class), Types.INT);

  private Rules() {}

  static int threshold(
      ReadOnlyBroadcastState<Rule.Key, Integer> rules, RuleName name, long timeMillis)
      throws Exception {
    return RuleTable.threshold(rules.immutableEntries(), name, timeMillis);
  }
}
