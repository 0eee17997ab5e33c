package io.streambed.operator;

import static io.streambed.operator.OperatorFixture.elements;
import static io.streambed.operator.OperatorFixture.entries;
import static io.streambed.operator.OperatorFixture.lines;
import static io.streambed.operator.OperatorFixture.offsets;
import static io.streambed.operator.OperatorFixture.rules;
import static io.streambed.operator.TestSerializers.NUMBER;
import static io.streambed.operator.TestSerializers.TEXT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.error.IncompatibleStateException;
import io.streambed.state.BroadcastState;
import io.streambed.state.ListState;
import io.streambed.state.ListStateDescriptor;
import io.streambed.state.MapStateDescriptor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class OperatorStateBackendTest {
  private final OperatorStateBackend backend = new OperatorStateBackend(0, 1);

  @Test
  void get_listWithoutElements_isNull() {
    assertThat(lines(backend).get()).isNull();
    lines(backend).add("a");
    lines(backend).clear();
    assertThat(lines(backend).get()).isNull();
    lines(backend).add("b");
    lines(backend).update(List.of());
    assertThat(lines(backend).get()).isNull();
  }

  @Test
  void list_manyChanges_keepsOrderOfAddition() {
    ListState<String> lines = lines(backend);
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      lines.add("a" + i);
      expected.add("a" + i);
    }
    lines.addAll(List.of("b", "c"));
    expected.addAll(List.of("b", "c"));
    lines.addAll(List.of());
    assertThat(elements(lines)).isEqualTo(expected);
    lines.update(List.of("x", "y"));
    lines.add("z");
    assertThat(elements(lines)).containsExactly("x", "y", "z");
  }

  @Test
  void get_listChangedAfterwards_givesTheElementsOfTheCall() {
    ListState<String> lines = lines(backend);
    lines.addAll(List.of("a", "b"));
    Iterable<String> before = lines.get();
    Iterator<String> under = before.iterator();
    under.next();
    lines.add("c");
    lines.update(List.of("x", "y", "z"));
    lines.clear();
    lines.add("w");
    assertThat(under.next()).isEqualTo("b");
    assertThat(under.hasNext()).isFalse();
    assertThatThrownBy(under::next).isInstanceOf(NoSuchElementException.class);
    assertThat(before).containsExactly("a", "b");
    assertThat(elements(lines)).containsExactly("w");
  }

  @Test
  void update_callersListChangesAfterwards_isNotTheStatesList() {
    List<String> mine = new ArrayList<>(List.of("a"));
    lines(backend).update(mine);
    mine.set(0, "b");
    assertThat(elements(lines(backend))).containsExactly("a");
  }

  @Test
  void list_null_isRefusedAndChangesNothing() {
    ListState<String> lines = lines(backend);
    lines.add("a");
    assertThatThrownBy(() -> lines.add(null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> lines.addAll(Arrays.asList("b", null)))
        .isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> lines.update(Arrays.asList("b", null)))
        .isInstanceOf(NullPointerException.class);
    assertThat(elements(lines)).containsExactly("a");
  }

  @Test
  void broadcast_changes_keepOrderOfFirstInsertion() {
    BroadcastState<Long, String> rules = rules(backend);
    rules.put(3L, "c");
    rules.put(1L, "a");
    rules.putAll(new LinkedHashMap<>(Map.of(2L, "b")));
    rules.put(3L, "C");
    assertThat(entries(rules)).containsExactly("3=C", "1=a", "2=b");
    rules.remove(3L);
    rules.remove(9L);
    rules.put(3L, "again");
    assertThat(entries(rules)).containsExactly("1=a", "2=b", "3=again");
    rules.remove(3L);
    rules.put(4L, "d");
    assertThat(entries(rules)).containsExactly("1=a", "2=b", "4=d");
    rules.clear();
    assertThat(entries(rules)).isEmpty();
    rules.put(5L, "e");
    assertThat(entries(rules)).containsExactly("5=e");
  }

  @Test
  void broadcast_nullValueAndNullKey_oneIsHeldTheOtherRefused() {
    BroadcastState<Long, String> rules = rules(backend);
    rules.put(1L, null);
    assertThat(rules.contains(1L)).isTrue();
    assertThat(rules.get(1L)).isNull();
    assertThat(rules.contains(2L)).isFalse();
    assertThat(rules.get(2L)).isNull();
    Map<Long, String> withNull = new LinkedHashMap<>();
    withNull.put(7L, "x");
    withNull.put(null, "y");
    assertThatThrownBy(() -> rules.put(null, "x")).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> rules.putAll(withNull)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> rules.get(null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> rules.contains(null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> rules.remove(null)).isInstanceOf(NullPointerException.class);
    assertThat(entries(rules)).containsExactly("1=null");
  }

  @Test
  void entries_iteratorRemovesAndSets_changesTheState() {
    BroadcastState<Long, String> rules = rules(backend);
    for (long i = 0; i < 6; i++) {
      rules.put(i, "v" + i);
    }
    Iterator<Map.Entry<Long, String>> entries = rules.entries().iterator();
    assertThatThrownBy(entries::remove).isInstanceOf(IllegalStateException.class);
    while (entries.hasNext()) {
      Map.Entry<Long, String> entry = entries.next();
      if (entry.getKey() % 2 == 0) {
        entries.hasNext();
        entries.remove();
      } else {
        assertThat(entry.setValue("w")).isEqualTo("v" + entry.getKey());
      }
    }
    assertThatThrownBy(entries::next).isInstanceOf(NoSuchElementException.class);
    assertThat(entries(rules)).containsExactly("1=w", "3=w", "5=w");
    Iterator<Map.Entry<Long, String>> twice = rules.entries().iterator();
    twice.next();
    twice.remove();
    assertThatThrownBy(twice::remove).isInstanceOf(IllegalStateException.class);
    assertThat(entries(rules)).containsExactly("3=w", "5=w");
  }

  @Test
  void remove_byIteratorAfterTheKeyWasPutAnew_leavesTheNewEntry() {
    BroadcastState<Long, String> rules = rules(backend);
    rules.put(1L, "same");
    Iterator<Map.Entry<Long, String>> entries = rules.entries().iterator();
    entries.next();
    rules.remove(1L);
    rules.put(1L, "same");
    entries.remove();
    assertThat(entries(rules)).containsExactly("1=same");
  }

  @Test
  void immutableEntries_changeThroughThem_isRefused() {
    BroadcastState<Long, String> rules = rules(backend);
    rules.put(1L, "a");
    Iterator<Map.Entry<Long, String>> entries = rules.immutableEntries().iterator();
    Map.Entry<Long, String> entry = entries.next();
    assertThatThrownBy(() -> entry.setValue("b")).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(entries::remove).isInstanceOf(UnsupportedOperationException.class);
    assertThat(entries(rules)).containsExactly("1=a");
  }

  @Test
  void entries_putWhileIterating_ends() {
    BroadcastState<Long, String> rules = rules(backend);
    rules.put(1L, "a");
    int given = 0;
    for (Map.Entry<Long, String> entry : rules.entries()) {
      given++;
      rules.remove(entry.getKey());
      rules.put(entry.getKey(), "b");
    }
    assertThat(given).isEqualTo(1);
    assertThat(entries(rules)).containsExactly("1=b");
  }

  @Test
  void entries_randomChangesWhileIterating_giveEachLastingEntryOnce() {
    for (long seed = 0; seed < 500; seed++) {
      Random random = new Random(seed);
      BroadcastState<Long, String> rules = rules(new OperatorStateBackend(0, 1));
      for (long i = 0; i < 10; i++) {
        rules.put(i, "start");
      }
      List<Long> lasting = new ArrayList<>();
      rules.entries().forEach(e -> lasting.add(e.getKey()));
      List<Long> given = new ArrayList<>();
      List<Long> removedBefore = new ArrayList<>();
      Iterator<Map.Entry<Long, String>> entries = rules.entries().iterator();
      while (entries.hasNext()) {
        Long key = entries.next().getKey();
        assertThat(removedBefore).as("seed %d", seed).doesNotContain(key);
        given.add(key);
        for (int changes = random.nextInt(4); changes > 0; changes--) {
          Long victim = (long) random.nextInt(14);
          if (random.nextInt(20) == 0) {
            rules.clear();
            lasting.clear();
          } else if (random.nextBoolean()) {
            rules.put(victim, "put");
          } else {
            rules.remove(victim);
            lasting.remove(victim);
            removedBefore.add(victim);
          }
        }
      }
      assertThat(given).as("seed %d", seed).doesNotHaveDuplicates().containsAll(lasting);
    }
  }

  @Test
  void broadcast_randomChanges_equalALinkedMap() {
    for (long seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      BroadcastState<Long, String> rules = rules(new OperatorStateBackend(0, 1));
      Map<Long, String> model = new LinkedHashMap<>();
      for (int step = 0; step < 60; step++) {
        long key = random.nextInt(8);
        if (random.nextInt(3) > 0) {
          rules.put(key, "v" + step);
          model.put(key, "v" + step);
        } else {
          rules.remove(key);
          model.remove(key);
        }
        List<String> expected = new ArrayList<>();
        model.forEach((k, v) -> expected.add(k + "=" + v));
        assertThat(entries(rules)).as("seed %d, step %d", seed, step).isEqualTo(expected);
      }
    }
  }

  @Test
  void open_sameNameAgain_givesTheSameState() {
    assertThat(lines(backend)).isSameAs(lines(backend));
    assertThat(offsets(backend)).isSameAs(offsets(backend));
    assertThat(rules(backend)).isSameAs(rules(backend));
    assertThat(backend.registered())
        .extracting(OperatorStateSchema::name)
        .containsExactly("lines", "offsets", "rules");
  }

  @Test
  void open_sameNameAsAnotherKind_isIncompatible() {
    lines(backend);
    assertThatThrownBy(() -> backend.getUnionListState(new ListStateDescriptor<>("lines", TEXT)))
        .isInstanceOf(IncompatibleStateException.class)
        .hasMessageContainingAll("\"lines\"", "SPLIT_LIST", "UNION_LIST");
    assertThatThrownBy(
            () -> backend.getBroadcastState(new MapStateDescriptor<>("lines", NUMBER, TEXT)))
        .isInstanceOf(IncompatibleStateException.class)
        .hasMessageContaining("BROADCAST");
  }

  @Test
  void open_sameNameWithAnotherSerializer_isIncompatible() {
    lines(backend);
    rules(backend);
    assertThatThrownBy(() -> backend.getListState(new ListStateDescriptor<>("lines", NUMBER)))
        .isInstanceOf(IncompatibleStateException.class)
        .hasMessageContainingAll("\"lines\"", "text", "number");
    assertThatThrownBy(
            () -> backend.getBroadcastState(new MapStateDescriptor<>("rules", TEXT, TEXT)))
        .isInstanceOf(IncompatibleStateException.class)
        .hasMessageContainingAll("the key of", "holds number");
    assertThatThrownBy(
            () -> backend.getBroadcastState(new MapStateDescriptor<>("rules", NUMBER, NUMBER)))
        .isInstanceOf(IncompatibleStateException.class)
        .hasMessageContainingAll("the value of", "holds text");
  }

  @Test
  void close_thenUse_isTheCallersError() {
    backend.close();
    backend.close();
    assertThatThrownBy(() -> lines(backend)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> backend.restore(Collections.emptyList(), new MemoryStreams()))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> backend.snapshot(1, new MemoryStreams(), OperatorFixture.OPTIONS))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void close_statesAndIteratorsThatWereKept_refuse() {
    ListState<String> lines = lines(backend);
    BroadcastState<Long, String> rules = rules(backend);
    lines.addAll(List.of("a", "b"));
    rules.put(1L, "one");
    rules.put(2L, "two");
    Iterable<String> read = lines.get();
    Iterator<Map.Entry<Long, String>> entries = rules.entries().iterator();
    Iterator<Map.Entry<Long, String>> immutable = rules.immutableEntries().iterator();
    entries.next();
    backend.close();
    backend.close();
    List<ThrowingCallable> calls =
        List.of(
            lines::get,
            () -> lines.add("c"),
            () -> lines.addAll(List.of("c")),
            () -> lines.update(List.of("c")),
            lines::clear,
            () -> rules.get(1L),
            () -> rules.contains(1L),
            () -> rules.put(3L, "three"),
            () -> rules.putAll(Map.of(3L, "three")),
            () -> rules.remove(1L),
            rules::clear,
            () -> rules.entries().iterator().hasNext(),
            entries::hasNext,
            entries::next,
            immutable::next,
            () -> lines(backend),
            () -> rules(backend));
    for (ThrowingCallable call : calls) {
      assertThatThrownBy(call)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("closed");
    }
    assertThat(read).as("elements that were read").containsExactly("a", "b");
  }
}
