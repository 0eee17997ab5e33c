package io.streambed.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.error.IncompatibleStateException;
import io.streambed.key.KeyGroupRange;
import io.streambed.keyed.KeySelectionListener;
import io.streambed.keyed.KeyedStateBackend;
import io.streambed.keyed.ListKind;
import io.streambed.keyed.MapKind;
import io.streambed.keyed.ValueKind;
import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import io.streambed.serial.VoidNamespace;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.state.AggregatingStateDescriptor;
import io.streambed.state.ListState;
import io.streambed.state.ListStateDescriptor;
import io.streambed.state.MapStateDescriptor;
import io.streambed.state.ReducingStateDescriptor;
import io.streambed.state.ValueState;
import io.streambed.state.ValueStateDescriptor;
import io.streambed.store.KeyedStoreFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What the five kinds of state and the keyed backend owe users and windows, over any store:
 * defaults, nulls, all keys at once, listeners. {@link MapKindContract} is about maps and their
 * iterators, {@link MergingKindContract} about functions and the merging of namespaces. Subclass it
 * in a test and name the store.
 */
public abstract class KindContract {
  /** A namespace as time windows make them. */
  record Window(long start, long end) {}

  private static final Serializer<Window> WINDOWS = Serializers.records(Window.class);
  private static final Window W1 = new Window(0, 10);
  private static final Window W2 = new Window(10, 20);
  private static final Window W3 = new Window(20, 30);

  private static final ValueStateDescriptor<List<Integer>> VALUE =
      new ValueStateDescriptor<>("value", Serializers.list(Serializers.ints()));
  private static final ListStateDescriptor<Double> LIST =
      new ListStateDescriptor<>("list", Serializers.doubles());
  private static final MapStateDescriptor<UUID, Long> MAP =
      new MapStateDescriptor<>("map", Serializers.uuids(), Serializers.longs());
  private static final ReducingStateDescriptor<Long> SUM =
      new ReducingStateDescriptor<>("sum", Serializers.longs(), Long::sum);
  private static final AggregatingStateDescriptor<Integer, List<Integer>, String> JOINED =
      new AggregatingStateDescriptor<>(
          "joined", Serializers.list(Serializers.ints()), new NumberJoining());

  /** A contract over the stores that a subclass names. */
  protected KindContract() {}

  /**
   * The stores under test.
   *
   * @return a factory
   */
  protected abstract KeyedStoreFactory factory();

  private BackendRig<String> rig() {
    return new BackendRig<>(factory(), Serializers.strings());
  }

  @Test
  void anyKind_withoutNamespaces_isOfTheCurrentKey() {
    try (BackendRig<String> rig = rig()) {
      KeyedStateBackend<String> backend = rig.backend;
      var value = backend.getState(VALUE);
      var list = backend.getListState(LIST);
      var map = backend.getMapState(MAP);
      var sum = backend.getReducingState(SUM);
      var joined = backend.getAggregatingState(JOINED);
      UUID user = new UUID(1, 2);
      for (int i = 1; i <= 3; i++) {
        backend.setCurrentKey("key" + i);
        value.update(List.of(i));
        list.addAll(List.of(i / 2.0, 7.0));
        map.put(user, (long) i);
        sum.add((long) i);
        sum.add(10L);
        joined.add(i);
        joined.add(i + 1);
      }
      try (BackendRig<String> restored = rig.restored()) {
        for (KeyedStateBackend<String> each : List.of(backend, restored.backend)) {
          each.setCurrentKey("key2");
          assertThat(each.getState(VALUE).value()).containsExactly(2);
          assertThat(each.getListState(LIST).get()).containsExactly(1.0, 7.0);
          assertThat(each.getMapState(MAP).get(user)).isEqualTo(2);
          assertThat(each.getReducingState(SUM).get()).isEqualTo(12);
          assertThat(each.getAggregatingState(JOINED).get()).isEqualTo("[2, 3]");
          assertThat(each.entries()).isEqualTo(15);
        }
      }
      value.clear();
      list.clear();
      map.clear();
      sum.clear();
      joined.clear();
      assertThat(value.value()).isNull();
      assertThat(list.get()).isNull();
      assertThat(map.isEmpty()).isTrue();
      assertThat(sum.get()).isNull();
      assertThat(joined.get()).isNull();
      assertThat(backend.entries()).isEqualTo(10);
      assertThat(backend.getKeys("sum", VoidNamespace.INSTANCE))
          .containsExactlyInAnyOrder("key1", "key3");
    }
  }

  @Test
  void value_mutableDefault_isCopiedForEachCaller() {
    try (BackendRig<String> rig = rig()) {
      ValueState<List<Integer>> value =
          rig.backend.getState(
              new ValueStateDescriptor<>(
                  "value", Serializers.list(Serializers.ints()), new ArrayList<>(List.of(1))));
      rig.backend.setCurrentKey("a");
      value.value().add(2);
      assertThat(value.value()).containsExactly(1);
      List<Integer> changed = value.value();
      changed.add(3);
      value.update(changed);
      assertThat(value.value()).containsExactly(1, 3);
      rig.backend.setCurrentKey("b");
      assertThat(value.value()).containsExactly(1);
      assertThat(rig.backend.getKeys("value", VoidNamespace.INSTANCE)).containsExactly("a");
    }
  }

  @Test
  void value_getAndClear_givesTheValueAndLeavesTheDefault() {
    try (BackendRig<String> rig = rig()) {
      ValueState<List<Integer>> value =
          rig.backend.getState(
              new ValueStateDescriptor<>(
                  "value", Serializers.list(Serializers.ints()), List.of(1)));
      rig.backend.setCurrentKey("a");
      value.update(List.of(2, 3));
      assertThat(value.getAndClear()).containsExactly(2, 3);
      assertThat(value.getAndClear()).containsExactly(1);
      assertThat(rig.backend.getKeys("value", VoidNamespace.INSTANCE)).isEmpty();
    }
  }

  @Test
  void anyKind_nulls_followTheRulesOfPackageState() {
    try (BackendRig<String> rig = rig()) {
      rig.backend.setCurrentKey("a");
      var value = rig.backend.getState(VALUE);
      value.update(List.of(1));
      value.update(null);
      assertThat(value.value()).isNull();
      ListState<Double> list = rig.backend.getListState(LIST);
      list.add(1.0);
      assertNull(() -> list.add(null));
      assertNull(() -> list.addAll(Arrays.asList(2.0, null)));
      assertNull(() -> list.update(Arrays.asList(2.0, null)));
      assertNull(() -> list.addAll(null));
      assertThat(list.get()).containsExactly(1.0);
      list.update(List.of());
      assertThat(list.get()).isNull();
      assertNull(() -> rig.backend.getReducingState(SUM).add(null));
      assertNull(() -> rig.backend.getAggregatingState(JOINED).add(null));
      assertNull(() -> rig.backend.setCurrentKey(null));
      assertNull(() -> rig.backend.open(VALUE, Serializers.unit()).setCurrentNamespace(null));
      assertThat(rig.backend.currentKey()).isEqualTo("a");
      assertThat(rig.backend.entries()).isZero();
    }
  }

  private static void assertNull(ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(NullPointerException.class);
  }

  @Test
  void applyToAllKeys_clearingAndChanging_meetsEachKeyOnceAndRestoresTheCurrent() {
    try (BackendRig<String> rig = rig()) {
      ValueKind<String, Window, List<Integer>> value = rig.backend.open(VALUE, WINDOWS);
      MapKind<String, Window, UUID, Long> map = rig.backend.open(MAP, WINDOWS);
      for (int i = 0; i < 3000; i++) {
        rig.backend.setCurrentKey("key" + i);
        for (Window window : List.of(W1, W2)) {
          value.setCurrentNamespace(window);
          value.update(List.of(i));
          map.setCurrentNamespace(window);
          map.put(new UUID(i, i), 1L);
        }
      }
      rig.backend.setCurrentKey("key77");
      value.setCurrentNamespace(W2);
      List<String> heard = new ArrayList<>();
      rig.backend.addKeySelectionListener(heard::add);
      List<String> met = new ArrayList<>();
      rig.backend.applyToAllKeys(
          value,
          "value",
          W1,
          (key, state) -> {
            met.add(key);
            int number = state.value().get(0);
            assertThat(key).isEqualTo("key" + number).isEqualTo(rig.backend.currentKey());
            if (number % 2 == 0) {
              state.clear();
            } else {
              state.update(List.of(-number));
            }
          });
      rig.backend.applyToAllKeys(map, "map", W2, (key, state) -> state.clear());
      assertThat(met).hasSize(3000).doesNotHaveDuplicates();
      assertThat(heard).isEmpty();
      assertThat(rig.backend.currentKey()).isEqualTo("key77");
      assertThat(value.currentNamespace()).isEqualTo(W2);
      assertThat(value.value()).containsExactly(77);
      assertThat(rig.backend.getKeys("value", W1)).hasSize(1500);
      assertThat(rig.backend.getKeys("value", W2)).hasSize(3000);
      assertThat(rig.backend.getKeys("map", W2)).isEmpty();
      assertThat(rig.backend.getKeys("map", W1)).hasSize(3000);
    }
  }

  @Test
  void applyToAllKeys_functionThrows_restoresTheCurrentKey() {
    try (BackendRig<String> rig = rig()) {
      ValueKind<String, Window, List<Integer>> value = rig.backend.open(VALUE, WINDOWS);
      rig.backend.setCurrentKey("a");
      value.setCurrentNamespace(W1);
      value.update(List.of(1));
      rig.backend.setCurrentKey("b");
      value.setCurrentNamespace(W3);
      assertThatThrownBy(
              () ->
                  rig.backend.applyToAllKeys(
                      value,
                      "value",
                      W1,
                      (key, state) -> {
                        throw new IllegalStateException("by the user");
                      }))
          .hasMessage("by the user");
      assertThat(rig.backend.currentKey()).isEqualTo("b");
      assertThat(value.currentNamespace()).isEqualTo(W3);
    }
  }

  @Test
  void setCurrentKey_listeners_hearBeforeTheKeyChangesAndMayGo() {
    try (BackendRig<String> rig = rig()) {
      ValueState<List<Integer>> value = rig.backend.getState(VALUE);
      rig.backend.setCurrentKey("a");
      value.update(List.of(1));
      List<String> heard = new ArrayList<>();
      KeySelectionListener<String> once =
          new KeySelectionListener<>() {
            @Override
            public void keySelected(String newKey) {
              heard.add("once " + rig.backend.currentKey() + " to " + newKey);
              // State is still that of the key before, and may be changed.
              assertThat(value.value()).containsExactly(1);
              value.clear();
              assertThat(rig.backend.removeKeySelectionListener(this)).isTrue();
            }
          };
      rig.backend.addKeySelectionListener(once);
      rig.backend.addKeySelectionListener(newKey -> heard.add("always to " + newKey));
      rig.backend.setCurrentKey("b");
      rig.backend.setCurrentKey("c");
      assertThat(heard).containsExactly("once a to b", "always to b", "always to c");
      assertThat(rig.backend.removeKeySelectionListener(once)).isFalse();
      assertThat(rig.backend.getKeys("value", VoidNamespace.INSTANCE)).isEmpty();
    }
  }

  @Test
  void getKeys_namespacesAndUnknownStates_areTold() {
    try (BackendRig<String> rig = rig()) {
      ListKind<String, Window, Double> list = rig.backend.open(LIST, WINDOWS);
      for (int i = 0; i < 4; i++) {
        rig.backend.setCurrentKey("key" + i);
        list.setCurrentNamespace(i < 3 ? W1 : W2);
        list.add(1.0);
      }
      assertThat(rig.backend.getKeys("list", W1)).containsExactlyInAnyOrder("key0", "key1", "key2");
      Set<Window> namespaces = new HashSet<>();
      rig.backend.<Window>getKeysAndNamespaces("list").forEach(k -> namespaces.add(k.namespace()));
      assertThat(namespaces).containsExactlyInAnyOrder(W1, W2);
      assertThatThrownBy(() -> rig.backend.getKeys("unknown", W1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("unknown")
          .hasMessageContaining("list");
    }
  }

  @Test
  void open_nameOfAnotherKind_isRefused() {
    try (BackendRig<String> rig = rig()) {
      rig.backend.getState(VALUE);
      assertThatThrownBy(
              () ->
                  rig.backend.getReducingState(
                      new ReducingStateDescriptor<>(
                          "value", Serializers.list(Serializers.ints()), (a, b) -> a)))
          .isInstanceOf(IncompatibleStateException.class)
          .hasMessageContaining("value");
      assertThatThrownBy(
              () ->
                  rig.backend.getListState(
                      new ListStateDescriptor<>("value", Serializers.doubles())))
          .isInstanceOf(IncompatibleStateException.class);
    }
  }

  @Test
  void restore_statesNobodyOpens_areCarriedUntilDropped() {
    try (BackendRig<String> rig = rig()) {
      rig.backend.setCurrentKey("a");
      rig.backend.getState(VALUE).update(List.of(1));
      rig.backend.getListState(LIST).add(1.0);
      try (BackendRig<String> second = rig.restored();
          BackendRig<String> third = second.restored()) {
        assertThat(third.backend.carried()).hasSize(2);
        third.backend.dropCarried("list");
        try (BackendRig<String> fourth = third.restored()) {
          fourth.backend.setCurrentKey("a");
          assertThat(fourth.backend.getState(VALUE).value()).containsExactly(1);
          assertThat(fourth.backend.getListState(LIST).get()).isNull();
        }
      }
    }
  }

  @Test
  @Tag("FLINK-34063")
  void restore_severalHandles_takesTheOwnKeyGroupsOfEach() {
    try (BackendRig<String> rig = rig()) {
      ValueState<List<Integer>> value = rig.backend.getState(VALUE);
      for (int i = 0; i < 200; i++) {
        rig.backend.setCurrentKey("key" + i);
        value.update(List.of(i));
      }
      List<KeyedStateHandle> whole = List.of(rig.snapshot());
      try (BackendRig<String> low = rig.restored(new KeyGroupRange(0, 2), whole);
          BackendRig<String> middle = rig.restored(new KeyGroupRange(3, 4), whole);
          BackendRig<String> high = rig.restored(new KeyGroupRange(5, 7), whole)) {
        List<KeyedStateHandle> parts = List.of(high.snapshot(), low.snapshot(), middle.snapshot());
        try (BackendRig<String> joined = rig.restored(rig.backend.keyGroupRange(), parts);
            BackendRig<String> few = rig.restored(new KeyGroupRange(2, 3), parts)) {
          ValueState<List<Integer>> again = joined.backend.getState(VALUE);
          for (int i = 0; i < 200; i++) {
            joined.backend.setCurrentKey("key" + i);
            assertThat(again.value()).containsExactly(i);
          }
          assertThat(joined.backend.entries()).isEqualTo(200);
          few.backend.getState(VALUE);
          assertThat(few.backend.entries()).isBetween(1L, 199L);
        }
      }
    }
  }
}
