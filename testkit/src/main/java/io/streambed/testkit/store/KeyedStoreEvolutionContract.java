package io.streambed.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.key.KeyGroupRange;
import io.streambed.serial.Alias;
import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import io.streambed.state.StateKind;
import io.streambed.store.FrozenView;
import io.streambed.store.KeyedStore;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.store.StoreContext;
import io.streambed.store.TableSpec;
import io.streambed.testkit.store.EarlierForm.Change;
import io.streambed.testkit.store.EarlierForm.Order;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * What every store owes those whose types have changed: values, elements of lists and values of
 * maps are read as the type is today, after each change and each pair of changes. Subclass it in a
 * test and name the store.
 */
public abstract class KeyedStoreEvolutionContract {
  private static final int MAX_PARALLELISM = 8;
  private static final Serializer<Order> TODAY = EarlierForm.today();

  /** A contract over the stores that a subclass names. */
  protected KeyedStoreEvolutionContract() {}

  /**
   * The stores under test.
   *
   * @return a factory
   */
  protected abstract KeyedStoreFactory factory();

  private <K> KeyedStore<K> store(Serializer<K> keys) {
    return factory()
        .create(
            StoreContext.alone(keys, MAX_PARALLELISM, new KeyGroupRange(0, MAX_PARALLELISM - 1)));
  }

  private static <U, V> TableSpec<Long, U, V> spec(
      StateKind kind, Set<Change> undone, Serializer<U> userKeys, Serializer<V> values) {
    return new TableSpec<>(kind + " " + undone, kind, Serializers.longs(), userKeys, values);
  }

  private static <V> void fill(
      KeyedStore<String> store, Set<Change> undone, Serializer<V> serializer, V value) {
    store.context().setKey("key");
    var values = store.openValues(spec(StateKind.VALUE, undone, null, serializer));
    values.namespace(1L);
    values.put(value, 0);
    var lists = store.openLists(spec(StateKind.LIST, undone, null, serializer));
    lists.namespace(1L);
    lists.append(value, 0);
    lists.append(value, 0);
    var maps = store.openMaps(spec(StateKind.MAP, undone, Serializers.strings(), serializer));
    maps.namespace(1L);
    maps.put("one", value, 0);
    maps.put("none", null, 0);
  }

  private static void check(KeyedStore<String> store, EarlierForm form) {
    store.context().setKey("key");
    var values = store.openValues(spec(StateKind.VALUE, form.undone(), null, TODAY));
    values.namespace(1L);
    assertThat(values.get()).isEqualTo(form.now());
    var lists = store.openLists(spec(StateKind.LIST, form.undone(), null, TODAY));
    lists.namespace(1L);
    assertThat(lists.read()).containsExactly(form.now(), form.now());
    var maps = store.openMaps(spec(StateKind.MAP, form.undone(), Serializers.strings(), TODAY));
    maps.namespace(1L);
    assertThat(maps.get("one")).isEqualTo(form.now());
    assertThat(maps.contains("none")).isTrue();
    assertThat(maps.get("none")).isNull();
  }

  private static void load(KeyedStore<?> from, KeyedStore<?> to) throws IOException {
    try (FrozenView view = from.freeze(1)) {
      to.load(view);
    }
  }

  @Test
  void load_recordBeforeEachPairOfChanges_isReadAsItIsToday() throws IOException {
    List<EarlierForm> forms = EarlierForm.pairs();
    try (KeyedStore<String> first = store(Serializers.strings());
        KeyedStore<String> second = store(Serializers.strings());
        KeyedStore<String> third = store(Serializers.strings())) {
      forms.forEach(form -> fill(first, form.undone(), form.serializer(), form.value()));
      load(first, second);
      forms.forEach(form -> check(second, form));
      second.checkInvariants();
      load(second, third);
      forms.forEach(form -> check(third, form));
    }
  }

  @Test
  void load_intoOpenStatesOfTheChangedRecord_isReadAsItIsToday() throws IOException {
    EarlierForm form = EarlierForm.before(EnumSet.allOf(Change.class));
    try (KeyedStore<String> first = store(Serializers.strings());
        KeyedStore<String> second = store(Serializers.strings())) {
      fill(first, form.undone(), form.serializer(), form.value());
      second.openValues(spec(StateKind.VALUE, form.undone(), null, TODAY));
      second.openLists(spec(StateKind.LIST, form.undone(), null, TODAY));
      second.openMaps(spec(StateKind.MAP, form.undone(), Serializers.strings(), TODAY));
      load(first, second);
      check(second, form);
    }
  }

  record Part(String article, int number) {}

  record PartRenamed(@Alias("article") String name, @Alias("number") int count) {}

  @Test
  void load_keysWithComponentsRenamedInPlace_areFound() throws IOException {
    Serializer<Part> old = Serializers.of(Part.class);
    Serializer<PartRenamed> now = Serializers.of(PartRenamed.class);
    try (KeyedStore<Part> first = store(old);
        KeyedStore<PartRenamed> second = store(now)) {
      var before =
          first.openMaps(new TableSpec<>("maps", StateKind.MAP, old, old, Serializers.longs()));
      first.context().setKey(new Part("a", 1));
      before.namespace(new Part("b", 2));
      before.put(new Part("c", 3), 4L, 0);
      load(first, second);
      var after =
          second.openMaps(new TableSpec<>("maps", StateKind.MAP, now, now, Serializers.longs()));
      second.context().setKey(new PartRenamed("a", 1));
      after.namespace(new PartRenamed("b", 2));
      assertThat(after.get(new PartRenamed("c", 3))).isEqualTo(4L);
    }
  }
}
