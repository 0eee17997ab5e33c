package io.streambed.examples.flights.logic;

import java.util.Map;

/** Finds the rule that holds at a time. */
public final class RuleTable {
  private RuleTable() {}

  /**
   * The threshold that holds at a time: that of the rule which became effective last.
   *
   * @param rules all rules known, in any order
   * @param name which threshold
   * @param timeMillis the time, in milliseconds since the epoch
   * @return the threshold, in minutes; {@link RuleName#initial()} before the first rule
   */
  public static int threshold(
      Iterable<Map.Entry<Rule.Key, Integer>> rules, RuleName name, long timeMillis) {
    long latest = Long.MIN_VALUE;
    int threshold = name.initial();
    for (Map.Entry<Rule.Key, Integer> rule : rules) {
      long effective = rule.getKey().effectiveMillis();
      if (rule.getKey().name() == name && effective <= timeMillis && effective >= latest) {
        latest = effective;
        threshold = rule.getValue();
      }
    }
    return threshold;
  }
}
