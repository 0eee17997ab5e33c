package io.streambed.examples.flights.flink;

import io.streambed.examples.flights.logic.Flight;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.TimerService;

/**
 * Holds the current key's flights back until no earlier one can come. Time is cut into slots; the
 * flights of a slot are given by the timer that fires once the watermark has reached the slot's
 * last millisecond. The length of slots affects nothing but the cost, if every window of the
 * function is made of whole ones.
 */
final class FlightBuffer {
  private final long slotMillis;
  private final MapState<Long, List<Flight>> waiting;

  FlightBuffer(RuntimeContext context, long slotMillis) {
    this.slotMillis = slotMillis;
    this.waiting =
        context.getMapState(
            new MapStateDescriptor<>(
                "waiting-flights", Types.LONG, Types.LIST(TypeInformation.of(Flight.class))));
  }

  /** The last millisecond of the slot that a time is in. */
  long slotEnd(long timeMillis) {
    return timeMillis - Math.floorMod(timeMillis, slotMillis) + slotMillis - 1;
  }

  void add(Flight flight, TimerService timers) throws Exception {
    long end = slotEnd(flight.departureMillis());
    List<Flight> slot = waiting.get(end);
    if (slot == null) {
      slot = new ArrayList<>();
      timers.registerEventTimeTimer(end);
    }
    slot.add(flight);
    waiting.put(end, slot);
  }

  /** Removes the flights of the slot that ends with this millisecond; by departure, then line. */
  List<Flight> take(long slotEndMillis) throws Exception {
    List<Flight> slot = waiting.get(slotEndMillis);
    if (slot == null) {
      return List.of();
    }
    waiting.remove(slotEndMillis);
    List<Flight> sorted = new ArrayList<>(slot);
    sorted.sort(Flight.BY_TIME);
    return sorted;
  }
}
