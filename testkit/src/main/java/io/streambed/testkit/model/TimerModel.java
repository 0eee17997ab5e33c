package io.streambed.testkit.model;

import io.streambed.bytes.ByteWriter;
import io.streambed.serial.Serializer;
import io.streambed.testkit.store.SampleTypes;
import io.streambed.timer.KeyedTimer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Which timers fire, and in which order, by the rules of package {@code timer}. */
final class TimerModel<K, N> {
  /** The order of firing. */
  final Comparator<KeyedTimer<K, N>> order;

  TimerModel(SampleTypes<K, N, ?, ?> types) {
    Serializer<K> keys = types.keys().serializer();
    Serializer<N> namespaces = types.namespaces().serializer();
    this.order =
        Comparator.<KeyedTimer<K, N>>comparingLong(KeyedTimer::timestampMillis)
            .thenComparingInt(timer -> bytes(keys, timer.key()).length)
            .thenComparing(timer -> bytes(keys, timer.key()), Arrays::compareUnsigned)
            .thenComparing(timer -> bytes(namespaces, timer.namespace()), Arrays::compareUnsigned);
  }

  private static <T> byte[] bytes(Serializer<T> serializer, T value) {
    ByteWriter out = new ByteWriter();
    serializer.write(value, out);
    return out.toByteArray();
  }

  /** Takes those that fire out of the model, and puts in what they register. */
  List<KeyedTimer<K, N>> fire(
      Set<KeyedTimer<K, N>> timers, Predicate<KeyedTimer<K, N>> owned, long time) {
    TreeSet<KeyedTimer<K, N>> sorted = new TreeSet<>(order);
    timers.stream().filter(owned).forEach(sorted::add);
    List<KeyedTimer<K, N>> fired = new ArrayList<>();
    while (!sorted.isEmpty() && sorted.first().timestampMillis() <= time) {
      KeyedTimer<K, N> timer = sorted.pollFirst();
      timers.remove(timer);
      fired.add(timer);
      if (Subtask.registersAnother(timer)) {
        KeyedTimer<K, N> another =
            new KeyedTimer<>(timer.timestampMillis() + 1, timer.key(), timer.namespace());
        sorted.add(another);
        timers.add(another);
      }
    }
    return fired;
  }
}
