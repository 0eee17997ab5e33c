package io.streambed.examples.guide;

import io.streambed.backend.KeyedStateGroup;
import io.streambed.backend.Store;
import io.streambed.serial.Serializers;
import io.streambed.state.ValueStateDescriptor;
import java.nio.file.Path;

/** Counts a visit each time it is run, with one subtask; reads the count with three. */
final class StateAlone {
  static final ValueStateDescriptor<Long> COUNT =
      new ValueStateDescriptor<>("count", Serializers.longs(), 0L);

  public static void main(String[] args) {
    Store store = Store.heap(Path.of(args[0]));
    try (var visits = KeyedStateGroup.open(store, "visits", String.class, 1)) {
      var count = visits.at("ada").getState(COUNT); // the count of the key "ada"
      count.update(count.value() + 1);
      visits.checkpoint(System.currentTimeMillis());
    }
    try (var visits = KeyedStateGroup.open(store, "visits", String.class, 3)) {
      System.out.println(visits.at("ada").getState(COUNT).value());
    }
  }
}
