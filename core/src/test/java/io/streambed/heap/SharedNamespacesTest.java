package io.streambed.heap;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.key.KeyGroupRange;
import io.streambed.serial.Serializers;
import io.streambed.state.StateKind;
import io.streambed.store.FrozenView;
import io.streambed.store.KeyedStore;
import io.streambed.store.StoreContext;
import io.streambed.store.TableCursor;
import io.streambed.store.TableSpec;
import io.streambed.store.ValueTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One object for equal namespaces of many keys. */
class SharedNamespacesTest {
  private final KeyedStore<Long> store =
      new HeapKeyedStoreFactory()
          .create(StoreContext.alone(Serializers.longs(), 4, new KeyGroupRange(0, 3)));
  private final ValueTable<Long, String, Integer> table =
      store.openValues(
          new TableSpec<String, Void, Integer>(
              "counts", StateKind.VALUE, Serializers.strings(), null, Serializers.ints()));

  @Test
  void put_equalNamespacesOfManyKeys_keepsOneObjectOfThem() {
    for (long key = 0; key < 100; key++) {
      store.context().setKey(key);
      table.namespace(new String("window"));
      table.put((int) key, 0);
    }
    List<String> namespaces = new ArrayList<>();
    for (TableCursor<Long, String> cursor = table.cursor(); cursor.advance(); ) {
      namespaces.add(cursor.namespace());
    }
    assertThat(namespaces).hasSize(100).allMatch(namespace -> namespace == namespaces.get(0));
  }

  @Test
  void put_moreNamespacesThanAreKnown_keepsEachWithItsValue() {
    for (int window = 0; window < 1000; window++) {
      for (long key = 0; key < 2; key++) {
        store.context().setKey(key);
        table.namespace("window" + window);
        table.put(window + (int) key, 0);
      }
    }
    for (int window = 0; window < 1000; window++) {
      store.context().setKey(1L);
      table.namespace("window" + window);
      assertThat(table.get()).isEqualTo(window + 1);
    }
    store.checkInvariants();
  }

  @Test
  void load_moreNamespacesThanAreKnown_leavesTheCurrentOne() throws IOException {
    assertThat(table.namespace()).isNull();
    put_moreNamespacesThanAreKnown_keepsEachWithItsValue();
    SharedNamespacesTest other = new SharedNamespacesTest();
    other.table.namespace("current");
    try (FrozenView view = store.freeze(1)) {
      other.store.load(view);
    }
    assertThat(other.table.namespace()).isEqualTo("current");
    other.store.context().setKey(1L);
    assertThat(other.table.get()).isNull();
    other.table.put(-1, 0);
    other.table.namespace("window7");
    assertThat(other.table.get()).isEqualTo(8);
    other.table.namespace("current");
    assertThat(other.table.get()).isEqualTo(-1);
    other.store.checkInvariants();
  }
}
