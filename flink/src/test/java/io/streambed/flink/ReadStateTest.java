package io.streambed.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.State;
import org.apache.flink.api.common.state.StateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.core.fs.CloseableRegistry;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.runtime.operators.testutils.MockEnvironment;
import org.apache.flink.runtime.state.AbstractKeyedStateBackend;
import org.apache.flink.runtime.state.ConfigurableStateBackend;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyedStateBackendParametersImpl;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.runtime.state.ttl.TtlTimeProvider;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.windowing.ProcessWindowFunction;
import org.apache.flink.streaming.api.windowing.assigners.GlobalWindows;
import org.apache.flink.streaming.api.windowing.triggers.CountTrigger;
import org.apache.flink.streaming.api.windowing.windows.GlobalWindow;
import org.apache.flink.util.Collector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What jobs do with the collections that state gives: casts, prints, comparisons, later use. */
class ReadStateTest {
  private static final ListStateDescriptor<Long> LONGS =
      new ListStateDescriptor<>("longs", Types.LONG);
  private static final ListStateDescriptor<List<Integer>> LISTS =
      new ListStateDescriptor<>("lists", Types.LIST(Types.INT));
  private static final MapStateDescriptor<Integer, String> MAP =
      new MapStateDescriptor<>("map", Types.INT, Types.STRING);

  private final MockEnvironment environment = MockEnvironment.builder().build();
  private final List<AbstractKeyedStateBackend<String>> backends = new ArrayList<>();

  /** Streambed, and hashmap as the measure. */
  @BeforeEach
  void open() throws Exception {
    for (ConfigurableStateBackend backend :
        List.of(new StreambedStateBackend(), new HashMapStateBackend())) {
      backends.add(
          (AbstractKeyedStateBackend<String>)
              backend.createKeyedStateBackend(
                  new KeyedStateBackendParametersImpl<>(
                      environment,
                      new JobID(),
                      "reads",
                      StringSerializer.INSTANCE,
                      8,
                      new KeyGroupRange(0, 7),
                      environment.getTaskKvStateRegistry(),
                      TtlTimeProvider.DEFAULT,
                      new UnregisteredMetricsGroup(),
                      List.of(),
                      new CloseableRegistry())));
      backends.get(backends.size() - 1).setCurrentKey("a");
    }
  }

  @AfterEach
  void close() throws Exception {
    backends.forEach(AbstractKeyedStateBackend::dispose);
    environment.close();
  }

  private static <S extends State> S state(
      AbstractKeyedStateBackend<String> backend, StateDescriptor<S, ?> descriptor)
      throws Exception {
    return backend.getPartitionedState(
        VoidNamespace.INSTANCE, VoidNamespaceSerializer.INSTANCE, descriptor);
  }

  @Test
  void listGet_takenForAList_isEqualToThatOfHashmap() throws Exception {
    for (AbstractKeyedStateBackend<String> backend : backends) {
      ListState<Long> longs = state(backend, LONGS);
      ListState<List<Integer>> lists = state(backend, LISTS);
      for (long i = 0; i < 100; i++) {
        longs.add(i);
        lists.add(List.of((int) i));
      }
      List<Long> read = (List<Long>) longs.get();
      assertThat(read).hasSize(100).hasToString(new ArrayList<>(read).toString());
      assertThat(read.get(64)).isEqualTo(64);
      assertThat(read.subList(3, 5)).containsExactly(3L, 4L);
      assertThat(lists.get().toString()).startsWith("[[0], [1], [2], ").endsWith(", [99]]");
    }
    for (ListStateDescriptor<?> descriptor : List.of(LONGS, LISTS)) {
      Object ours = state(backends.get(0), descriptor).get();
      Object theirs = state(backends.get(1), descriptor).get();
      assertThat(ours).isEqualTo(theirs).hasSameHashCodeAs(theirs);
      assertThat(theirs).isEqualTo(ours);
    }
  }

  @Test
  void listGet_changedByItsReader_isTheReadersOwn() throws Exception {
    AbstractKeyedStateBackend<String> backend = backends.get(0);
    ListState<Long> state = state(backend, LONGS);
    state.update(List.of(3L, 1L, 2L));
    List<Long> read = (List<Long>) state.get();
    read.sort(Comparator.naturalOrder());
    read.add(4L);
    read.remove(1L);
    read.set(0, 7L);
    read.removeIf(element -> element == 3);
    assertThat(read).isEqualTo(List.of(7L, 4L));
    assertThat(state.get()).containsExactly(3L, 1L, 2L);
    state.addAll((List<Long>) state.get());
    assertThat(state.get()).containsExactly(3L, 1L, 2L, 3L, 1L, 2L);
    state.update(read);
    read.clear();
    assertThat(state.get()).containsExactly(7L, 4L);
    List<Long> ofKeyA = (List<Long>) state.get();
    backend.setCurrentKey("b");
    state.add(9L);
    assertThat(ofKeyA).containsExactly(7L, 4L);
  }

  @Test
  void mapViews_comparedAndPrinted_areAsThoseOfHashmap() throws Exception {
    for (AbstractKeyedStateBackend<String> backend : backends) {
      state(backend, MAP).put(1, "one");
    }
    MapState<Integer, String> ours = state(backends.get(0), MAP);
    MapState<Integer, String> theirs = state(backends.get(1), MAP);
    assertThat(ours.entries()).isEqualTo(theirs.entries()).hasToString("[1=one]");
    assertThat((Set<Integer>) ours.keys()).isEqualTo(theirs.keys()).hasToString("[1]");
    assertThat((Collection<String>) ours.values()).hasSize(1).hasToString("[one]");
    Map.Entry<Integer, String> entry = ours.iterator().next();
    assertThat(entry).isEqualTo(theirs.iterator().next()).hasToString("1=one");
    assertThat(theirs.iterator().next()).isEqualTo(entry).hasSameHashCodeAs(entry);
  }

  @Test
  void mapViewsAndIterators_usedUnderAnotherKey_areOfTheMapTheyWereAskedOf() throws Exception {
    for (AbstractKeyedStateBackend<String> backend : backends) {
      MapState<Integer, String> map = state(backend, MAP);
      map.putAll(Map.of(1, "a1", 2, "a2", 3, "a3"));
      Iterable<Map.Entry<Integer, String>> entries = map.entries();
      Iterable<Integer> keys = map.keys();
      Iterable<String> values = map.values();
      Map.Entry<Integer, String> entry = map.iterator().next();
      Iterator<Integer> others = map.keys().iterator();
      others.next();
      Integer second = others.next();
      backend.setCurrentKey("b");
      map.putAll(Map.of(1, "b1", 2, "b2", 3, "b3"));
      entry.setValue("changed");
      others.remove();
      assertThat(map.entries())
          .containsExactlyInAnyOrder(Map.entry(1, "b1"), Map.entry(2, "b2"), Map.entry(3, "b3"));
      assertThat(entries).hasSize(2).contains(Map.entry(entry.getKey(), "changed"));
      assertThat(keys).hasSize(2).doesNotContain(second);
      assertThat(values).hasSize(2).contains("changed");
      backend.setCurrentKey("a");
      assertThat(map.entries()).isEqualTo(entries);
    }
  }

  @Test
  void windowElements_takenForACollection_areOne() throws Exception {
    Configuration config = new Configuration();
    config.set(StateBackendOptions.STATE_BACKEND, StreambedStateBackendFactory.class.getName());
    List<String> windows =
        StreamExecutionEnvironment.createLocalEnvironment(1, config)
            .fromData(5L, 3L, 4L)
            .keyBy(number -> 1)
            .window(GlobalWindows.create())
            .trigger(CountTrigger.of(3))
            .process(new Printing())
            .executeAndCollect(10);
    assertThat(windows).containsExactly("3 in [5, 3, 4]");
  }

  private static final class Printing
      extends ProcessWindowFunction<Long, String, Integer, GlobalWindow> {
    private static final long serialVersionUID = 1L;

    @Override
    public void process(
        Integer key, Context context, Iterable<Long> elements, Collector<String> out) {
      out.collect(((Collection<Long>) elements).size() + " in " + elements);
    }
  }
}
