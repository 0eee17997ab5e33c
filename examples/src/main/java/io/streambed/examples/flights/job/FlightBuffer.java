package io.streambed.examples.flights.job;

import io.streambed.examples.flights.logic.Flight;
import io.streambed.job.KeyedContext;
import io.streambed.serial.Serializers;
import io.streambed.state.MapState;
import io.streambed.state.MapStateDescriptor;
import java.util.ArrayList;
import java.util.List;

/**
 * Holds the current key's flights back until no earlier one can come. Time is cut into slots; the
 * flights of a slot are given by the timer that fires once the watermark has reached the slot's
 * last millisecond. The length of slots affects nothing but the cost, if every window of the
 * function is made of whole ones.
 */
final class FlightBuffer {
  private static final MapStateDescriptor<Long, List<Flight>> STATE =
      new MapStateDescriptor<>(
          "waiting-flights",
          Serializers.longs(),
          Serializers.list(Serializers.records(Flight.class)));

  private final KeyedContext<?, ?> context;
  private final long slotMillis;
  private final MapState<Long, List<Flight>> waiting;

  FlightBuffer(KeyedContext<?, ?> context, long slotMillis) {
    this.context = context;
    this.slotMillis = slotMillis;
    this.waiting = context.state(STATE);
  }

  /** The last millisecond of the slot that a time is in. */
  long slotEnd(long timeMillis) {
    return timeMillis - Math.floorMod(timeMillis, slotMillis) + slotMillis - 1;
  }

  void add(Flight flight) {
    long end = slotEnd(flight.departureMillis());
    List<Flight> slot = waiting.get(end);
    if (slot == null) {
      slot = new ArrayList<>();
      context.registerEventTimer(end);
    }
    slot.add(flight);
    waiting.put(end, slot);
  }

  /** Removes the flights of the slot that ends with this millisecond; by departure, then line. */
  List<Flight> take(long slotEndMillis) {
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
