package io.streambed.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.error.IncompatibleStateException;
import io.streambed.file.Compression;
import io.streambed.key.KeyGroupRange;
import io.streambed.key.KeyGroups;
import io.streambed.keyed.KeyedStateBackend;
import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.RestoreProgress;
import io.streambed.snapshot.SnapshotOptions;
import io.streambed.state.ListStateDescriptor;
import io.streambed.state.MapStateDescriptor;
import io.streambed.state.ReducingStateDescriptor;
import io.streambed.state.ValueStateDescriptor;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.store.StoreContext;
import io.streambed.store.TaskInfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RunnableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a restore owes state that was renamed, over any store: from containers, and from files of
 * the store's own if it has any. Subclass it in a test and name the store.
 */
public abstract class RenamedStateContract {
  private static final int KEY_GROUPS = 8;
  private static final KeyGroupRange ALL = new KeyGroupRange(0, KEY_GROUPS - 1);
  private static final Serializer<Integer> INTS = Serializers.ints();
  private static final Serializer<Long> LONGS = Serializers.longs();
  private static final Serializer<String> TEXTS = Serializers.strings();

  private final MemoryStreams streams = new MemoryStreams();
  private final List<KeyedStateBackend<Long>> opened = new ArrayList<>();
  private long checkpoints;

  /** A contract over the stores that a subclass names. */
  protected RenamedStateContract() {}

  /**
   * The stores under test.
   *
   * @return a factory
   */
  protected abstract KeyedStoreFactory factory();

  private KeyedStateBackend<Long> backend(KeyGroupRange range) {
    KeyedStateBackend<Long> backend =
        new KeyedStateBackend<>(
            factory().create(StoreContext.alone(LONGS, KEY_GROUPS, range)),
            new TaskInfo("job", "operator", 0));
    opened.add(backend);
    return backend;
  }

  /** As files of the store's own, if it has any and they are wanted. */
  private KeyedStateHandle snapshot(KeyedStateBackend<Long> backend, boolean files) {
    long id = ++checkpoints;
    SnapshotOptions options =
        files
            ? SnapshotOptions.checkpoint(Compression.NONE)
            : SnapshotOptions.savepoint(Compression.NONE);
    RunnableFuture<KeyedStateHandle> future =
        backend.snapshot(id, streams.forCheckpoint(id), options);
    future.run();
    try {
      KeyedStateHandle handle = future.get();
      streams.complete(id, List.of(handle));
      return handle;
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  private void restore(KeyedStateBackend<Long> backend, KeyedStateHandle... handles)
      throws IOException {
    backend.restore(List.of(handles), streams, RestoreProgress.NONE);
  }

  private void closeAll() {
    opened.forEach(KeyedStateBackend::close);
    opened.clear();
  }

  /** Declares the states, under their first names or others, and gives what they hold. */
  private static List<Object> read(KeyedStateBackend<Long> backend, String prefix, long key) {
    var value =
        backend.getState(
            new ValueStateDescriptor<>(prefix + "value", TEXTS)
                .withFormerNames(former(prefix, "value")));
    var list =
        backend.getListState(
            new ListStateDescriptor<>(prefix + "list", LONGS)
                .withFormerNames(former(prefix, "list")));
    var map =
        backend.getMapState(
            new MapStateDescriptor<>(prefix + "map", LONGS, TEXTS)
                .withFormerNames(former(prefix, "map")));
    var reducing =
        backend.getReducingState(
            new ReducingStateDescriptor<>(prefix + "reducing", LONGS, Long::sum)
                .withFormerNames(former(prefix, "reducing")));
    backend.setCurrentKey(key);
    List<Object> all = new ArrayList<>();
    all.add(value.value());
    List<Long> elements = new ArrayList<>();
    if (list.get() != null) {
      list.get().forEach(elements::add);
    }
    all.add(elements);
    all.add(map.get(key));
    all.add(reducing.get());
    backend.clearCurrentKey();
    return all;
  }

  private static String[] former(String prefix, String name) {
    return prefix.isEmpty() ? new String[0] : new String[] {name};
  }

  private static void write(KeyedStateBackend<Long> backend) {
    var value = backend.getState(new ValueStateDescriptor<>("value", TEXTS));
    var list = backend.getListState(new ListStateDescriptor<>("list", LONGS));
    var map = backend.getMapState(new MapStateDescriptor<>("map", LONGS, TEXTS));
    var reducing =
        backend.getReducingState(new ReducingStateDescriptor<>("reducing", LONGS, Long::sum));
    for (long key = 0; key < 100; key++) {
      int hash = LONGS.keyHasher().hash(key);
      if (backend.keyGroupRange().contains(KeyGroups.assign(hash, KEY_GROUPS))) {
        backend.setCurrentKey(key);
        value.update("v" + key);
        list.add(key);
        list.add(key + 1);
        map.put(key, "m" + key);
        reducing.add(key);
      }
    }
    backend.clearCurrentKey();
  }

  private static List<Object> written(long key) {
    return List.of("v" + key, List.of(key, key + 1), "m" + key, key);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void restore_renamedStatesOfEveryKind_holdWhatTheyHeld(boolean files) throws IOException {
    KeyedStateBackend<Long> first = backend(ALL);
    write(first);
    KeyedStateBackend<Long> renamed = backend(ALL);
    read(renamed, "new-", 0);
    restore(renamed, snapshot(first, files));
    assertThat(renamed.carried()).isEmpty();
    for (long key = 0; key < 100; key++) {
      assertThat(read(renamed, "new-", key)).isEqualTo(written(key));
    }
    // The next checkpoint knows the new names only.
    KeyedStateBackend<Long> next = backend(ALL);
    restore(next, snapshot(renamed, files));
    assertThat(next.carried()).allMatch(state -> state.name().startsWith("new-"));
    assertThat(read(next, "new-", 7)).isEqualTo(written(7));
    closeAll();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void restore_renamedStateOfSeveralSubtasks_isOneState(boolean files) throws IOException {
    KeyedStateBackend<Long> low = backend(new KeyGroupRange(0, 2));
    KeyedStateBackend<Long> high = backend(new KeyGroupRange(3, KEY_GROUPS - 1));
    write(low);
    write(high);
    KeyedStateBackend<Long> renamed = backend(ALL);
    read(renamed, "new-", 0);
    restore(renamed, snapshot(low, files), snapshot(high, files));
    for (long key = 0; key < 100; key++) {
      assertThat(read(renamed, "new-", key)).isEqualTo(written(key));
    }
    closeAll();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void restore_renamedStateOfAnotherType_isMigrated(boolean files) throws IOException {
    KeyedStateBackend<Long> first = backend(ALL);
    var before = first.getState(new ValueStateDescriptor<>("count", INTS));
    first.setCurrentKey(5L);
    before.update(42);
    KeyedStateBackend<Long> renamed = backend(ALL);
    var after =
        renamed.getState(
            new ValueStateDescriptor<>("total", LONGS).withFormerNames("sum", "count"));
    restore(renamed, snapshot(first, files));
    renamed.setCurrentKey(5L);
    assertThat(after.value()).isEqualTo(42L);
    closeAll();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void restore_twoNamesOfOneState_isRefused(boolean files) {
    KeyedStateBackend<Long> first = backend(ALL);
    first.getState(new ValueStateDescriptor<>("count", LONGS));
    first.getState(new ValueStateDescriptor<>("total", LONGS));
    KeyedStateHandle handle = snapshot(first, files);
    KeyedStateBackend<Long> renamed = backend(ALL);
    renamed.getState(new ValueStateDescriptor<>("total", LONGS).withFormerNames("count"));
    assertThatThrownBy(() -> restore(renamed, handle))
        .isInstanceOf(IncompatibleStateException.class)
        .hasMessageContainingAll("\"total\"", "former names");
    closeAll();
  }

  /** Else the content of the one would be given to the other. */
  @Test
  void open_formerNameThatIsANameOfAnotherState_isRefused() {
    KeyedStateBackend<Long> backend = backend(ALL);
    backend.getState(new ValueStateDescriptor<>("a", LONGS));
    var renamed = new ValueStateDescriptor<>("b", LONGS).withFormerNames("a");
    assertThatThrownBy(() -> backend.getState(renamed))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("state \"b\" has the former name \"a\"");
    backend.getListState(new ListStateDescriptor<>("c", LONGS).withFormerNames("d"));
    assertThatThrownBy(() -> backend.getState(new ValueStateDescriptor<>("d", LONGS)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("state \"c\" has the former name \"d\"");
    closeAll();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void open_afterTheRestoreByANewName_isRefusedAndLosesNothing(boolean files) throws IOException {
    KeyedStateBackend<Long> first = backend(ALL);
    write(first);
    KeyedStateBackend<Long> second = backend(ALL);
    restore(second, snapshot(first, files));
    var renamed = new ValueStateDescriptor<>("new-value", TEXTS).withFormerNames("value");
    assertThatThrownBy(() -> second.getState(renamed))
        .isInstanceOf(IncompatibleStateException.class)
        .hasMessageContainingAll("\"new-value\"", "\"value\"", "before the restore");
    assertThat(read(second, "", 3)).isEqualTo(written(3));
    closeAll();
  }
}
