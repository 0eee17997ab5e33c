package io.streambed.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.entry.Expiry;
import io.streambed.keyed.KeyAndNamespace;
import io.streambed.serial.Serializer;
import io.streambed.state.StateKind;
import io.streambed.store.FrozenView;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.store.TableCursor;
import io.streambed.store.ValueTable;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * What every store's {@link ValueTable} owes the kinds of state. Subclass it in a test and name the
 * store; {@code -Dstreambed.seed=N} sets the seed of the random tests.
 */
public abstract class ValueTableContract {
  private final long seed = Long.getLong("streambed.seed", 7_001L);

  /** A contract over the stores that a subclass names. */
  protected ValueTableContract() {}

  /**
   * The stores under test.
   *
   * @return a factory
   */
  protected abstract KeyedStoreFactory factory();

  @EveryTypes
  <K, N, U, V> void put_severalKeysAndNamespaces_eachHasItsOwnValue(SampleTypes<K, N, U, V> types) {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      ValueTable<K, N, V> table = rig.values();
      Map<KeyAndNamespace<K, N>, V> expected = new HashMap<>();
      rig.at(table, 0, 0);
      assertThat(table.get()).isNull();
      assertThat(table.entries()).isZero();
      for (int i = 0; i < 12; i++) {
        rig.at(table, i % 4, i / 4);
        table.put(rig.value(i), 0);
        expected.put(rig.cell(i % 4, i / 4), rig.value(i));
      }
      assertThat(rig.contents(table)).isEqualTo(expected);
      assertThat(table.entries()).isEqualTo(expected.size());
      rig.at(table, 99, 0);
      assertThat(table.get()).isNull();
    }
  }

  @EveryTypes
  <K, N, U, V> void put_again_replacesTheValue(SampleTypes<K, N, U, V> types) {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      ValueTable<K, N, V> table = rig.values();
      rig.at(table, 1, 1);
      table.put(rig.value(1), 0);
      table.put(rig.value(2), 0);
      assertThat(table.get()).isEqualTo(rig.value(2));
      assertThat(table.entries()).isOne();
    }
  }

  @EveryTypes
  <K, N, U, V> void getAll_ofAnyKeys_givesEachInItsPlaceAndLeavesTheCurrentKey(
      SampleTypes<K, N, U, V> types) {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      ValueTable<K, N, V> table = rig.values();
      rig.at(table, 0, 1);
      K[] keys = keys(types, 5, 1, 3, 1, 77);
      assertThat(table.getAll(List.of(keys))).containsExactly(null, null, null, null, null);
      for (int i = 0; i < 5; i++) {
        rig.at(table, i, 0);
        table.put(rig.value(100 + i), 0);
        rig.at(table, i, 1);
        table.put(rig.value(i), 0);
      }
      assertThat(table.getAll(List.of(keys)))
          .containsExactly(null, rig.value(1), rig.value(3), rig.value(1), null);
      assertThat(table.getAll(List.of())).isEmpty();
      assertThat(table.get()).isEqualTo(rig.value(4));
      rig.store.context().clearKey();
      assertThat(table.getAll(List.of(keys))).contains(rig.value(3));
      assertThat(rig.store.context().hasKey()).isFalse();
      // What is given may be changed: a view that holds it has another object.
      try (FrozenView view = rig.store.freeze(1)) {
        types.values().change(table.getAll(List.of(keys)).get(1), 9);
        try (Rig<K, N, U, V> plain = rig.plain(view)) {
          plain.at(plain.values(), 1, 1);
          assertThat(plain.values().get()).isEqualTo(rig.value(1));
        }
      }
    }
  }

  @EveryTypes
  <K, N, U, V> void getAll_withTimestamps_leavesOutWhatIsOlder(SampleTypes<K, N, U, V> types) {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      ValueTable<K, N, V> table =
          rig.store.openValues(Rig.with(rig.valueSpec(), Expiry.STAMPED, null));
      for (int i = 0; i < 4; i++) {
        rig.at(table, i, 1);
        table.put(rig.value(i), 10 + i);
      }
      assertThat(table.getAll(List.of(keys(types, 3, 0, 2)), 12))
          .containsExactly(rig.value(3), null, rig.value(2));
      ValueTable<K, N, V> without =
          rig.store.openValues(rig.spec("without", StateKind.VALUE, types.values()));
      rig.at(without, 1, 1);
      without.put(rig.value(1), 5);
      assertThat(without.getAll(List.of(keys(types, 1)), 12)).containsExactly(rig.value(1));
    }
  }

  @EveryTypes
  <K, N, U, V> void get_ofALeastTimestamp_givesNothingOlder(SampleTypes<K, N, U, V> types) {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      ValueTable<K, N, V> table =
          rig.store.openValues(Rig.with(rig.valueSpec(), Expiry.STAMPED, null));
      rig.at(table, 1, 1);
      assertThat(table.get(Long.MIN_VALUE)).isNull();
      table.put(rig.value(1), 10);
      assertThat(table.get(10)).isEqualTo(rig.value(1));
      assertThat(table.get(11)).isNull();
      // A later timestamp takes the place of the old one, and of what was found out from it.
      table.put(rig.value(2), 20);
      assertThat(table.get(11)).isEqualTo(rig.value(2));
      rig.at(table, 2, 1);
      table.put(rig.value(3), 5);
      assertThat(table.get(11)).isNull();
      assertThat(table.entries()).isEqualTo(2);
    }
  }

  @SuppressWarnings("unchecked")
  private static <K> K[] keys(SampleTypes<K, ?, ?, ?> types, int... numbers) {
    return (K[]) IntStream.of(numbers).mapToObj(types.keys()::at).toArray();
  }

  @EveryTypes
  <K, N, U, V> void put_null_failsAndChangesNothing(SampleTypes<K, N, U, V> types) {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      ValueTable<K, N, V> table = rig.values();
      rig.at(table, 1, 1);
      assertThatThrownBy(() -> table.put(null, 0)).isInstanceOf(NullPointerException.class);
      assertThat(table.entries()).isZero();
      table.put(rig.value(1), 0);
      assertThatThrownBy(() -> table.put(null, 0)).isInstanceOf(NullPointerException.class);
      assertThat(table.get()).isEqualTo(rig.value(1));
    }
  }

  @EveryTypes
  <K, N, U, V> void clear_presentAndAbsent_removesTheCurrentValueOnly(
      SampleTypes<K, N, U, V> types) {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      ValueTable<K, N, V> table = rig.values();
      rig.at(table, 1, 0);
      table.put(rig.value(1), 0);
      rig.at(table, 2, 0);
      table.put(rig.value(2), 0);
      table.clear();
      table.clear();
      assertThat(table.get()).isNull();
      assertThat(rig.contents(table)).isEqualTo(Map.of(rig.cell(1, 0), rig.value(1)));
    }
  }

  @EveryTypes
  <K, N, U, V> void fold_absentThenPresent_getsNullThenTheValue(SampleTypes<K, N, U, V> types) {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      ValueTable<K, N, V> table = rig.values();
      rig.at(table, 1, 1);
      table.<Integer>fold(
          5,
          (old, number) -> {
            assertThat(old).isNull();
            return rig.value(number);
          });
      assertThat(table.get()).isEqualTo(rig.value(5));
      table.<Integer>fold(6, types.values()::change);
      assertThat(table.get()).isEqualTo(types.values().change(rig.value(5), 6));
    }
  }

  @EveryTypes
  <K, N, U, V> void fold_functionThrowsOrGivesNull_changesNothing(SampleTypes<K, N, U, V> types) {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      ValueTable<K, N, V> table = rig.values();
      rig.at(table, 1, 1);
      assertFoldFails(table);
      assertThat(table.get()).isNull();
      assertThat(table.entries()).isZero();
      table.put(rig.value(3), 0);
      assertFoldFails(table);
      assertThat(table.get()).isEqualTo(rig.value(3));
    }
  }

  private static <V> void assertFoldFails(ValueTable<?, ?, V> table) {
    assertThatThrownBy(
            () ->
                table.<String>fold(
                    "argument",
                    (old, argument) -> {
                      throw new IllegalStateException("by the user");
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("by the user");
    assertThatThrownBy(() -> table.<String>fold("argument", (old, argument) -> null))
        .isInstanceOf(NullPointerException.class);
  }

  @NamespacedTypes
  <K, N, U, V> void take_anotherNamespace_givesAndRemovesItsValue(SampleTypes<K, N, U, V> types) {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      ValueTable<K, N, V> table = rig.values();
      rig.at(table, 1, 1);
      table.put(rig.value(1), 0);
      rig.at(table, 1, 2);
      table.put(rig.value(2), 0);
      rig.at(table, 2, 1);
      table.put(rig.value(3), 0);
      rig.at(table, 1, 2);
      assertThat(table.take(types.namespaces().at(1))).isEqualTo(rig.value(1));
      assertThat(table.take(types.namespaces().at(1))).isNull();
      assertThat(table.get()).isEqualTo(rig.value(2));
      assertThat(rig.contents(table))
          .isEqualTo(Map.of(rig.cell(1, 2), rig.value(2), rig.cell(2, 1), rig.value(3)));
    }
  }

  @EveryTypes
  <K, N, U, V> void stamp_tablesWithAndWithout_isThatOfWhatWasFoundLast(
      SampleTypes<K, N, U, V> types) {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      ValueTable<K, N, V> plain = rig.values();
      rig.at(plain, 1, 1);
      plain.put(rig.value(1), 77);
      plain.get();
      assertThat(plain.stamp()).isZero();
      assertThat(plain.renew(100, 200)).isEqualTo(rig.value(1));
      assertThat(plain.stamp()).isZero();
      plain.<Integer>fold(2, types.values()::change, 100, 100);
      assertThat(plain.get()).isEqualTo(types.values().change(rig.value(1), 2));
      assertThat(sweep(plain, Long.MAX_VALUE)).isOne();
    }
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      ValueTable<K, N, V> table = stamped(rig);
      rig.at(table, 1, 1);
      assertThat(table.get()).isNull();
      assertThat(table.stamp()).isZero();
      table.put(rig.value(1), -77);
      assertThat(table.get()).isEqualTo(rig.value(1));
      assertThat(table.stamp()).isEqualTo(-77);
      table.<Integer>fold(2, types.values()::change, -77, Long.MAX_VALUE);
      assertThat(table.get()).isEqualTo(types.values().change(rig.value(1), 2));
      assertThat(table.stamp()).isEqualTo(Long.MAX_VALUE);
      rig.at(table, 2, 1);
      assertThat(table.get()).isNull();
      assertThat(table.stamp()).isZero();
      rig.at(table, 1, 1);
      table.get();
      rig.at(table, 2, 1);
      table.<V>fold(rig.value(5), (old, added) -> added, 0, 5);
      assertThat(table.stamp()).as("a fold finds nothing").isEqualTo(Long.MAX_VALUE);
      table.clear();
      rig.at(table, 1, 3);
      assertThat(table.take(types.namespaces().at(1))).isNotNull();
      assertThat(table.stamp()).isEqualTo(Long.MAX_VALUE);
    }
  }

  private static <K, N, V> ValueTable<K, N, V> stamped(Rig<K, N, ?, V> rig) {
    return rig.store.openValues(Rig.with(rig.valueSpec(), Expiry.STAMPED, null));
  }

  /** How many entries are left after a sweep of all. */
  private static long sweep(ValueTable<?, ?, ?> table, long oldestLive) {
    return KeyedStoreExpiryContract.sweep(table, oldestLive);
  }

  @EveryTypes
  <K, N, U, V> void fold_overAValueThatIsTooOld_beginsAnew(SampleTypes<K, N, U, V> types) {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      ValueTable<K, N, V> table = stamped(rig);
      rig.at(table, 1, 1);
      table.put(rig.value(1), 9);
      table.<V>fold(rig.value(2), (old, added) -> old == null ? added : old, 10, 20);
      assertThat(table.get()).isEqualTo(rig.value(2));
      assertThat(table.stamp()).isEqualTo(20);
      table.<V>fold(rig.value(3), (old, added) -> old == null ? added : old, 20, 30);
      assertThat(table.get()).isEqualTo(rig.value(2));
      assertThat(table.stamp()).isEqualTo(30);
    }
  }

  @EveryTypes
  <K, N, U, V> void renew_betweenFreezes_movesTheStampOfWhatIsNotTooOld(
      SampleTypes<K, N, U, V> types) throws IOException {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      ValueTable<K, N, V> table = stamped(rig);
      for (int i = 0; i < 50; i++) {
        rig.at(table, i, 1);
        table.put(rig.value(i), i);
      }
      try (FrozenView view = rig.store.freeze(1);
          Rig<K, N, U, V> before = new Rig<>(factory(), types)) {
        for (int i = 0; i < 50; i++) {
          rig.at(table, i, 1);
          assertThat(table.renew(25, 1_000)).isEqualTo(rig.value(i));
          assertThat(table.stamp()).as("as it was").isEqualTo(i);
        }
        ValueTable<K, N, V> frozen = stamped(before);
        before.store.load(view);
        for (int i = 0; i < 50; i++) {
          before.at(frozen, i, 1);
          assertThat(frozen.get()).isEqualTo(rig.value(i));
          assertThat(frozen.stamp()).isEqualTo(i);
          rig.at(table, i, 1);
          assertThat(table.get()).isEqualTo(rig.value(i));
          assertThat(table.stamp()).isEqualTo(i < 25 ? i : 1_000);
        }
      }
    }
  }

  @EveryTypes
  <K, N, U, V> void sweep_underAWalk_removesWhatIsTooOldAndLeavesTheKeyAlone(
      SampleTypes<K, N, U, V> types) {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      ValueTable<K, N, V> table = stamped(rig);
      for (int i = 0; i < 3000; i++) {
        rig.at(table, i, i & 1);
        table.put(rig.value(i), i);
      }
      rig.at(table, 7, 1);
      assertThat(sweep(table, 1_000)).isEqualTo(2_000);
      assertThat(rig.store.context().key()).isEqualTo(types.keys().at(7));
      assertThat(table.namespace()).isEqualTo(types.namespaces().at(1));
      assertThat(table.entries()).isEqualTo(2_000);
      for (int i = 0; i < 3000; i++) {
        rig.at(table, i, i & 1);
        assertThat(table.get()).isEqualTo(i < 1_000 ? null : rig.value(i));
      }
    }
  }

  @EveryTypes
  <K, N, U, V> void cursor_changesUnderTheWalk_keepsItsRules(SampleTypes<K, N, U, V> types) {
    SplittableRandom random = new SplittableRandom(seed);
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      ValueTable<K, N, V> table = rig.values();
      for (int i = 0; i < 6000; i++) {
        rig.at(table, i, i & 1);
        table.put(rig.value(i), 0);
      }
      Set<KeyAndNamespace<K, N>> stays = new HashSet<>(rig.cells(table));
      Set<KeyAndNamespace<K, N>> removed = new HashSet<>();
      Set<KeyAndNamespace<K, N>> met = new HashSet<>();
      TableCursor<K, N> cursor = table.cursor();
      while (cursor.advance()) {
        KeyAndNamespace<K, N> here = new KeyAndNamespace<>(cursor.key(), cursor.namespace());
        assertThat(met.add(here)).as("%s only once, seed %s", here, seed).isTrue();
        assertThat(removed.contains(here)).as("%s removed, seed %s", here, seed).isFalse();
        for (int i = random.nextInt(3); i > 0; i--) {
          int other = random.nextInt(12_000);
          rig.at(table, other, other & 1);
          if (other < 6000) {
            if (!met.contains(rig.cell(other, other & 1))) {
              removed.add(rig.cell(other, other & 1));
            }
            stays.remove(rig.cell(other, other & 1));
            table.clear();
          } else {
            table.put(rig.value(other), 0);
          }
        }
      }
      assertThat(met.containsAll(stays)).as("all met that stayed, seed %s", seed).isTrue();
      assertThat(removed).hasSizeGreaterThan(100);
      assertThat(cursor.advance()).isFalse();
    }
  }

  @EveryTypes
  <K, N, U, V> void lookup_fromOutside_givesBytesAndLeavesTheCurrentKeyAlone(
      SampleTypes<K, N, U, V> types) {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      ValueTable<K, N, V> table = rig.values();
      for (int i = 0; i < 8; i++) {
        rig.at(table, i, 1);
        table.put(rig.value(i), 0);
      }
      rig.at(table, 3, 1);
      assertThat(table.lookup(bytes(types.keys(), 5), bytes(types.namespaces(), 1), Long.MIN_VALUE))
          .isEqualTo(bytes(types.values(), 5).toByteArray());
      assertThat(
              table.lookup(bytes(types.keys(), 50), bytes(types.namespaces(), 1), Long.MIN_VALUE))
          .isNull();
      assertThat(rig.store.context().key()).isEqualTo(types.keys().at(3));
      assertThat(table.get()).isEqualTo(rig.value(3));
    }
  }

  static <T> ByteView bytes(Samples<T> samples, int number) {
    Serializer<T> serializer = samples.serializer();
    ByteWriter out = new ByteWriter();
    serializer.write(samples.at(number), out);
    return ByteView.of(out.toByteArray());
  }

  @MutableTypes
  <K, N, U, V> void get_valueChangedInPlaceAfterAFreeze_doesNotReachTheView(
      SampleTypes<K, N, U, V> types) {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      ValueTable<K, N, V> table = rig.values();
      for (int i = 0; i < 3; i++) {
        rig.at(table, i, 1);
        table.put(rig.value(i), 0);
      }
      try (FrozenView view = rig.store.freeze(1)) {
        rig.at(table, 0, 1);
        table.put(types.values().change(table.get(), 9), 0);
        rig.at(table, 1, 1);
        table.<Integer>fold(9, types.values()::change);
        rig.at(table, 2, 1);
        types.values().change(table.take(types.namespaces().at(1)), 9);
        try (Rig<K, N, U, V> plain = rig.plain(view)) {
          assertThat(plain.contents(plain.values()))
              .isEqualTo(
                  Map.of(
                      rig.cell(0, 1),
                      rig.value(0),
                      rig.cell(1, 1),
                      rig.value(1),
                      rig.cell(2, 1),
                      rig.value(2)));
        }
      }
      rig.at(table, 0, 1);
      assertThat(table.get()).isEqualTo(types.values().change(rig.value(0), 9));
    }
  }

  @EveryTypes
  <K, N, U, V> void access_withoutKey_isRefused(SampleTypes<K, N, U, V> types) {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      ValueTable<K, N, V> table = rig.values();
      table.namespace(types.namespaces().at(0));
      assertThatThrownBy(table::get).isInstanceOf(IllegalStateException.class);
    }
  }

  @NamespacedTypes
  <K, N, U, V> void access_withoutNamespace_isRefused(SampleTypes<K, N, U, V> types) {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      ValueTable<K, N, V> table = rig.values();
      rig.store.context().setKey(types.keys().at(0));
      assertThatThrownBy(() -> table.put(rig.value(0), 0))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(table::get).isInstanceOf(IllegalStateException.class);
      assertThat(table.entries()).isZero();
    }
  }

  @EveryTypes
  <K, N, U, V> void randomOperations_withViewsOfEveryAge_agreeWithAPlainMap(
      SampleTypes<K, N, U, V> types) {
    SplittableRandom random = new SplittableRandom(seed);
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      ValueTable<K, N, V> table = rig.values();
      Map<KeyAndNamespace<K, N>, V> model = new HashMap<>();
      FrozenCopies<K, N, U, V, V> copies = new FrozenCopies<>(rig, r -> r.contents(r.values()));
      for (int step = 0; step < 12_000; step++) {
        // Grows to thousands of keys in a key group, then shrinks.
        int key = random.nextInt(step < 8000 ? 3000 : 6000);
        int namespace = random.nextInt(2);
        KeyAndNamespace<K, N> cell = rig.cell(key, namespace);
        rig.at(table, key, namespace);
        int action = random.nextInt(10);
        if (action < (step < 8000 ? 1 : 5)) {
          table.clear();
          model.remove(cell);
        } else if (action < 7) {
          table.put(rig.value(step), 0);
          model.put(cell, rig.value(step));
        } else if (action < 9) {
          table.<Integer>fold(
              step, (old, i) -> old == null ? rig.value(i) : types.values().change(old, i));
          V old = model.get(cell);
          model.put(cell, old == null ? rig.value(step) : changed(types.values(), old, step));
        } else {
          assertThat(table.get()).as("seed %s, step %s", seed, step).isEqualTo(model.get(cell));
        }
        if (step % 1500 == 700) {
          copies.freeze(new HashMap<>(model));
        } else if (step % 1900 == 1800) {
          copies.release(random);
          rig.store.checkInvariants();
        }
      }
      assertThat(table.entries()).isEqualTo(model.size());
      assertThat(rig.contents(table)).as("seed %s", seed).isEqualTo(model);
      copies.finish();
      try (Rig<K, N, U, V> moved = rig.moved()) {
        assertThat(moved.contents(moved.values())).isEqualTo(model);
      }
    }
  }

  /** The value changed, as a new object. */
  static <V> V changed(Samples<V> values, V old, int number) {
    return values.change(values.serializer().copy(old), number);
  }
}
