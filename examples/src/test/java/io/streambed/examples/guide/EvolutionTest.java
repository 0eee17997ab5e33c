package io.streambed.examples.guide;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.backend.KeyedStateGroup;
import io.streambed.backend.Store;
import io.streambed.rocksdb.RocksStore;
import io.streambed.serial.Serializers;
import io.streambed.state.ValueStateDescriptor;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs what the page on changes of types shows. */
class EvolutionTest {
  @TempDir Path directory;

  private static <V> ValueStateDescriptor<V> order(Class<V> type) {
    return new ValueStateDescriptor<>("order", Serializers.of(type));
  }

  private static <V> void write(Store store, ValueStateDescriptor<V> state, V value) {
    try (var orders = KeyedStateGroup.open(store, "orders", String.class, 1)) {
      orders.at("ada").getState(state).update(value);
      orders.checkpoint(1);
    }
  }

  private static <V> V read(Store store, ValueStateDescriptor<V> state) {
    try (var orders = KeyedStateGroup.open(store, "orders", String.class, 1)) {
      return orders.at("ada").getState(state).value();
    }
  }

  @Test
  void order_ofThePage_isReadAsItIsNow() {
    for (Store store :
        List.of(
            Store.heap(directory.resolve("heap")), RocksStore.in(directory.resolve("rocksdb")))) {
      write(
          store,
          order(Evolution.Before.Order.class),
          new Evolution.Before.Order(
              "1",
              250,
              "by Friday",
              Evolution.Before.Status.SENT,
              List.of(new Evolution.Before.CreditCard("4711"), new Evolution.Before.Cash(50))));
      assertThat(read(store, order(Evolution.Now.Order.class)))
          .isEqualTo(
              new Evolution.Now.Order(
                  "1",
                  250,
                  "EUR",
                  Optional.empty(),
                  Evolution.Now.Status.SHIPPED,
                  List.of(new Evolution.Now.Card("4711"), new Evolution.Now.Cash(50))));
    }
  }

  @Test
  void order_withADefaultGiven_hasItInOldState() {
    record Order(String id, int cents) {}
    Store store = Store.heap(directory);
    write(store, order(Order.class), new Order("1", 250));
    assertThat(read(store, Evolution.Tagged.order()))
        .isEqualTo(new Evolution.Tagged.Order("1", 250, List.of("old")));
  }
}
