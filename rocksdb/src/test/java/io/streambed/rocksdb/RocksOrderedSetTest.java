package io.streambed.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.key.KeyGroupRange;
import io.streambed.serial.Serializers;
import io.streambed.store.FrozenView;
import io.streambed.store.KeyedStore;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.store.OrderedSet;
import io.streambed.store.QueueSpec;
import io.streambed.store.StoreContext;
import io.streambed.testkit.store.OrderedSetContract;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The RocksDB store keeps the contract. */
class RocksOrderedSetTest extends OrderedSetContract implements RocksStores {
  @Override
  protected KeyedStoreFactory factory() {
    return FACTORY;
  }

  private static KeyedStore<String> store() {
    return FACTORY.create(StoreContext.alone(Serializers.strings(), 4, new KeyGroupRange(0, 3)));
  }

  private static OrderedSet<Long> open(KeyedStore<String> store) {
    return store.openQueue(new QueueSpec<>("timers", Serializers.longs(), at -> (int) (at % 4)));
  }

  @Test
  void knownSize_afterALoad_isKnownOnceSomebodyHasCounted_orTheSetIsEmpty() throws IOException {
    try (KeyedStore<String> from = store();
        KeyedStore<String> counted = store();
        KeyedStore<String> drained = store()) {
      for (long at = 1; at <= 3; at++) {
        open(from).add(at);
      }
      assertThat(open(from).knownSize()).hasValue(3);
      for (KeyedStore<String> store : List.of(counted, drained)) {
        try (FrozenView view = from.freeze(1)) {
          store.load(view);
        }
        assertThat(open(store).knownSize()).isEmpty();
        open(store).add(4L);
        assertThat(open(store).knownSize()).as("after an addition").isEmpty();
      }
      assertThat(open(counted).size()).isEqualTo(4);
      assertThat(open(counted).knownSize()).hasValue(4);
      while (open(drained).poll() != null) {
        assertThat(open(drained).knownSize()).isEmpty();
      }
      assertThat(open(drained).knownSize()).hasValue(0);
      open(drained).add(5L);
      assertThat(open(drained).knownSize()).hasValue(1);
    }
  }
}
