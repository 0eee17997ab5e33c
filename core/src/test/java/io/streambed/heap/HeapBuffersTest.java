package io.streambed.heap;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.entry.EntryCursor;
import io.streambed.key.KeyGroupRange;
import io.streambed.serial.Blobs;
import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import io.streambed.serial.VoidNamespace;
import io.streambed.state.StateKind;
import io.streambed.store.FrozenView;
import io.streambed.store.ListTable;
import io.streambed.store.MapTable;
import io.streambed.store.OrderedSet;
import io.streambed.store.QueueSpec;
import io.streambed.store.StoreContext;
import io.streambed.store.TableSpec;
import io.streambed.store.ValueTable;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** One large value holds no memory beside its own, neither in its state nor while it is written. */
class HeapBuffersTest {
  private static final int KEPT_BYTES = 1 << 20;
  private static final int KEYS = 100;

  private final Blobs blobs = new Blobs();
  private final HeapKeyedStore<Long> store =
      new HeapKeyedStore<>(StoreContext.alone(Serializers.longs(), 1, new KeyGroupRange(0, 0)));

  private <U> TableSpec<VoidNamespace, U, byte[]> spec(StateKind kind, Serializer<U> userKey) {
    return new TableSpec<>("blobs", kind, Serializers.unit(), userKey, blobs);
  }

  /** A large value among small ones. */
  private static byte[] value(int number) {
    return new byte[number == KEYS / 2 ? Blobs.LARGE : 1];
  }

  /** Writes what the store has, and sees the scratch that each value is given. */
  private void expectSmallScratchBehindTheLargeValue() throws IOException {
    try (FrozenView view = store.freeze(1)) {
      EntryCursor cursor = view.entries(0);
      boolean largeSeen = false;
      int behind = 0;
      while (cursor.advance()) {
        behind += largeSeen ? 1 : 0;
        largeSeen |= cursor.entry().value.length() >= Blobs.LARGE;
        assertThat(blobs.roomBytes()).isLessThanOrEqualTo(KEPT_BYTES);
      }
      assertThat(behind).isPositive();
    }
  }

  @Test
  void freeze_largeValue_itsScratchIsGivenBack() throws IOException {
    ValueTable<Long, VoidNamespace, byte[]> values = store.openValues(spec(StateKind.VALUE, null));
    values.namespace(VoidNamespace.INSTANCE);
    for (int key = 0; key < KEYS; key++) {
      store.context().setKey((long) key);
      values.put(value(key), 0);
    }
    expectSmallScratchBehindTheLargeValue();
  }

  @Test
  void freeze_largeElement_itsScratchIsGivenBack() throws IOException {
    ListTable<Long, VoidNamespace, byte[]> lists = store.openLists(spec(StateKind.LIST, null));
    lists.namespace(VoidNamespace.INSTANCE);
    for (int key = 0; key < KEYS; key++) {
      store.context().setKey((long) key);
      lists.append(value(key), 0);
    }
    expectSmallScratchBehindTheLargeValue();
  }

  @Test
  void freeze_largeMapValue_itsScratchIsGivenBack() throws IOException {
    MapTable<Long, VoidNamespace, String, byte[]> maps =
        store.openMaps(spec(StateKind.MAP, Serializers.strings()));
    maps.namespace(VoidNamespace.INSTANCE);
    store.context().setKey(1L);
    for (int number = 0; number < KEYS; number++) {
      maps.put("u" + number, value(number), 0);
    }
    expectSmallScratchBehindTheLargeValue();
  }

  @Test
  void queue_largeElement_itsScratchIsGivenBackAtOnce() {
    OrderedSet<byte[]> queue = store.openQueue(new QueueSpec<>("queue", blobs, element -> 0));
    assertThat(queue.add(new byte[Blobs.LARGE])).isTrue();
    assertThat(blobs.heldBytes()).isLessThanOrEqualTo(KEPT_BYTES);
    assertThat(queue.add(new byte[Blobs.LARGE])).isFalse();
    assertThat(queue.remove(new byte[Blobs.LARGE])).isTrue();
    assertThat(blobs.heldBytes()).isLessThanOrEqualTo(KEPT_BYTES);
    assertThat(queue.peek()).isNull();
  }
}
