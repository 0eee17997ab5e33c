package io.streambed.examples.flights.flink;

import io.streambed.examples.flights.logic.Flight;
import io.streambed.examples.flights.logic.Times;
import io.streambed.examples.flights.logic.Totals;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/** Running totals of the flights to each airport, at the end of each day that has one. */
final class DailyTotals extends KeyedProcessFunction<String, Flight, String> {
  private static final long serialVersionUID = 1L;

  private transient FlightBuffer flights;
  private transient OpenWindow day;
  private transient ValueState<Totals> totals;

  @Override
  public void open(OpenContext context) {
    flights = new FlightBuffer(getRuntimeContext(), Times.HOUR_MILLIS);
    day = new OpenWindow(getRuntimeContext(), Times.DAY_MILLIS);
    totals =
        getRuntimeContext()
            .getState(new ValueStateDescriptor<>("totals", TypeInformation.of(Totals.class)));
  }

  @Override
  public void processElement(Flight flight, Context context, Collector<String> out)
      throws Exception {
    flights.add(flight, context.timerService());
  }

  @Override
  public void onTimer(long timestampMillis, OnTimerContext context, Collector<String> out)
      throws Exception {
    for (Flight flight : flights.take(timestampMillis)) {
      day.open(Times.dayStart(flight.departureMillis()), context.timerService());
      Totals before = totals.value();
      totals.update((before == null ? Totals.NONE : before).plus(flight));
    }
    if (day.endsBy(timestampMillis)) {
      // The totals run on; only the day ends.
      out.collect(totals.value().line(context.getCurrentKey(), day.startMillis()));
      day.close();
    }
  }
}
