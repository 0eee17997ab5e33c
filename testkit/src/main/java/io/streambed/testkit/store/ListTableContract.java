package io.streambed.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteView;
import io.streambed.entry.Expiry;
import io.streambed.keyed.KeyAndNamespace;
import io.streambed.store.FrozenView;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.store.ListTable;
import java.io.IOException;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * What every store's {@link ListTable} owes the kinds of state. Subclass it in a test and name the
 * store; {@code -Dstreambed.seed=N} sets the seed of the random tests.
 */
public abstract class ListTableContract {
  private final long seed = Long.getLong("streambed.seed", 7_002L);

  /** A contract over the stores that a subclass names. */
  protected ListTableContract() {}

  /**
   * The stores under test.
   *
   * @return a factory
   */
  protected abstract KeyedStoreFactory factory();

  private static <V> List<V> values(Samples<V> values, int... numbers) {
    return IntStream.of(numbers).mapToObj(values::at).toList();
  }

  private static <V> List<V> range(Samples<V> values, int from, int to) {
    return IntStream.range(from, to).mapToObj(values::at).toList();
  }

  @EveryTypes
  <K, N, U, V> void append_severalKeys_keepsTheOrderOfEach(SampleTypes<K, N, U, V> types) {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      ListTable<K, N, V> table = rig.lists();
      rig.at(table, 0, 0);
      assertThat(table.read()).isNull();
      for (int i = 0; i < 300; i++) {
        rig.at(table, i % 3, 1);
        table.append(rig.value(i), 0);
      }
      assertThat(table.entries()).isEqualTo(3);
      for (int key = 0; key < 3; key++) {
        rig.at(table, key, 1);
        int first = key;
        assertThat(rig.elements(table))
            .isEqualTo(IntStream.range(0, 100).mapToObj(i -> rig.value(3 * i + first)).toList());
      }
    }
  }

  @EveryTypes
  <K, N, U, V> void append_null_failsAndChangesNothing(SampleTypes<K, N, U, V> types) {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      ListTable<K, N, V> table = rig.lists();
      rig.at(table, 1, 1);
      assertThatThrownBy(() -> table.append(null, 0)).isInstanceOf(NullPointerException.class);
      assertThat(table.read()).isNull();
      assertThat(rig.cells(table)).isEmpty();
    }
  }

  @EveryTypes
  <K, N, U, V> void appendAll_absentAndPresentLists_appendsInOrder(SampleTypes<K, N, U, V> types) {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      ListTable<K, N, V> table = rig.lists();
      rig.at(table, 1, 1);
      table.appendAll(List.of(), 0);
      assertThat(table.read()).isNull();
      assertThat(rig.cells(table)).isEmpty();
      table.appendAll(range(types.values(), 0, 3), 0);
      table.append(rig.value(3), 0);
      table.appendAll(range(types.values(), 4, 1_000));
      rig.at(table, 2, 1);
      table.appendAll(values(types.values(), 5, 6), 0);
      assertThat(rig.contents(table))
          .isEqualTo(
              Map.of(
                  rig.cell(1, 1),
                  range(types.values(), 0, 1_000),
                  rig.cell(2, 1),
                  values(types.values(), 5, 6)));
      rig.store.checkInvariants();
    }
  }

  @EveryTypes
  <K, N, U, V> void appendAll_nullAmongThemOrIteratorThrows_changesNothing(
      SampleTypes<K, N, U, V> types) {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      ListTable<K, N, V> table = rig.lists();
      rig.at(table, 1, 1);
      for (List<V> before : List.of(List.<V>of(), values(types.values(), 7, 8))) {
        table.appendAll(before, 0);
        assertThatThrownBy(() -> table.appendAll(Arrays.asList(rig.value(1), null), 0))
            .isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> table.appendAll(failingAt(1, rig::value), 0))
            .hasMessage("by the user");
        assertThat(table.read() == null ? List.of() : rig.elements(table)).isEqualTo(before);
        rig.store.checkInvariants();
      }
    }
  }

  /** Two elements, one of which cannot be had. */
  private static <V> List<V> failingAt(int failing, IntFunction<V> elements) {
    return new AbstractList<>() {
      @Override
      public V get(int index) {
        if (index == failing) {
          throw new IllegalStateException("by the user");
        }
        return elements.apply(index);
      }

      @Override
      public int size() {
        return 2;
      }
    };
  }

  @EveryTypes
  <K, N, U, V> void appendAll_theListItselfAndOneThatUsesTheTable_appendsToTheCurrentList(
      SampleTypes<K, N, U, V> types) {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      ListTable<K, N, V> table = rig.lists();
      rig.at(table, 1, 1);
      table.appendAll(range(types.values(), 0, 100), 0);
      try (FrozenView view = rig.store.freeze(1)) {
        assertThat(view).isNotNull();
        List<V> itself = table.read();
        table.appendAll(itself, 0);
        assertThat(rig.elements(table)).hasSize(200).endsWith(rig.value(98), rig.value(99));
        table.appendAll(
            failingAt(
                2,
                i -> {
                  rig.at(table, 2 + i, 1);
                  table.append(rig.value(i), 0);
                  rig.at(table, 1, 1);
                  return rig.value(i);
                }),
            0);
        assertThat(rig.elements(table)).hasSize(202).endsWith(rig.value(0), rig.value(1));
        assertThat(rig.cells(table)).hasSize(3);
      }
    }
  }

  @EveryTypes
  <K, N, U, V> void read_changedAfterwards_givesWhatWasThere(SampleTypes<K, N, U, V> types) {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      ListTable<K, N, V> table = rig.lists();
      rig.at(table, 1, 1);
      List<V> expected = range(types.values(), 0, 70);
      expected.forEach(value -> table.append(value, 0));
      Iterable<V> read = table.read();
      List<V> found = new ArrayList<>();
      Iterator<V> elements = read.iterator();
      for (int i = 0; elements.hasNext(); i++) {
        table.append(rig.value(1000 + i), 0);
        if (i == 5) {
          rig.store.freeze(1).close();
        }
        found.add(elements.next());
      }
      assertThat(found).isEqualTo(expected);
      assertThatThrownBy(elements::next).isInstanceOf(NoSuchElementException.class);
      assertThat(rig.elements(table)).hasSize(140);
    }
  }

  @EveryTypes
  <K, N, U, V> void read_anotherKeyCurrentAndTheListGone_stillGivesWhatWasThere(
      SampleTypes<K, N, U, V> types) {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      ListTable<K, N, V> table = rig.lists();
      rig.at(table, 2, 2);
      table.append(rig.value(777), 0);
      rig.at(table, 1, 1);
      List<V> expected = range(types.values(), 0, 70);
      expected.forEach(value -> table.append(value, 0));
      Iterable<V> read = table.read();
      Iterator<V> begun = read.iterator();
      List<V> found = new ArrayList<>(List.of(begun.next()));
      rig.at(table, 2, 2);
      found.add(begun.next());
      rig.at(table, 1, 1);
      table.clear();
      table.append(rig.value(888), 0);
      rig.at(table, 2, 2);
      begun.forEachRemaining(found::add);
      assertThat(found).isEqualTo(expected);
      assertThat(read).containsExactlyElementsOf(expected);
    }
  }

  @EveryTypes
  <K, N, U, V> void read_takenForAList_isOneThatCannotBeChanged(SampleTypes<K, N, U, V> types) {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      ListTable<K, N, V> table = rig.lists();
      rig.at(table, 1, 1);
      List<V> expected = range(types.values(), 0, 150);
      expected.forEach(value -> table.append(value, 0));
      List<V> read = table.read();
      table.append(rig.value(777), 0);
      assertThat(read).isEqualTo(expected).hasToString(expected.toString()).hasSize(150);
      assertThat(read.hashCode()).isEqualTo(expected.hashCode());
      assertThat(read.get(149)).isEqualTo(rig.value(149));
      assertThat(read.indexOf(rig.value(70))).isEqualTo(70);
      assertThat(read.subList(63, 65)).isEqualTo(range(types.values(), 63, 65));
      assertThatThrownBy(() -> read.get(150)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> read.get(-1)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> read.add(rig.value(1)))
          .isInstanceOf(UnsupportedOperationException.class);
      assertThatThrownBy(() -> read.remove(0)).isInstanceOf(UnsupportedOperationException.class);
      assertThat(table.read()).hasSize(151);
    }
  }

  @MutableTypes
  <K, N, U, V> void read_elementsTakenByIndexAfterAFreeze_doNotReachTheView(
      SampleTypes<K, N, U, V> types) {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      ListTable<K, N, V> table = rig.lists();
      List<V> expected = range(types.values(), 0, 100);
      rig.at(table, 1, 1);
      table.replace(range(types.values(), 0, 100), 0);
      List<V> before = table.read();
      try (FrozenView view = rig.store.freeze(1)) {
        types.values().change(before.get(70), 9);
        types.values().change(table.read().get(70), 9);
        try (Rig<K, N, U, V> plain = rig.plain(view)) {
          assertThat(plain.contents(plain.lists())).isEqualTo(Map.of(rig.cell(1, 1), expected));
        }
      }
    }
  }

  @EveryTypes
  <K, N, U, V> void replace_otherElements_leavesOnlyThose(SampleTypes<K, N, U, V> types) {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      ListTable<K, N, V> table = rig.lists();
      rig.at(table, 1, 1);
      table.replace(values(types.values(), 1, 2, 3), 0);
      assertThat(rig.elements(table)).isEqualTo(values(types.values(), 1, 2, 3));
      table.replace(values(types.values(), 4), 0);
      assertThat(rig.elements(table)).isEqualTo(values(types.values(), 4));
      table.append(rig.value(5), 0);
      table.replace(table.read(), 0);
      assertThat(rig.elements(table)).isEqualTo(values(types.values(), 4, 5));
      table.replace(List.of(), 0);
      assertThat(table.read()).isNull();
      assertThat(rig.cells(table)).isEmpty();
    }
  }

  @EveryTypes
  <K, N, U, V> void replace_nullAmongThemOrIteratorThrows_changesNothing(
      SampleTypes<K, N, U, V> types) {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      ListTable<K, N, V> table = rig.lists();
      rig.at(table, 1, 1);
      for (List<V> before : List.of(List.<V>of(), values(types.values(), 7, 8))) {
        table.replace(before, 0);
        assertThatThrownBy(() -> table.replace(Arrays.asList(rig.value(1), null), 0))
            .isInstanceOf(NullPointerException.class);
        assertThatThrownBy(
                () ->
                    table.replace(
                        () -> {
                          throw new IllegalStateException("by the user");
                        },
                        0))
            .hasMessage("by the user");
        assertThat(table.read() == null ? List.of() : rig.elements(table)).isEqualTo(before);
      }
    }
  }

  @EveryTypes
  <K, N, U, V> void clear_present_removesTheCurrentListOnly(SampleTypes<K, N, U, V> types) {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      ListTable<K, N, V> table = rig.lists();
      rig.at(table, 1, 1);
      table.append(rig.value(1), 0);
      rig.at(table, 2, 1);
      table.append(rig.value(2), 0);
      table.clear();
      table.clear();
      assertThat(table.read()).isNull();
      assertThat(rig.contents(table)).isEqualTo(Map.of(rig.cell(1, 1), values(types.values(), 1)));
    }
  }

  @NamespacedTypes
  <K, N, U, V> void moveInto_targetAndAbsentOnesAmongTheSources_joinsInTheirOrder(
      SampleTypes<K, N, U, V> types) {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      ListTable<K, N, V> table =
          rig.store.openLists(Rig.with(rig.listSpec(), Expiry.STAMPED, null));
      for (int namespace : new int[] {1, 2, 4}) {
        rig.at(table, 1, namespace);
        table.replace(values(types.values(), namespace * 10, namespace * 10 + 1), 100 - namespace);
      }
      rig.at(table, 2, 4);
      table.append(rig.value(7), 0);
      rig.at(table, 1, 9);
      List<N> sources = IntStream.of(4, 3, 2, 1).mapToObj(types.namespaces()::at).toList();
      table.moveInto(types.namespaces().at(2), sources);
      assertThat(table.read()).as("the current namespace stays").isNull();
      assertThat(rig.contents(table))
          .isEqualTo(
              Map.of(
                  rig.cell(1, 2),
                  values(types.values(), 20, 21, 40, 41, 10, 11),
                  rig.cell(2, 4),
                  values(types.values(), 7)));
      rig.at(table, 1, 2);
      table.moveInto(types.namespaces().at(8), List.of(types.namespaces().at(2)));
      rig.at(table, 1, 8);
      assertThat(rig.elements(table)).hasSize(6);
      table.moveInto(types.namespaces().at(5), List.of());
      table.moveInto(types.namespaces().at(5), List.of(types.namespaces().at(6)));
      rig.at(table, 1, 5);
      assertThat(table.read()).isNull();
    }
  }

  private static <K, N, V> ListTable<K, N, V> stamped(Rig<K, N, ?, V> rig) {
    return rig.store.openLists(Rig.with(rig.listSpec(), Expiry.STAMPED, null));
  }

  @EveryTypes
  <K, N, U, V> void read_tablesWithAndWithoutStamps_leavesOutWhatIsTooOld(
      SampleTypes<K, N, U, V> types) {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      ListTable<K, N, V> table = rig.lists();
      rig.at(table, 1, 1);
      table.append(rig.value(1), 5);
      assertThat(table.read(100)).containsExactly(rig.value(1));
      assertThat(KeyedStoreExpiryContract.sweep(table, Long.MAX_VALUE)).isOne();
    }
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      ListTable<K, N, V> table = stamped(rig);
      rig.at(table, 1, 1);
      assertThat(table.read(0)).isNull();
      for (int i = 0; i < 200; i++) {
        table.append(rig.value(i), (i * 37) % 200);
      }
      for (int oldest : new int[] {0, 1, 100, 199}) {
        List<V> expected =
            IntStream.range(0, 200)
                .filter(i -> (i * 37) % 200 >= oldest)
                .mapToObj(rig::value)
                .toList();
        assertThat(table.read(oldest)).as("from %s on", oldest).isEqualTo(expected);
      }
      assertThat(table.read(200)).isNull();
      assertThat(table.read()).hasSize(200);
      table.appendAll(values(types.values(), 5, 6), 300);
      assertThat(table.read(201)).isEqualTo(values(types.values(), 5, 6));
      table.replace(values(types.values(), 4), Long.MIN_VALUE);
      assertThat(rig.elements(table)).isEqualTo(values(types.values(), 4));
      assertThat(table.read(Long.MIN_VALUE + 1)).isNull();
    }
  }

  @NamespacedTypes
  <K, N, U, V> void moveInto_stampedLists_keepsTheStampOfEachElement(
      SampleTypes<K, N, U, V> types) {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      ListTable<K, N, V> table = stamped(rig);
      for (int i = 0; i < 100; i++) {
        rig.at(table, 1, i % 4);
        table.append(rig.value(i), 100 - i);
      }
      List<N> sources = IntStream.of(1, 2, 3).mapToObj(types.namespaces()::at).toList();
      table.moveInto(types.namespaces().at(0), sources);
      rig.at(table, 1, 0);
      List<V> expected =
          IntStream.range(0, 4)
              .boxed()
              .flatMap(n -> IntStream.range(0, 51).filter(i -> i % 4 == n).mapToObj(rig::value))
              .toList();
      assertThat(table.read(50)).isEqualTo(expected);
      assertThat(table.read()).hasSize(100);
    }
  }

  @EveryTypes
  <K, N, U, V> void readStamped_stampedAndNot_givesTheStampsOfThatMoment(
      SampleTypes<K, N, U, V> types) {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types);
        Rig<K, N, U, V> without = new Rig<>(factory(), types)) {
      ListTable<K, N, V> table = stamped(rig);
      rig.at(table, 1, 1);
      assertThat(table.<String>readStamped((element, stamp) -> "none")).isNull();
      List<String> expected = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        table.append(rig.value(i), 1_000 - i);
        expected.add(rig.value(i) + " " + (1_000 - i));
      }
      try (FrozenView view = rig.store.freeze(1)) {
        assertThat(view).isNotNull();
        List<String> read = table.readStamped((element, stamp) -> element + " " + stamp);
        table.append(rig.value(200), 7);
        rig.at(table, 2, 1);
        assertThat(read).isEqualTo(expected).hasSize(200);
        assertThat(read.get(199)).isEqualTo(rig.value(199) + " 801");
        rig.at(table, 1, 1);
        table.clear();
        assertThat(read).isEqualTo(expected);
      }
      ListTable<K, N, V> plain = without.lists();
      without.at(plain, 1, 1);
      plain.append(rig.value(3), 5);
      assertThat(plain.<Long>readStamped((element, stamp) -> stamp)).containsExactly(0L);
    }
  }

  @EveryTypes
  <K, N, U, V> void sweep_underAWalk_removesElementsThatAreTooOld(SampleTypes<K, N, U, V> types)
      throws IOException {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      ListTable<K, N, V> table = stamped(rig);
      for (int i = 0; i < 900; i++) {
        rig.at(table, i % 30, 1);
        table.append(rig.value(i), i % 30 < 10 ? i : 2_000 + i);
      }
      try (FrozenView view = rig.store.freeze(1);
          Rig<K, N, U, V> before = new Rig<>(factory(), types)) {
        assertThat(KeyedStoreExpiryContract.sweep(table, 10)).isEqualTo(30);
        assertThat(KeyedStoreExpiryContract.sweep(table, 875)).isEqualTo(25);
        rig.at(table, 7, 1);
        assertThat(table.read()).containsExactly(rig.value(877));
        rig.at(table, 4, 1);
        assertThat(table.read()).isNull();
        rig.at(table, 20, 1);
        assertThat(table.read()).hasSize(30);
        rig.store.checkInvariants();
        ListTable<K, N, V> frozen = stamped(before);
        before.store.load(view);
        before.at(frozen, 7, 1);
        assertThat(frozen.read()).hasSize(30);
      }
    }
  }

  @EveryTypes
  <K, N, U, V> void lookup_fromOutside_givesSizedElements(SampleTypes<K, N, U, V> types) {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      ListTable<K, N, V> table = rig.lists();
      rig.at(table, 5, 1);
      table.replace(values(types.values(), 1, 2, 3), 0);
      rig.at(table, 6, 1);
      byte[] found =
          table.lookup(
              ValueTableContract.bytes(types.keys(), 5),
              ValueTableContract.bytes(types.namespaces(), 1),
              Long.MIN_VALUE);
      List<V> elements = new ArrayList<>();
      ByteReader in = new ByteReader(found);
      ByteView element = new ByteView();
      while (in.remaining() > 0) {
        in.readSized(element);
        elements.add(types.values().serializer().read(new ByteReader().set(element)));
      }
      assertThat(elements).isEqualTo(values(types.values(), 1, 2, 3));
      assertThat(rig.store.context().key()).isEqualTo(types.keys().at(6));
      assertThat(table.read()).isNull();
    }
  }

  @MutableTypes
  <K, N, U, V> void read_elementsChangedInPlaceAfterAFreeze_doNotReachTheView(
      SampleTypes<K, N, U, V> types) {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      ListTable<K, N, V> table = rig.lists();
      List<V> expected = range(types.values(), 0, 150);
      rig.at(table, 1, 1);
      table.replace(range(types.values(), 0, 100), 0);
      Iterable<V> before = table.read();
      range(types.values(), 100, 150).forEach(value -> table.append(value, 0));
      try (FrozenView view = rig.store.freeze(1)) {
        before.forEach(element -> types.values().change(element, 9));
        table.read().forEach(element -> types.values().change(element, 9));
        table.append(rig.value(777), 0);
        if (!types.namespaces().sole()) {
          table.moveInto(types.namespaces().at(2), List.of(types.namespaces().at(1)));
          rig.at(table, 1, 2);
          table.read().forEach(element -> types.values().change(element, 9));
        }
        try (Rig<K, N, U, V> plain = rig.plain(view)) {
          assertThat(plain.contents(plain.lists())).isEqualTo(Map.of(rig.cell(1, 1), expected));
        }
      }
    }
  }

  @EveryTypes
  <K, N, U, V> void freezeAndLoad_longLists_keepsEveryElement(SampleTypes<K, N, U, V> types) {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      ListTable<K, N, V> table = rig.lists();
      rig.at(table, 1, 1);
      table.replace(range(types.values(), 0, 20_000), 0);
      rig.at(table, 2, 1);
      table.replace(range(types.values(), 5, 70), 0);
      Map<KeyAndNamespace<K, N>, List<V>> contents = rig.contents(table);
      try (Rig<K, N, U, V> moved = rig.moved();
          Rig<K, N, U, V> plain = rig.moved(new ByteStoreFactory());
          Rig<K, N, U, V> back = plain.moved(factory())) {
        assertThat(moved.contents(moved.lists())).isEqualTo(contents);
        assertThat(plain.contents(plain.lists())).isEqualTo(contents);
        assertThat(back.contents(back.lists())).isEqualTo(contents);
        assertThat(contents.get(rig.cell(1, 1))).hasSize(20_000);
      }
    }
  }

  @EveryTypes
  <K, N, U, V> void randomOperations_withViewsOfEveryAge_agreeWithPlainLists(
      SampleTypes<K, N, U, V> types) {
    SplittableRandom random = new SplittableRandom(seed);
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      ListTable<K, N, V> table = rig.lists();
      Map<KeyAndNamespace<K, N>, List<V>> model = new HashMap<>();
      FrozenCopies<K, N, U, V, List<V>> copies =
          new FrozenCopies<>(rig, r -> r.contents(r.lists()));
      for (int step = 0; step < 12_000; step++) {
        // Few keys have long lists, many short ones.
        int key = random.nextBoolean() ? random.nextInt(8) : random.nextInt(2000);
        int namespace = random.nextInt(2);
        KeyAndNamespace<K, N> cell = rig.cell(key, namespace);
        rig.at(table, key, namespace);
        int action = random.nextInt(100);
        if (action < 6) {
          table.clear();
          model.remove(cell);
        } else if (action < 12) {
          List<V> elements = range(types.values(), step, step + random.nextInt(100));
          // Objects of their own for the table: it owns what it is given.
          table.replace(elements.stream().map(types.values().serializer()::copy).toList(), 0);
          if (elements.isEmpty()) {
            model.remove(cell);
          } else {
            model.put(cell, new ArrayList<>(elements));
          }
        } else if (action < 20) {
          List<V> elements = range(types.values(), step, step + random.nextInt(100));
          table.appendAll(elements.stream().map(types.values().serializer()::copy).toList(), 0);
          if (!elements.isEmpty()) {
            model.computeIfAbsent(cell, c -> new ArrayList<>()).addAll(elements);
          }
        } else if (action < 80) {
          table.append(rig.value(step), 0);
          model.computeIfAbsent(cell, c -> new ArrayList<>()).add(rig.value(step));
        } else if (action < 90) {
          assertThat(table.read() == null ? null : rig.elements(table))
              .as("seed %s, step %s", seed, step)
              .isEqualTo(model.get(cell));
        } else if (!types.namespaces().sole()) {
          KeyAndNamespace<K, N> other = rig.cell(key, 1 - namespace);
          table.moveInto(cell.namespace(), List.of(other.namespace(), cell.namespace()));
          List<V> moved = model.remove(other);
          if (moved != null) {
            model.computeIfAbsent(cell, c -> new ArrayList<>()).addAll(moved);
          }
        }
        if (step % 1500 == 700) {
          Map<KeyAndNamespace<K, N>, List<V>> copy = new HashMap<>();
          model.forEach((c, list) -> copy.put(c, List.copyOf(list)));
          copies.freeze(copy);
        } else if (step % 1900 == 1800) {
          copies.release(random);
          rig.store.checkInvariants();
        }
      }
      assertThat(rig.contents(table)).as("seed %s", seed).isEqualTo(model);
      copies.finish();
    }
  }
}
