package io.streambed.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.entry.StateSchema;
import io.streambed.error.CorruptionException;
import io.streambed.error.IncompatibleStateException;
import io.streambed.file.Compression;
import io.streambed.key.KeyGroupRange;
import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import io.streambed.serial.VoidNamespace;
import io.streambed.snapshot.FrozenFiles;
import io.streambed.snapshot.IncrementalStore;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.RestoreProgress;
import io.streambed.snapshot.SnapshotInputs;
import io.streambed.snapshot.SnapshotOrigin;
import io.streambed.state.StateKind;
import io.streambed.store.KeyedStore;
import io.streambed.store.ListTable;
import io.streambed.store.StoreContext;
import io.streambed.store.TableSpec;
import io.streambed.store.ValueTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The files that a store of bytes shares between its checkpoints. */
class IncrementalByteStoreTest {
  private static final int MAX_PARALLELISM = 16;
  private static final KeyGroupRange ALL = new KeyGroupRange(0, 15);
  private static final KeyGroupRange LOW = new KeyGroupRange(0, 6);
  private static final KeyGroupRange HIGH = new KeyGroupRange(7, 15);
  private static final int KEYS = 200;

  private final MemoryStreams streams = new MemoryStreams();
  private long checkpoint;

  private static KeyedStore<Long> store(KeyGroupRange range) {
    return ByteStoreFactory.incremental()
        .create(StoreContext.alone(Serializers.longs(), MAX_PARALLELISM, range));
  }

  private static <V> ValueTable<Long, VoidNamespace, V> values(
      KeyedStore<Long> store, Serializer<V> value) {
    ValueTable<Long, VoidNamespace, V> values =
        store.openValues(
            new TableSpec<>("values", StateKind.VALUE, Serializers.unit(), null, value));
    values.namespace(VoidNamespace.INSTANCE);
    return values;
  }

  private static ListTable<Long, VoidNamespace, String> lists(KeyedStore<Long> store) {
    ListTable<Long, VoidNamespace, String> lists =
        store.openLists(
            new TableSpec<>(
                "lists", StateKind.LIST, Serializers.unit(), null, Serializers.strings()));
    lists.namespace(VoidNamespace.INSTANCE);
    return lists;
  }

  private static boolean own(KeyedStore<Long> store, long key) {
    store.context().setKey(key);
    try {
      return store.context().range().contains(store.context().keyGroup());
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static KeyedStore<Long> filled(KeyGroupRange range) {
    KeyedStore<Long> store = store(range);
    var values = values(store, Serializers.ints());
    var lists = lists(store);
    for (long key = 0; key < KEYS; key++) {
      if (own(store, key)) {
        values.put((int) key, 0);
        lists.append("element " + key, 0);
      }
    }
    return store;
  }

  private static void expectFilled(KeyedStore<Long> store) {
    var values = values(store, Serializers.ints());
    var lists = lists(store);
    for (long key = 0; key < KEYS; key++) {
      if (own(store, key)) {
        assertThat(values.get()).isEqualTo((int) key);
        assertThat(lists.read()).containsExactly("element " + key);
      }
    }
    store.checkInvariants();
  }

  private KeyedStateHandle.Incremental checkpoint(KeyedStore<Long> store) throws IOException {
    checkpoint++;
    try (FrozenFiles frozen = ((IncrementalStore) store).freezeFiles(checkpoint)) {
      KeyedStateHandle.Incremental handle =
          frozen.write(
              new SnapshotOrigin("job", "operator", 0, checkpoint),
              Compression.DEFLATE,
              streams.forCheckpoint(checkpoint));
      streams.complete(checkpoint, List.of(handle));
      return handle;
    }
  }

  private static void restore(
      KeyedStore<?> store, SnapshotInputs inputs, KeyedStateHandle.Incremental... handles)
      throws IOException {
    ((IncrementalStore) store).restore(List.of(handles), inputs, RestoreProgress.NONE);
  }

  @Test
  void write_nothingChanged_refersToTheSameFiles() throws IOException {
    try (KeyedStore<Long> store = filled(ALL)) {
      KeyedStateHandle.Incremental first = checkpoint(store);
      assertThat(first.files()).as("four runs of two states").hasSize(8);
      assertThat(checkpoint(store).files()).isEqualTo(first.files());
    }
  }

  @Test
  void write_oneKeyChanged_writesOneFile() throws IOException {
    try (KeyedStore<Long> store = filled(ALL)) {
      KeyedStateHandle.Incremental first = checkpoint(store);
      store.context().setKey(5L);
      values(store, Serializers.ints()).put(-5, 0);
      KeyedStateHandle.Incremental second = checkpoint(store);
      assertThat(second.files()).filteredOn(file -> !first.files().contains(file)).hasSize(1);
      store.context().setKey(5L);
      values(store, Serializers.ints()).put(5, 0);
      try (KeyedStore<Long> restored = store(ALL)) {
        restore(restored, streams, first);
        expectFilled(restored);
      }
    }
  }

  @Test
  void write_fileRefused_isWrittenAgain() throws IOException {
    try (KeyedStore<Long> store = filled(ALL)) {
      KeyedStateHandle.Incremental first = checkpoint(store);
      streams.subsume(checkpoint);
      KeyedStateHandle.Incremental second = checkpoint(store);
      assertThat(second.files()).doesNotContainAnyElementsOf(first.files()).hasSize(8);
    }
  }

  @Test
  void restore_thenACheckpoint_refersToTheFilesItCameFrom() throws IOException {
    KeyedStateHandle.Incremental first;
    try (KeyedStore<Long> store = filled(ALL)) {
      first = checkpoint(store);
    }
    try (KeyedStore<Long> store = store(ALL)) {
      restore(store, streams, first);
      expectFilled(store);
      assertThat(checkpoint(store).files()).containsExactlyInAnyOrderElementsOf(first.files());
    }
  }

  @Test
  void restore_severalHandles_takesTheStoresKeyGroupsOfEach() throws IOException {
    KeyedStateHandle.Incremental low;
    KeyedStateHandle.Incremental high;
    try (KeyedStore<Long> store = filled(LOW)) {
      low = checkpoint(store);
    }
    try (KeyedStore<Long> store = filled(HIGH)) {
      high = checkpoint(store);
    }
    for (KeyGroupRange range : List.of(ALL, new KeyGroupRange(5, 9))) {
      try (KeyedStore<Long> store = store(range)) {
        List<Long> told = new ArrayList<>();
        ((IncrementalStore) store)
            .restore(List.of(low, high), streams, (done, total) -> told.add(total - done));
        expectFilled(store);
        assertThat(told).hasSizeGreaterThan(2).last().isEqualTo(0L);
        restoreAgain(checkpoint(store), range);
      }
    }
  }

  private void restoreAgain(KeyedStateHandle.Incremental handle, KeyGroupRange range)
      throws IOException {
    try (KeyedStore<Long> store = store(range)) {
      restore(store, streams, handle);
      expectFilled(store);
    }
  }

  @Test
  void restore_stateWithoutEntries_isCarried() throws IOException {
    KeyedStateHandle.Incremental handle;
    try (KeyedStore<Long> store = store(ALL)) {
      lists(store);
      handle = checkpoint(store);
      assertThat(handle.files()).isEmpty();
    }
    try (KeyedStore<Long> store = store(ALL)) {
      restore(store, streams, handle);
      assertThat(store.carried()).extracting(StateSchema::name).containsExactly("lists");
    }
  }

  @Test
  void restore_statesThatDoNotFit_areRefusedBeforeAFileIsRead() throws IOException {
    KeyedStateHandle.Incremental handle;
    try (KeyedStore<Long> store = filled(ALL)) {
      handle = checkpoint(store);
    }
    SnapshotInputs manifestOnly =
        stream -> {
          assertThat(stream).isEqualTo(handle.manifest());
          return streams.open(stream);
        };
    try (KeyedStore<Long> store = store(ALL)) {
      values(store, Serializers.uuids());
      assertThatThrownBy(() -> restore(store, manifestOnly, handle))
          .isInstanceOf(IncompatibleStateException.class)
          .hasMessageContaining("values");
    }
    try (KeyedStore<String> store =
        ByteStoreFactory.incremental()
            .create(StoreContext.alone(Serializers.strings(), MAX_PARALLELISM, ALL))) {
      assertThat(((IncrementalStore) store).schema(handle, manifestOnly).key())
          .isEqualTo(Serializers.longs().snapshot());
      assertThatThrownBy(() -> restore(store, manifestOnly, handle))
          .isInstanceOf(IncompatibleStateException.class)
          .hasMessageContaining("key");
    }
  }

  @Test
  void restore_anotherHandlesFiles_isDamage() throws IOException {
    KeyedStateHandle.Incremental first;
    try (KeyedStore<Long> store = filled(ALL)) {
      first = checkpoint(store);
    }
    KeyedStateHandle.Incremental cut =
        new KeyedStateHandle.Incremental(
            first.range(), first.store(), first.manifest(), first.files().subList(1, 8));
    SnapshotInputs swapped =
        stream ->
            stream.equals(first.files().get(0))
                ? streams.open(first.files().get(1))
                : streams.open(stream);
    try (KeyedStore<Long> store = store(ALL)) {
      assertThatThrownBy(() -> restore(store, streams, cut))
          .isInstanceOf(CorruptionException.class)
          .hasMessageContaining("7 shared files");
      assertThatThrownBy(() -> restore(store, swapped, first))
          .isInstanceOf(CorruptionException.class);
    }
  }

  @Test
  void restore_usedStore_isRefused() throws IOException {
    try (KeyedStore<Long> store = filled(ALL)) {
      KeyedStateHandle.Incremental handle = checkpoint(store);
      assertThatThrownBy(() -> restore(store, streams, handle))
          .isInstanceOf(IllegalStateException.class);
      expectFilled(store);
    }
  }
}
