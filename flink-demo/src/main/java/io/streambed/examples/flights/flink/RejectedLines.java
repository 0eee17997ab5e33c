package io.streambed.examples.flights.flink;

import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Lines that are no flights, as {@code rejected,line,reason}; and at the end of the input their
 * number, if there are any, as {@code rejected-total,number}.
 */
final class RejectedLines extends KeyedProcessFunction<Boolean, FlightLine, String> {
  private static final long serialVersionUID = 1L;
  private static final long END_OF_INPUT = Long.MAX_VALUE;

  private transient ValueState<Long> count;

  @Override
  public void open(OpenContext context) {
    count = getRuntimeContext().getState(new ValueStateDescriptor<>("rejected-lines", Types.LONG));
  }

  @Override
  public void processElement(FlightLine line, Context context, Collector<String> out)
      throws Exception {
    if (line.reason() != null) {
      Long before = count.value();
      count.update((before == null ? 0 : before) + 1);
      context.timerService().registerEventTimeTimer(END_OF_INPUT);
      out.collect("rejected," + line.number() + "," + line.reason());
    }
  }

  @Override
  public void onTimer(long timestampMillis, OnTimerContext context, Collector<String> out)
      throws Exception {
    out.collect("rejected-total," + count.value());
  }
}
