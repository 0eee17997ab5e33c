package io.streambed.testkit.store;

import io.streambed.state.AggregateFunction;
import java.util.ArrayList;
import java.util.List;

/** Collects numbers in an accumulator that is changed in place; refuses negative ones. */
final class NumberJoining implements AggregateFunction<Integer, List<Integer>, String> {
  @Override
  public List<Integer> createAccumulator() {
    return new ArrayList<>();
  }

  @Override
  public List<Integer> add(Integer value, List<Integer> accumulator) {
    if (value < 0) {
      throw new IllegalStateException("refused by the user");
    }
    accumulator.add(value);
    return accumulator;
  }

  @Override
  public String getResult(List<Integer> accumulator) {
    return accumulator.toString();
  }

  @Override
  public List<Integer> merge(List<Integer> a, List<Integer> b) {
    a.addAll(b);
    return a;
  }
}
