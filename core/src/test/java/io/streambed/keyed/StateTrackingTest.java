package io.streambed.keyed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.bytes.ByteWriter;
import io.streambed.error.SerializationException;
import io.streambed.heap.HeapKeyedStoreFactory;
import io.streambed.key.KeyGroupRange;
import io.streambed.meter.StateTracking;
import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import io.streambed.state.AggregateFunction;
import io.streambed.state.AggregatingStateDescriptor;
import io.streambed.state.ListStateDescriptor;
import io.streambed.state.MapStateDescriptor;
import io.streambed.state.ReducingStateDescriptor;
import io.streambed.state.TimeToLive;
import io.streambed.state.ValueState;
import io.streambed.state.ValueStateDescriptor;
import io.streambed.store.KeyedStore;
import io.streambed.store.StoreContext;
import io.streambed.store.TaskInfo;
import io.streambed.time.StateTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is measured of single accesses to state, under which names, and how often. */
class StateTrackingTest {
  private static final Serializer<Integer> WINDOWS = Serializers.ints();

  private final RecordingMeters meters = new RecordingMeters();
  private final long[] nowMillis = {1_000};
  private final StateTime time = StateTime.withWatermarks(() -> nowMillis[0]);
  private KeyedStateBackend<String> backend;

  /** Joins texts. */
  private static final class Joined implements AggregateFunction<Character, String, Integer> {
    @Override
    public String createAccumulator() {
      return "";
    }

    @Override
    public String add(Character value, String text) {
      return text + value;
    }

    @Override
    public Integer getResult(String text) {
      return text.length();
    }

    @Override
    public String merge(String a, String b) {
      return a + b;
    }
  }

  private KeyedStateBackend<String> track(StateTracking tracking) {
    KeyedStore<String> store =
        new HeapKeyedStoreFactory()
            .create(StoreContext.alone(Serializers.strings(), 8, new KeyGroupRange(0, 7)));
    backend =
        new KeyedStateBackend<>(store, new TaskInfo("job", "operator", 0), time, meters, tracking);
    backend.setCurrentKey("ada");
    return backend;
  }

  @AfterEach
  void close() {
    backend.close();
  }

  private ValueKind<String, Integer, Long> value() {
    var value = backend.open(new ValueStateDescriptor<>("v", Serializers.longs()), WINDOWS);
    value.setCurrentNamespace(1);
    return value;
  }

  private ListKind<String, Integer, String> list() {
    var list = backend.open(new ListStateDescriptor<>("l", Serializers.strings()), WINDOWS);
    list.setCurrentNamespace(1);
    return list;
  }

  private MapKind<String, Integer, Integer, String> map() {
    var map =
        backend.open(
            new MapStateDescriptor<>("m", Serializers.ints(), Serializers.strings()), WINDOWS);
    map.setCurrentNamespace(1);
    return map;
  }

  private ReducingKind<String, Integer, Long> reducing() {
    var reducing =
        backend.open(new ReducingStateDescriptor<>("r", Serializers.longs(), Long::sum), WINDOWS);
    reducing.setCurrentNamespace(1);
    return reducing;
  }

  private AggregatingKind<String, Integer, Character, String, Integer> aggregating() {
    var aggregating =
        backend.open(
            new AggregatingStateDescriptor<>("a", Serializers.strings(), new Joined()), WINDOWS);
    aggregating.setCurrentNamespace(1);
    return aggregating;
  }

  /** Each operation once, but for walks, whose steps are as many as the map has entries and one. */
  private void useAll() {
    var value = value();
    value.update(7L);
    assertThat(value.value()).isEqualTo(7L);
    value.clear();
    assertThat(value.value()).isNull();

    var list = list();
    list.add("b");
    list.addAll(List.of("cd", "e"));
    assertThat(list.get()).containsExactly("b", "cd", "e");
    list.update(List.of("f"));
    list.mergeNamespaces(1, List.of(2));
    list.clear();
    assertThat(list.get()).isNull();

    var map = map();
    map.put(1, "one");
    map.putAll(Map.of(2, "two"));
    assertThat(map.get(1)).isEqualTo("one");
    assertThat(map.contains(3)).isFalse();
    assertThat(map.isEmpty()).isFalse();
    assertThat(map.entries()).hasSize(2).contains(Map.entry(1, "one"));
    assertThat(map.keys()).containsExactlyInAnyOrder(1, 2);
    assertThat(map.values()).containsExactlyInAnyOrder("one", "two");
    Iterator<Map.Entry<Integer, String>> walk = map.iterator();
    walk.next();
    walk.remove();
    map.remove(1);
    map.remove(2);
    assertThat(map.isEmpty()).isTrue();
    map.clear();

    var reducing = reducing();
    reducing.add(2L);
    reducing.add(3L);
    reducing.setCurrentNamespace(2);
    reducing.add(4L);
    reducing.mergeNamespaces(1, List.of(2));
    assertThat(reducing.get()).isNull();
    reducing.setCurrentNamespace(1);
    assertThat(reducing.get()).isEqualTo(9L);
    reducing.clear();

    var aggregating = aggregating();
    aggregating.add('x');
    aggregating.setCurrentNamespace(2);
    aggregating.add('y');
    aggregating.mergeNamespaces(1, List.of(2));
    aggregating.setCurrentNamespace(1);
    assertThat(aggregating.getInternal()).isEqualTo("xy");
    assertThat(aggregating.get()).isEqualTo(2);
    aggregating.clear();
  }

  private static final List<String> LATENCIES =
      List.of(
          "state=a aggregatingStateAddLatency",
          "state=a aggregatingStateGetLatency",
          "state=a aggregatingStateMergeNamespacesLatency",
          "state=a stateClearLatency",
          "state=l listStateAddAllLatency",
          "state=l listStateAddLatency",
          "state=l listStateGetLatency",
          "state=l listStateMergeNamespacesLatency",
          "state=l listStateUpdateLatency",
          "state=l stateClearLatency",
          "state=m mapStateContainsLatency",
          "state=m mapStateEntriesInitLatency",
          "state=m mapStateGetLatency",
          "state=m mapStateIsEmptyLatency",
          "state=m mapStateIteratorHasNextLatency",
          "state=m mapStateIteratorInitLatency",
          "state=m mapStateIteratorNextLatency",
          "state=m mapStateIteratorRemoveLatency",
          "state=m mapStateKeysInitLatency",
          "state=m mapStatePutAllLatency",
          "state=m mapStatePutLatency",
          "state=m mapStateRemoveLatency",
          "state=m mapStateValuesInitLatency",
          "state=m stateClearLatency",
          "state=r reducingStateAddLatency",
          "state=r reducingStateGetLatency",
          "state=r reducingStateMergeNamespacesLatency",
          "state=r stateClearLatency",
          "state=v stateClearLatency",
          "state=v valueStateGetLatency",
          "state=v valueStateUpdateLatency");

  private static final List<String> SIZES =
      List.of(
          "state=a aggregatingStateAddKeySize",
          "state=a aggregatingStateGetKeySize",
          "state=l listStateAddAllKeySize",
          "state=l listStateAddAllValueSize",
          "state=l listStateAddKeySize",
          "state=l listStateAddValueSize",
          "state=l listStateGetKeySize",
          "state=l listStateGetValueSize",
          "state=l listStateUpdateKeySize",
          "state=l listStateUpdateValueSize",
          "state=m mapStateContainsKeySize",
          "state=m mapStateGetKeySize",
          "state=m mapStateGetValueSize",
          "state=m mapStateIsEmptyKeySize",
          "state=m mapStateIteratorKeySize",
          "state=m mapStateIteratorValueSize",
          "state=m mapStatePutKeySize",
          "state=m mapStatePutValueSize",
          "state=m mapStateRemoveKeySize",
          "state=r reducingStateAddKeySize",
          "state=r reducingStateAddValueSize",
          "state=r reducingStateGetKeySize",
          "state=r reducingStateGetValueSize",
          "state=v valueStateGetKeySize",
          "state=v valueStateGetValueSize",
          "state=v valueStateUpdateKeySize",
          "state=v valueStateUpdateValueSize");

  /** What was recorded of accesses to state, not of snapshots. */
  private Map<String, List<Long>> ofStates() {
    meters.recorded.keySet().removeIf(name -> !name.startsWith("state="));
    return meters.recorded;
  }

  @Test
  void everyOperation_latencyTracked_isRecordedUnderFlinksName() {
    track(StateTracking.ofLatency().every(1));
    useAll();
    assertThat(ofStates().keySet()).containsExactlyElementsOf(LATENCIES);
    assertThat(ofStates().values()).allSatisfy(all -> assertThat(all).isNotEmpty());
    // The clock was looked at before and after.
    assertThat(ofStates().values()).allSatisfy(all -> assertThat(all).allMatch(nanos -> nanos > 0));
  }

  @Test
  void everyOperation_latencyAndSizesTracked_hasTheSizesThatFlinkHas() {
    track(StateTracking.ofLatencyAndSizes().every(1));
    useAll();
    assertThat(ofStates().keySet())
        .containsExactlyElementsOf(
            new TreeSet<>(Stream.concat(LATENCIES.stream(), SIZES.stream()).toList()));
    assertThat(ofStates().values()).allSatisfy(all -> assertThat(all).isNotEmpty());
  }

  @Test
  void sizes_areThoseOfTheSerializedParts() {
    track(StateTracking.ofLatencyAndSizes().every(1));
    // With the namespace.
    int key = sizeOf("ada") + 4;
    value().update(7L);
    assertThat(recorded("v", "valueStateUpdateKeySize")).containsExactly((long) key);
    assertThat(recorded("v", "valueStateUpdateValueSize")).containsExactly(8L);
    list().addAll(List.of("cd", "e"));
    assertThat(recorded("l", "listStateAddAllValueSize"))
        .containsExactly((long) sizeOf("cd") + sizeOf("e"));
    map().put(1, "one");
    assertThat(recorded("m", "mapStatePutKeySize")).containsExactly(key + 4L);
    assertThat(recorded("m", "mapStatePutValueSize")).containsExactly((long) sizeOf("one"));
    reducing().add(1L);
    assertThat(recorded("r", "reducingStateAddValueSize")).containsExactly(8L);
    // There was none.
    list().clear();
    list().get();
    assertThat(recorded("l", "listStateGetKeySize")).hasSize(1);
    assertThat(recorded("l", "listStateGetValueSize")).isNull();
  }

  @Test
  void putAll_tellsTheSizesOfEachEntry() {
    track(StateTracking.ofLatencyAndSizes().every(1));
    map().putAll(Map.of(1, "one", 2, "three"));
    assertThat(recorded("m", "mapStatePutKeySize")).hasSize(2).containsOnly(sizeOf("ada") + 8L);
    assertThat(recorded("m", "mapStatePutValueSize"))
        .containsExactlyInAnyOrder((long) sizeOf("one"), (long) sizeOf("three"));
    assertThat(recorded("m", "mapStatePutAllLatency")).hasSize(1);
    assertThat(recorded("m", "mapStatePutLatency")).isNull();
  }

  @Test
  void add_toAStateWhoseFunctionChangesItsArgument_tellsTheSizeThatItWasGiven() {
    track(StateTracking.ofLatencyAndSizes().every(1));
    var joining =
        backend.getReducingState(
            new ReducingStateDescriptor<List<Long>>(
                "j",
                Serializers.list(Serializers.longs()),
                (kept, added) -> {
                  added.addAll(0, kept);
                  return added;
                }));
    joining.add(new ArrayList<>(List.of(1L)));
    joining.add(new ArrayList<>(List.of(2L)));
    assertThat(joining.get()).containsExactly(1L, 2L);
    List<Long> sizes = recorded("j", "reducingStateAddValueSize");
    assertThat(sizes).hasSize(2);
    assertThat(sizes.get(1)).isEqualTo(sizes.get(0));
  }

  @Test
  void views_walkedLater_areOfTheKeyTheyWereMadeFor() {
    track(StateTracking.ofLatencyAndSizes().every(1));
    var map = map();
    map.put(1, "one");
    List<Iterator<Integer>> walks = new ArrayList<>();
    for (int walk = 0; walk < 2; walk++) {
      walks.add(map.keys().iterator());
      walks.add(new KeysOf(map.iterator()));
      walks.add(new KeysOf(map.entries().iterator()));
    }
    backend.setCurrentKey("a much longer key");
    map.setCurrentNamespace(2);
    for (Iterator<Integer> walk : walks.subList(0, 3)) {
      assertThat(walk.next()).isEqualTo(1);
    }
    backend.clearCurrentKey();
    for (Iterator<Integer> walk : walks.subList(3, 6)) {
      assertThat(walk.next()).isEqualTo(1);
    }
    assertThat(recorded("m", "mapStateIteratorKeySize"))
        .hasSize(6)
        .containsOnly(sizeOf("ada") + 8L);
  }

  /** The keys of a walk over entries. */
  private record KeysOf(Iterator<Map.Entry<Integer, String>> entries) implements Iterator<Integer> {
    @Override
    public boolean hasNext() {
      return entries.hasNext();
    }

    @Override
    public Integer next() {
      return entries.next().getKey();
    }
  }

  @Test
  void views_notSampled_areThoseOfTheMap() {
    track(StateTracking.ofLatency().every(2));
    var map = map();
    assertThat(map.entries().getClass().getPackageName()).isEqualTo("io.streambed.tracking");
    assertThat(map.entries().getClass().getPackageName()).isNotEqualTo("io.streambed.tracking");
  }

  @Test
  void operations_notUsed_registerNothing() {
    track(StateTracking.ofLatencyAndSizes().every(1));
    map();
    list();
    assertThat(ofStates()).isEmpty();
    map().isEmpty();
    assertThat(ofStates().keySet())
        .containsExactly("state=m mapStateIsEmptyKeySize", "state=m mapStateIsEmptyLatency");
  }

  @Test
  void docs_listWhatIsTracked() throws IOException {
    track(StateTracking.NONE);
    Set<String> stated = new TreeSet<>();
    for (String line : Files.readAllLines(Path.of("../docs/metrics.md"))) {
      if (line.startsWith("|")) {
        Pattern.compile("`([a-z]+[A-Za-z]+(Latency|Size))`")
            .matcher(line)
            .results()
            .forEach(name -> stated.add(name.group(1)));
      }
    }
    assertThat(stated)
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(LATENCIES.stream(), SIZES.stream())
                .map(name -> name.substring(name.indexOf(' ') + 1))
                .distinct()
                .toList());
  }

  private static int sizeOf(String text) {
    return Serializers.strings().encode(text, new ByteWriter()).length();
  }

  private List<Long> recorded(String state, String name) {
    return meters.recorded.get("state=" + state + " " + name);
  }

  @Test
  void calls_sampledOneInThree_measureTheFirstAndEachThirdAfterIt() {
    track(StateTracking.ofLatency().every(3));
    var value = value();
    int[] measured = new int[7];
    for (int call = 0; call < 7; call++) {
      value.update((long) call);
      measured[call] = recorded("v", "valueStateUpdateLatency").size();
    }
    assertThat(measured).containsExactly(1, 1, 1, 2, 2, 2, 3);
  }

  @Test
  void calls_stateOpenedAnewForEach_areCountedOn() {
    track(StateTracking.ofLatency().every(3));
    for (int call = 0; call < 7; call++) {
      value().update((long) call);
      map().put(call, "");
      map().keys();
    }
    assertThat(recorded("v", "valueStateUpdateLatency")).hasSize(3);
    assertThat(recorded("m", "mapStatePutLatency")).hasSize(3);
    assertThat(recorded("m", "mapStateKeysInitLatency")).hasSize(3);
  }

  @Test
  void walks_sampledOneInThree_measureOneInThreeStepsOfThose_andGiveAllEntries() {
    track(StateTracking.ofLatencyAndSizes().every(3));
    var map = map();
    map.putAll(Map.of(1, "one", 2, "two", 3, "three", 4, "four"));
    for (int walk = 0; walk < 4; walk++) {
      assertThat(map.keys()).containsExactlyInAnyOrder(1, 2, 3, 4);
    }
    assertThat(recorded("m", "mapStateKeysInitLatency")).hasSize(2);
    int steps = recorded("m", "mapStateIteratorNextLatency").size();
    assertThat(steps).isBetween(3, 8);
    assertThat(recorded("m", "mapStateIteratorKeySize")).hasSize(steps);
    assertThat(recorded("m", "mapStateIteratorValueSize")).isNull();
    for (int walk = 0; walk < 2; walk++) {
      map.keys().iterator().next();
    }
    assertThat(recorded("m", "mapStateIteratorNextLatency"))
        .as("the fifth and the sixth walk are not measured")
        .hasSize(steps);
  }

  @Test
  void states_notTracked_areTheStoresTablesThemselves() {
    track(StateTracking.NONE);
    useAll();
    assertThat(ofStates()).isEmpty();
    assertThat(value().table().getClass().getPackageName()).isEqualTo("io.streambed.heap");
    assertThat(list().table().getClass().getPackageName()).isEqualTo("io.streambed.heap");
    assertThat(map().table().getClass().getPackageName()).isEqualTo("io.streambed.heap");
    assertThat(map().getClass()).isEqualTo(MapKind.class);
  }

  @Test
  void statesThatExpire_tracked_expire() {
    track(StateTracking.ofLatencyAndSizes().every(1));
    TimeToLive ten = TimeToLive.of(Duration.ofMillis(10));
    time.refresh();
    var value =
        backend.getState(new ValueStateDescriptor<>("v", Serializers.longs()).withTimeToLive(ten));
    var list =
        backend.getListState(
            new ListStateDescriptor<>("l", Serializers.longs()).withTimeToLive(ten));
    var map =
        backend.getMapState(
            new MapStateDescriptor<>("m", Serializers.ints(), Serializers.longs())
                .withTimeToLive(ten));
    value.update(1L);
    list.add(2L);
    map.put(3, 3L);
    nowMillis[0] += 9;
    time.refresh();
    assertThat(value.value()).isEqualTo(1L);
    assertThat(list.get()).containsExactly(2L);
    assertThat(map.get(3)).isEqualTo(3L);
    assertThat(map.keys()).containsExactly(3);
    nowMillis[0] += 1;
    time.refresh();
    assertThat(value.value()).isNull();
    assertThat(list.get()).isNull();
    assertThat(map.get(3)).isNull();
    assertThat(map.keys()).isEmpty();
  }

  record Named(String name) {}

  @Test
  void update_valueThatCannotBeWritten_throwsWhatItThrowsUntracked() {
    for (StateTracking tracking :
        List.of(StateTracking.NONE, StateTracking.ofLatencyAndSizes().every(1))) {
      track(tracking);
      ValueState<Named> state =
          backend.getState(new ValueStateDescriptor<>("named", Serializers.of(Named.class)));
      assertThatThrownBy(() -> state.update(new Named(null)))
          .isInstanceOf(SerializationException.class)
          .hasMessageContaining("\"named\"");
      assertThat(state.value()).isNull();
    }
  }

  @Test
  void every_belowOne_isRefused() {
    track(StateTracking.NONE);
    assertThatThrownBy(() -> StateTracking.ofLatency().every(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("sampleInterval 0 is below 1");
  }
}
