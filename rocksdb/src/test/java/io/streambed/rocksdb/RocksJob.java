package io.streambed.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.file.Compression;
import io.streambed.key.KeyGroups;
import io.streambed.keyed.KeyedStateBackend;
import io.streambed.serial.Serializers;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.RestoreProgress;
import io.streambed.snapshot.SnapshotInputs;
import io.streambed.snapshot.SnapshotOptions;
import io.streambed.snapshot.SnapshotStreams;
import io.streambed.state.ListStateDescriptor;
import io.streambed.state.MapStateDescriptor;
import io.streambed.state.ReducingStateDescriptor;
import io.streambed.state.ValueStateDescriptor;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.store.OrderedSet;
import io.streambed.store.QueueSpec;
import io.streambed.store.StoreContext;
import io.streambed.store.TaskInfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.RunnableFuture;

/** A job of some subtasks with a state of each kind, and timers; it plays at random. */
final class RocksJob implements AutoCloseable {
  static final int MAX_PARALLELISM = 16;
  private static final int KEYS = 300;

  private static final ValueStateDescriptor<String> VALUES =
      new ValueStateDescriptor<>("values", Serializers.strings());
  private static final ListStateDescriptor<Integer> LISTS =
      new ListStateDescriptor<>("lists", Serializers.ints());
  private static final MapStateDescriptor<String, Double> MAPS =
      new MapStateDescriptor<>("maps", Serializers.strings(), Serializers.doubles());
  private static final ReducingStateDescriptor<Long> SUMS =
      new ReducingStateDescriptor<>("sums", Serializers.longs(), Long::sum);

  final List<KeyedStateBackend<Long>> subtasks;

  RocksJob(KeyedStoreFactory factory, int parallelism) {
    this.subtasks = subtasks(factory, MAX_PARALLELISM, parallelism);
  }

  /** Subtasks without state. */
  static List<KeyedStateBackend<Long>> subtasks(
      KeyedStoreFactory factory, int maxParallelism, int parallelism) {
    List<KeyedStateBackend<Long>> subtasks = new ArrayList<>();
    for (int i = 0; i < parallelism; i++) {
      subtasks.add(
          new KeyedStateBackend<>(
              factory.create(
                  StoreContext.alone(
                      Serializers.longs(),
                      maxParallelism,
                      KeyGroups.rangeOf(maxParallelism, parallelism, i))),
              new TaskInfo("job", "operator", i)));
    }
    return subtasks;
  }

  /** Opens the states of all subtasks, as a job does that declares them. */
  void open() {
    for (KeyedStateBackend<Long> subtask : subtasks) {
      subtask.getState(VALUES);
      subtask.getListState(LISTS);
      subtask.getMapState(MAPS);
      subtask.getReducingState(SUMS);
      timers(subtask);
    }
  }

  private static int keyGroup(long key) {
    return KeyGroups.assign(Serializers.longs().keyHasher().hash(key), MAX_PARALLELISM);
  }

  private static OrderedSet<Long> timers(KeyedStateBackend<Long> subtask) {
    return subtask.openQueue(
        new QueueSpec<>("timers", Serializers.longs(), at -> (int) (at % MAX_PARALLELISM)));
  }

  private KeyedStateBackend<Long> of(int keyGroup) {
    return subtasks.get(KeyGroups.subtaskOf(keyGroup, MAX_PARALLELISM, subtasks.size()));
  }

  /** Changes something at random, here and in the model. */
  void change(Random random, PlainJob model) {
    long key = random.nextInt(KEYS);
    KeyedStateBackend<Long> subtask = of(keyGroup(key));
    subtask.setCurrentKey(key);
    switch (random.nextInt(10)) {
      case 0, 1 -> {
        String value = "value " + random.nextInt(1000) + "x".repeat(random.nextInt(200));
        subtask.getState(VALUES).update(value);
        model.values.put(key, value);
      }
      case 2 -> {
        subtask.getState(VALUES).clear();
        model.values.remove(key);
      }
      case 3, 4 -> {
        int element = random.nextInt();
        subtask.getListState(LISTS).add(element);
        model.lists.computeIfAbsent(key, k -> new ArrayList<>()).add(element);
      }
      case 5 -> {
        String userKey = "user " + random.nextInt(20);
        Double value = random.nextInt(4) == 0 ? null : random.nextDouble();
        subtask.getMapState(MAPS).put(userKey, value);
        model.maps.computeIfAbsent(key, k -> new HashMap<>()).put(userKey, value);
      }
      case 6 -> {
        String userKey = "user " + random.nextInt(20);
        subtask.getMapState(MAPS).remove(userKey);
        model.maps.getOrDefault(key, new HashMap<>()).remove(userKey);
      }
      case 7 -> {
        subtask.getReducingState(SUMS).add(key + 1);
        model.sums.merge(key, key + 1, Long::sum);
      }
      case 8 -> {
        long at = random.nextInt(100_000);
        timers(of((int) (at % MAX_PARALLELISM))).add(at);
        model.timers.add(at);
      }
      default -> fire(model);
    }
  }

  private void fire(PlainJob model) {
    if (!model.timers.isEmpty()) {
      long first = model.timers.first();
      OrderedSet<Long> timers = timers(of((int) (first % MAX_PARALLELISM)));
      assertThat(timers.poll()).isEqualTo(first);
      model.timers.pollFirst();
    }
  }

  /** Begins a snapshot of every subtask. */
  List<RunnableFuture<KeyedStateHandle>> snapshot(long checkpoint, SnapshotStreams streams) {
    List<RunnableFuture<KeyedStateHandle>> futures = new ArrayList<>();
    for (KeyedStateBackend<Long> subtask : subtasks) {
      futures.add(
          subtask.snapshot(checkpoint, streams, SnapshotOptions.checkpoint(Compression.NONE)));
    }
    return futures;
  }

  void restore(List<KeyedStateHandle> handles, SnapshotInputs inputs) throws IOException {
    for (KeyedStateBackend<Long> subtask : subtasks) {
      subtask.restore(handles, inputs, RestoreProgress.NONE);
    }
  }

  /** Compares everything, from both sides; timers first, for they know their first elements. */
  void expect(PlainJob model) {
    TreeSet<Long> timers = new TreeSet<>();
    TreeSet<Long> firsts = new TreeSet<>();
    long counted = 0;
    for (KeyedStateBackend<Long> subtask : subtasks) {
      OrderedSet<Long> set = timers(subtask);
      if (set.peek() != null) {
        firsts.add(set.peek());
      }
      counted += set.size();
      for (int group = subtask.keyGroupRange().first();
          group <= subtask.keyGroupRange().last();
          group++) {
        timers.addAll(set.inKeyGroup(group));
      }
    }
    assertThat(timers).isEqualTo(model.timers);
    assertThat(counted).isEqualTo(model.timers.size());
    if (!timers.isEmpty()) {
      assertThat(firsts.first()).isEqualTo(timers.first());
    }
    for (long key = 0; key < KEYS; key++) {
      expect(key, model);
    }
    long entries =
        model.entries(VALUES) + model.entries(LISTS) + model.entries(MAPS) + model.entries(SUMS);
    assertThat(subtasks.stream().mapToLong(KeyedStateBackend::entries).sum()).isEqualTo(entries);
  }

  private void expect(long key, PlainJob model) {
    KeyedStateBackend<Long> subtask = of(keyGroup(key));
    subtask.setCurrentKey(key);
    assertThat(subtask.getState(VALUES).value()).isEqualTo(model.values.get(key));
    assertThat(subtask.getReducingState(SUMS).get()).isEqualTo(model.sums.get(key));
    Iterable<Integer> list = subtask.getListState(LISTS).get();
    if (model.lists.containsKey(key)) {
      assertThat(list).containsExactlyElementsOf(model.lists.get(key));
    } else {
      assertThat(list).isNull();
    }
    Map<String, Double> map = new HashMap<>();
    for (Map.Entry<String, Double> entry : subtask.getMapState(MAPS).entries()) {
      map.put(entry.getKey(), entry.getValue());
    }
    assertThat(map).isEqualTo(model.maps.getOrDefault(key, Map.of()));
  }

  @Override
  public void close() {
    subtasks.forEach(KeyedStateBackend::close);
  }
}
