package io.streambed.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.streambed.error.StateQueryException;
import io.streambed.error.StateQueryException.Reason;
import io.streambed.key.KeyGroupRange;
import io.streambed.key.KeyGroups;
import io.streambed.keyed.KeyedStateBackend;
import io.streambed.keyed.KeyedStateView;
import io.streambed.serial.Serializers;
import io.streambed.state.ListState;
import io.streambed.state.ListStateDescriptor;
import io.streambed.state.MapStateDescriptor;
import io.streambed.state.StateQuery;
import io.streambed.state.TimeToLive;
import io.streambed.state.ValueState;
import io.streambed.state.ValueStateDescriptor;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.time.StateTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/**
 * What a look from outside owes those who ask, over any store: every kind, as it is and as it was
 * when a view was taken, copies, what is expired, other threads, bad input. Subclass it in a test
 * and name the store.
 */
public abstract class StateQueryContract {
  private static final int KEYS = 40;
  private static final TimeToLive TEN = TimeToLive.of(Duration.ofMillis(10)).withSweep(0, 0);
  private static final ValueStateDescriptor<Long> COUNT =
      new ValueStateDescriptor<>("count", Serializers.longs(), 7L);

  /** A value of which no part may be of another moment than the rest. */
  record Pair(long first, long second, long sum) {
    static Pair of(long number) {
      return new Pair(number, ~number * 31, number + ~number * 31);
    }

    boolean isWhole() {
      return equals(of(first));
    }
  }

  /** A contract over the stores that a subclass names. */
  protected StateQueryContract() {}

  /**
   * The stores under test.
   *
   * @return a factory
   */
  protected abstract KeyedStoreFactory factory();

  private BackendRig<String> rig() {
    return new BackendRig<>(factory(), Serializers.strings());
  }

  private static <T> T elsewhere(Supplier<T> look) {
    return CompletableFuture.supplyAsync(look).join();
  }

  @EveryTypes
  <K, N, U, V> void anyKind_nowAndInAView_isWhatItIsAndWhatItWas(SampleTypes<K, N, U, V> types) {
    int namespaces = types.namespaces().sole() ? 1 : 2;
    try (BackendRig<K> rig = new BackendRig<>(factory(), types.keys().serializer())) {
      QueriedStates<K, N, U, V> states = new QueriedStates<>(types, rig.backend, null);
      for (int key = 0; key < KEYS; key++) {
        for (int namespace = 0; namespace < namespaces; namespace++) {
          states.write(key, namespace, key + 100 * namespace);
        }
      }
      try (KeyedStateView<K> view = rig.backend.freeze()) {
        for (int key = 0; key < KEYS; key += 2) {
          states.clear(key, 0);
        }
        for (int key = 0; key < KEYS; key += 3) {
          states.write(key, 0, key + 500);
        }
        for (int key = 0; key < KEYS; key++) {
          for (int namespace = 0; namespace < namespaces; namespace++) {
            int number = key + 100 * namespace;
            int changed = key % 3 == 0 ? key + 500 : number;
            List<Object> now =
                namespace == 0 && key % 3 != 0 && key % 2 == 0
                    ? QueriedStates.nothing()
                    : states.written(key, namespace == 0 ? changed : number);
            assertThat(states.now(key, namespace)).as("key %d, now", key).isEqualTo(now);
            assertThat(inView(states, view, types.keys().at(key), key, namespace))
                .as("key %d, in the view", key)
                .isEqualTo(states.written(key, number));
          }
        }
        assertThat(states.now(KEYS, 0)).isEqualTo(QueriedStates.nothing());
        assertThat(inView(states, view, types.keys().at(KEYS), KEYS, 0))
            .isEqualTo(QueriedStates.nothing());
      }
    }
  }

  private static <K, N, U, V> List<Object> inView(
      QueriedStates<K, N, U, V> states, KeyedStateView<K> view, K asked, int key, int namespace) {
    return elsewhere(
        () -> states.answers(key, namespace, query -> view.query(query, asked).orElse(null)));
  }

  @EveryTypes
  <K, N, U, V> void anyKind_onAnotherThread_usesSerializersOfItsOwn(SampleTypes<K, N, U, V> plain) {
    SampleTypes<K, N, U, V> types =
        new SampleTypes<>(
            plain.name(),
            confined(plain.keys()),
            confined(plain.namespaces()),
            confined(plain.userKeys()),
            confined(plain.values()));
    try (BackendRig<K> rig = new BackendRig<>(factory(), types.keys().serializer())) {
      QueriedStates<K, N, U, V> states = new QueriedStates<>(types, rig.backend, null);
      states.write(1, 0, 5);
      try (KeyedStateView<K> view = rig.backend.freeze()) {
        K key = types.keys().at(1);
        assertThat(inView(states, view, key, 1, 0)).isEqualTo(states.written(1, 5));
        List<Object> now =
            states.answers(1, 0, query -> answerElsewhere(rig.backend.query(query, key)));
        assertThat(now).isEqualTo(states.written(1, 5));
      }
    }
  }

  private static <R> R answerElsewhere(Supplier<Optional<R>> answer) {
    return elsewhere(() -> answer.get().orElse(null));
  }

  private static <T> Samples<T> confined(Samples<T> plain) {
    return new Samples<>(new Confined<>(plain.serializer()), plain.of(), plain.join());
  }

  @MutableTypes
  <K, N, U, V> void value_changedByWhoAsked_isNotChangedInTheState(SampleTypes<K, N, U, V> types) {
    try (BackendRig<K> rig = new BackendRig<>(factory(), types.keys().serializer())) {
      var descriptor = new ValueStateDescriptor<>("value", types.values().serializer());
      ValueState<V> state = rig.backend.getState(descriptor);
      rig.backend.setCurrentKey(types.keys().at(1));
      state.update(types.values().at(1));
      try (KeyedStateView<K> view = rig.backend.freeze()) {
        Supplier<Optional<V>> now =
            rig.backend.query(StateQuery.of(descriptor), types.keys().at(1));
        types.values().change(now.get().orElseThrow(), 9);
        types
            .values()
            .change(view.query(StateQuery.of(descriptor), types.keys().at(1)).orElseThrow(), 9);
        assertThat(now.get()).contains(types.values().at(1));
        assertThat(state.value()).isEqualTo(types.values().at(1));
        assertThat(view.query(StateQuery.of(descriptor), types.keys().at(1)))
            .contains(types.values().at(1));
      }
    }
  }

  @Test
  void value_thatHasADefaultAndIsNotThere_hasNoAnswer() {
    try (BackendRig<String> rig = rig();
        KeyedStateView<String> none = opened(rig)) {
      assertThat(rig.backend.query(StateQuery.of(COUNT), "a").get()).isEmpty();
      assertThat(none.query(StateQuery.of(COUNT), "a")).isEmpty();
    }
  }

  private static KeyedStateView<String> opened(BackendRig<String> rig) {
    rig.backend.getState(COUNT);
    return rig.backend.freeze();
  }

  @Test
  void anyKind_expired_isNotThereThoughNobodyHasRemovedIt() {
    expire(SampleTypes.objects());
    expire(SampleTypes.lanes());
  }

  private <K, N, U, V> void expire(SampleTypes<K, N, U, V> types) {
    for (TimeToLive policy : List.of(TEN, TEN.withRenewalOnRead(), TEN.withExpiredReturned())) {
      AtomicLong clock = new AtomicLong(1_000);
      StateTime time = StateTime.of(clock::get);
      try (BackendRig<K> rig = new BackendRig<>(factory(), types.keys().serializer(), time)) {
        QueriedStates<K, N, U, V> states = new QueriedStates<>(types, rig.backend, policy);
        states.write(1, 0, 5);
        K key = types.keys().at(1);
        clock.addAndGet(9);
        time.refresh();
        assertThat(states.now(1, 0)).as("%s, alive", policy).isEqualTo(states.written(1, 5));
        KeyedStateView<K> alive = rig.backend.freeze();
        clock.addAndGet(1);
        time.refresh();
        assertThat(states.now(1, 0)).as("%s, expired", policy).isEqualTo(QueriedStates.nothing());
        KeyedStateView<K> expired = rig.backend.freeze();
        assertThat(inView(states, expired, key, 1, 0)).isEqualTo(QueriedStates.nothing());
        assertThat(inView(states, alive, key, 1, 0))
            .as("%s, alive when the view was taken", policy)
            .isEqualTo(states.written(1, 5));
      }
    }
  }

  @Test
  void list_ofWhichSomeIsExpired_hasTheRest() {
    AtomicLong clock = new AtomicLong(1_000);
    StateTime time = StateTime.of(clock::get);
    var descriptor = new ListStateDescriptor<>("list", Serializers.longs()).withTimeToLive(TEN);
    try (BackendRig<String> rig = new BackendRig<>(factory(), Serializers.strings(), time)) {
      rig.backend.setCurrentKey("a");
      ListState<Long> list = rig.backend.getListState(descriptor);
      list.add(1L);
      clock.addAndGet(5);
      time.refresh();
      list.add(2L);
      clock.addAndGet(5);
      time.refresh();
      assertThat(rig.backend.query(StateQuery.of(descriptor), "a").get()).contains(List.of(2L));
      try (KeyedStateView<String> view = rig.backend.freeze()) {
        assertThat(view.query(StateQuery.of(descriptor), "a")).contains(List.of(2L));
      }
    }
  }

  @Test
  void list_ofManyElements_isWholeInAView() {
    var descriptor = new ListStateDescriptor<>("list", Serializers.strings());
    List<String> elements = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      elements.add("element " + i);
    }
    try (BackendRig<String> rig = rig()) {
      rig.backend.setCurrentKey("a");
      rig.backend.getListState(descriptor).addAll(elements);
      try (KeyedStateView<String> view = rig.backend.freeze()) {
        assertThat(view.query(StateQuery.of(descriptor), "a")).contains(elements);
        assertThat(rig.backend.query(StateQuery.of(descriptor), "a").get()).contains(elements);
      }
    }
  }

  @Test
  void key_thatAnotherBeginsWith_isTheOnlyOneFound() {
    try (BackendRig<String> rig = rig()) {
      ValueState<Long> count = rig.backend.getState(COUNT);
      for (String key : List.of("", "a", "aa", "aaa")) {
        rig.backend.setCurrentKey(key);
        count.update((long) key.length());
      }
      try (KeyedStateView<String> view = rig.backend.freeze()) {
        assertThat(view.query(StateQuery.of(COUNT), "")).contains(0L);
        assertThat(view.query(StateQuery.of(COUNT), "aa")).contains(2L);
        assertThat(view.query(StateQuery.of(COUNT), "aaaa")).isEmpty();
      }
    }
  }

  @Test
  void namespace_thatAnotherBeginsWith_isNotTakenForThat() {
    var list = new ListStateDescriptor<>("list", Serializers.longs());
    try (BackendRig<String> rig = rig()) {
      var counts = rig.backend.open(COUNT, Serializers.strings());
      var lists = rig.backend.open(list, Serializers.strings());
      rig.backend.setCurrentKey("a");
      counts.setCurrentNamespace("xx");
      lists.setCurrentNamespace("xx");
      counts.update(1L);
      lists.add(2L);
      try (KeyedStateView<String> view = rig.backend.freeze()) {
        for (String namespace : List.of("", "x", "xx", "xxx")) {
          boolean there = namespace.equals("xx");
          assertThat(view.query(of().in(Serializers.strings(), namespace), "a").isPresent())
              .isEqualTo(there);
          assertThat(
                  view.query(StateQuery.of(list).in(Serializers.strings(), namespace), "a")
                      .isPresent())
              .isEqualTo(there);
        }
      }
    }
  }

  @Test
  void key_thatIsCurrent_staysSo() {
    try (BackendRig<String> rig = rig()) {
      var map = new MapStateDescriptor<>("map", Serializers.strings(), Serializers.longs());
      rig.backend.getMapState(map);
      rig.backend.setCurrentKey("a");
      rig.backend.getMapState(map).put("x", 1L);
      rig.backend.setCurrentKey("b");
      assertThat(rig.backend.query(StateQuery.ofEntry(map, "x"), "a").get()).contains(1L);
      assertThat(rig.backend.query(StateQuery.of(map), "a").get()).isPresent();
      assertThat(rig.backend.currentKey()).isEqualTo("b");
      assertThat(rig.backend.getMapState(map).isEmpty()).isTrue();
    }
  }

  @Test
  void views_readWhileTheTaskGoesOn_areNeverTorn() {
    var pairs = new ValueStateDescriptor<>("pairs", Serializers.records(Pair.class));
    var pairLists = new ListStateDescriptor<>("lists", Serializers.records(Pair.class));
    var query = StateQuery.of(pairs);
    var listQuery = StateQuery.of(pairLists);
    try (BackendRig<String> rig = rig()) {
      ValueState<Pair> state = rig.backend.getState(pairs);
      ListState<Pair> lists = rig.backend.getListState(pairLists);
      for (int round = 0; round < 5; round++) {
        KeyedStateView<String> view = rig.backend.freeze();
        AtomicBoolean done = new AtomicBoolean();
        List<CompletableFuture<Long>> readers = new ArrayList<>();
        for (int reader = 0; reader < 2; reader++) {
          readers.add(
              CompletableFuture.supplyAsync(
                  () -> {
                    long looks = 0;
                    boolean last;
                    do {
                      last = done.get();
                      for (int key = 0; key < KEYS; key++) {
                        view.query(query, "key" + key)
                            .ifPresent(pair -> assertThat(pair).matches(Pair::isWhole));
                        view.query(listQuery, "key" + key)
                            .ifPresent(each -> assertThat(each).allMatch(Pair::isWhole));
                        looks++;
                      }
                    } while (!last);
                    return looks;
                  }));
        }
        for (int i = 0; i < 2_000; i++) {
          rig.backend.setCurrentKey("key" + i % KEYS);
          state.update(Pair.of(round * 10_000L + i));
          if (i % 10 == 0) {
            lists.update(List.of(Pair.of(i), Pair.of(round)));
          }
          lists.add(Pair.of(i));
        }
        done.set(true);
        readers.forEach(reader -> assertThat(reader.join()).isPositive());
        view.close();
      }
    }
  }

  private static void assertRefused(Reason reason, String says, ThrowingCallable look) {
    StateQueryException refused = catchThrowableOfType(StateQueryException.class, look);
    assertThat(refused).isNotNull();
    assertThat(refused.reason()).isEqualTo(reason);
    assertThat(refused).hasMessageContaining(says);
  }

  /** Asks in both ways. */
  @SuppressWarnings("unchecked")
  private static void assertRefused(
      Reason reason, String says, BackendRig<String> rig, StateQuery<?> query, Object key) {
    KeyedStateBackend<Object> backend = (KeyedStateBackend<Object>) (Object) rig.backend;
    assertRefused(reason, says, () -> backend.query(query, key));
    try (KeyedStateView<Object> view = backend.freeze()) {
      assertRefused(reason, says, () -> view.query(query, key));
    }
  }

  @Test
  void query_thatDoesNotFit_isRefusedAndNamesTheWayOut() {
    try (BackendRig<String> rig = rig()) {
      rig.backend.getState(COUNT);
      var texts = new ValueStateDescriptor<>("count", Serializers.strings());
      var list = new ListStateDescriptor<>("count", Serializers.longs());
      var other = new ValueStateDescriptor<>("other", Serializers.longs());
      StateQuery<Long> count = StateQuery.of(COUNT);
      assertRefused(Reason.UNKNOWN_STATE, "[count]", rig, StateQuery.of(other), "a");
      assertRefused(Reason.OTHER_TYPE, "VALUE of ", rig, StateQuery.of(texts), "a");
      assertRefused(Reason.OTHER_TYPE, "LIST of ", rig, StateQuery.of(list), "a");
      assertRefused(Reason.OTHER_TYPE, "namespaces", rig, count.in(Serializers.longs(), 1L), "a");
      assertRefused(Reason.UNUSABLE_KEY, "null", rig, count, null);
      assertRefused(Reason.UNUSABLE_KEY, "java.lang.Long", rig, count, 5L);
      // Another declaration with the same types is as good as the first.
      var same = new ValueStateDescriptor<>("count", Serializers.longs()).withTimeToLive(TEN);
      assertThat(rig.backend.query(StateQuery.of(same), "a").get()).isEmpty();
    }
  }

  @Test
  void key_ofAnotherSubtask_isRefused() {
    try (BackendRig<String> all = rig();
        BackendRig<String> some = all.restored(new KeyGroupRange(0, 0), List.of())) {
      some.backend.getState(COUNT);
      String foreign = "a";
      while (some.backend.keyGroupRange().contains(keyGroup(foreign))) {
        foreign += "a";
      }
      assertRefused(Reason.UNUSABLE_KEY, "key groups 0..0", some, StateQuery.of(COUNT), foreign);
    }
  }

  private static int keyGroup(String key) {
    return KeyGroups.assign(
        Serializers.strings().keyHasher().hash(key), BackendRig.MAX_PARALLELISM);
  }

  @Test
  void state_restoredAndNotOpened_isUnknownUntilItIsOpened() {
    try (BackendRig<String> rig = rig()) {
      rig.backend.setCurrentKey("a");
      rig.backend.getState(COUNT).update(1L);
      try (BackendRig<String> restored = rig.restored()) {
        assertRefused(Reason.UNKNOWN_STATE, "\"count\"", restored, StateQuery.of(COUNT), "a");
        restored.backend.getState(COUNT);
        assertThat(restored.backend.query(StateQuery.of(COUNT), "a").get()).contains(1L);
        try (KeyedStateView<String> view = restored.backend.freeze()) {
          assertThat(view.query(StateQuery.of(COUNT), "a")).contains(1L);
        }
      }
    }
  }

  @Test
  void view_closedOrOfAClosedBackend_isRefused() {
    BackendRig<String> rig = rig();
    KeyedStateView<String> first = opened(rig);
    KeyedStateView<String> second = opened(rig);
    first.close();
    first.close();
    assertRefused(Reason.CLOSED, "the view is closed", () -> first.query(of(), "a"));
    assertThat(second.query(of(), "a")).isEmpty();
    rig.close();
    assertRefused(Reason.CLOSED, "the view is closed", () -> second.query(of(), "a"));
  }

  private static StateQuery<Long> of() {
    return StateQuery.of(COUNT);
  }
}
