package io.streambed.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RunnableFuture;
import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.State;
import org.apache.flink.api.common.state.StateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.base.IntSerializer;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.core.fs.CloseableRegistry;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.runtime.checkpoint.CheckpointOptions;
import org.apache.flink.runtime.operators.testutils.MockEnvironment;
import org.apache.flink.runtime.state.AbstractKeyedStateBackend;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyedStateBackendParametersImpl;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.SnapshotResult;
import org.apache.flink.runtime.state.StateEntry;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.runtime.state.internal.InternalKvState;
import org.apache.flink.runtime.state.internal.InternalKvState.StateIncrementalVisitor;
import org.apache.flink.runtime.state.memory.MemCheckpointStreamFactory;
import org.apache.flink.runtime.state.ttl.TtlTimeProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The entries that TTL's clean-up visits while a snapshot is written: looked at without a copy,
 * removed and changed without harm to the snapshot.
 */
class VisitedEntriesTest {
  private static final TypeSerializer<Order> ORDERS =
      TypeInformation.of(Order.class).createSerializer(new ExecutionConfig().getSerializerConfig());
  private static final ValueStateDescriptor<Order> VALUES =
      new ValueStateDescriptor<>("values", ORDERS);
  private static final ListStateDescriptor<Order> LISTS =
      new ListStateDescriptor<>("lists", ORDERS);
  private static final MapStateDescriptor<Integer, Order> MAPS =
      new MapStateDescriptor<>("maps", IntSerializer.INSTANCE, ORDERS);

  private final MockEnvironment environment = MockEnvironment.builder().build();
  private final AbstractKeyedStateBackend<String> backend = open(List.of());

  /** A value that a job may change in place. */
  public static class Order {
    public int number;

    public Order() {}

    Order(int number) {
      this.number = number;
    }
  }

  private AbstractKeyedStateBackend<String> open(Collection<KeyedStateHandle> handles) {
    try {
      return new StreambedStateBackend()
          .<String>createKeyedStateBackend(
              new KeyedStateBackendParametersImpl<>(
                  environment,
                  new JobID(),
                  "visits",
                  StringSerializer.INSTANCE,
                  8,
                  new KeyGroupRange(0, 7),
                  environment.getTaskKvStateRegistry(),
                  TtlTimeProvider.DEFAULT,
                  new UnregisteredMetricsGroup(),
                  handles,
                  new CloseableRegistry()));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @AfterEach
  void close() throws Exception {
    backend.dispose();
    environment.close();
  }

  private static <S extends State> S state(
      AbstractKeyedStateBackend<String> backend, StateDescriptor<S, ?> descriptor)
      throws Exception {
    return backend.getPartitionedState(
        VoidNamespace.INSTANCE, VoidNamespaceSerializer.INSTANCE, descriptor);
  }

  @SuppressWarnings("unchecked")
  private static <SV> StateIncrementalVisitor<String, VoidNamespace, SV> visitor(Object state) {
    return ((InternalKvState<String, VoidNamespace, SV>) state).getStateIncrementalVisitor(5);
  }

  private RunnableFuture<SnapshotResult<KeyedStateHandle>> snapshot() throws Exception {
    return backend.snapshot(
        1,
        1,
        new MemCheckpointStreamFactory(1 << 20),
        CheckpointOptions.forCheckpointWithDefaultLocation());
  }

  private AbstractKeyedStateBackend<String> restored(
      RunnableFuture<SnapshotResult<KeyedStateHandle>> snapshot) throws Exception {
    snapshot.run();
    return open(List.of(snapshot.get().getJobManagerOwnedSnapshot()));
  }

  @Test
  void nextEntries_whileASnapshotIsWritten_givesTheObjectsThemselvesAndLeavesTheCurrentKey()
      throws Exception {
    ValueState<Order> values = state(backend, VALUES);
    ListState<Order> lists = state(backend, LISTS);
    MapState<Integer, Order> maps = state(backend, MAPS);
    Map<String, Order> put = new HashMap<>();
    for (int i = 0; i < 100; i++) {
      backend.setCurrentKey("key " + i);
      put.put("key " + i, new Order(i));
      values.update(put.get("key " + i));
      lists.add(put.get("key " + i));
      maps.put(i, put.get("key " + i));
    }
    backend.setCurrentKey("current");
    RunnableFuture<SnapshotResult<KeyedStateHandle>> snapshot = snapshot();
    int met = 0;
    StateIncrementalVisitor<String, VoidNamespace, Order> ofValues = visitor(values);
    while (ofValues.hasNext()) {
      for (StateEntry<String, VoidNamespace, Order> entry : ofValues.nextEntries()) {
        assertThat(entry.getState()).isSameAs(put.get(entry.getKey()));
        assertThat(entry.getNamespace()).isEqualTo(VoidNamespace.INSTANCE);
        met++;
      }
    }
    StateIncrementalVisitor<String, VoidNamespace, List<Order>> ofLists = visitor(lists);
    while (ofLists.hasNext()) {
      for (StateEntry<String, VoidNamespace, List<Order>> entry : ofLists.nextEntries()) {
        assertThat(entry.getState().get(0)).isSameAs(put.get(entry.getKey()));
        met++;
      }
    }
    StateIncrementalVisitor<String, VoidNamespace, Map<Integer, Order>> ofMaps = visitor(maps);
    while (ofMaps.hasNext()) {
      for (StateEntry<String, VoidNamespace, Map<Integer, Order>> entry : ofMaps.nextEntries()) {
        assertThat(entry.getState().values().iterator().next()).isSameAs(put.get(entry.getKey()));
        met++;
      }
    }
    assertThat(met).isEqualTo(300);
    assertThat(backend.getCurrentKey()).isEqualTo("current");
    snapshot.cancel(true);
  }

  @Test
  void removeAndUpdate_whileASnapshotIsWritten_changeTheStateAndNotTheSnapshot() throws Exception {
    ListState<Order> lists = state(backend, LISTS);
    for (String key : List.of("a", "b")) {
      backend.setCurrentKey(key);
      lists.addAll(List.of(new Order(1), new Order(2), new Order(3)));
    }
    RunnableFuture<SnapshotResult<KeyedStateHandle>> snapshot = snapshot();
    StateIncrementalVisitor<String, VoidNamespace, List<Order>> visitor = visitor(lists);
    while (visitor.hasNext()) {
      for (StateEntry<String, VoidNamespace, List<Order>> entry : visitor.nextEntries()) {
        if (entry.getKey().equals("a")) {
          visitor.remove(entry);
        } else {
          visitor.update(entry, new ArrayList<>(entry.getState().subList(1, 3)));
        }
      }
    }
    backend.setCurrentKey("a");
    assertThat(lists.get()).isNull();
    backend.setCurrentKey("b");
    assertThat(numbers(lists)).containsExactly(2, 3);
    for (Order order : lists.get()) {
      order.number = 99;
    }
    AbstractKeyedStateBackend<String> restored = restored(snapshot);
    ListState<Order> frozen = state(restored, LISTS);
    for (String key : List.of("a", "b")) {
      restored.setCurrentKey(key);
      assertThat(numbers(frozen)).as(key).containsExactly(1, 2, 3);
    }
    restored.dispose();
  }

  private static List<Integer> numbers(ListState<Order> list) throws Exception {
    List<Integer> numbers = new ArrayList<>();
    list.get().forEach(order -> numbers.add(order.number));
    return numbers;
  }

  @Test
  void remove_walkHasGoneOn_isRefused() throws Exception {
    ValueState<Order> values = state(backend, VALUES);
    for (String key : List.of("a", "b")) {
      backend.setCurrentKey(key);
      values.update(new Order(1));
    }
    StateIncrementalVisitor<String, VoidNamespace, Order> visitor = visitor(values);
    StateEntry<String, VoidNamespace, Order> first = visitor.nextEntries().iterator().next();
    assertThat(visitor.hasNext()).isTrue();
    assertThatThrownBy(() -> visitor.remove(first)).isInstanceOf(IllegalStateException.class);
    assertThat(visitor.nextEntries()).hasSize(1);
    assertThat(visitor.hasNext()).isFalse();
    assertThat(visitor.nextEntries()).isEmpty();
  }
}
