package io.streambed.flink.state;

import org.apache.flink.api.common.functions.AggregateFunction;
import org.apache.flink.api.common.functions.ReduceFunction;

/** Flink's user functions as core takes them. */
final class UserFunctions {
  private UserFunctions() {}

  static <T> io.streambed.state.ReduceFunction<T> of(ReduceFunction<T> function) {
    return (left, right) -> {
      try {
        return function.reduce(left, right);
      } catch (Exception e) {
        throw UserFunctions.<RuntimeException>asItIs(e);
      }
    };
  }

  static <IN, ACC, OUT> io.streambed.state.AggregateFunction<IN, ACC, OUT> of(
      AggregateFunction<IN, ACC, OUT> function) {
    return new io.streambed.state.AggregateFunction<>() {
      @Override
      public ACC createAccumulator() {
        return function.createAccumulator();
      }

      @Override
      public ACC add(IN value, ACC accumulator) {
        return function.add(value, accumulator);
      }

      @Override
      public OUT getResult(ACC accumulator) {
        return function.getResult(accumulator);
      }

      @Override
      public ACC merge(ACC left, ACC right) {
        return function.merge(left, right);
      }
    };
  }

  /** The user's exception must reach the task as it is, past signatures that declare none. */
  @SuppressWarnings("unchecked")
  private static <X extends Throwable> X asItIs(Exception e) throws X {
    throw (X) e;
  }
}
