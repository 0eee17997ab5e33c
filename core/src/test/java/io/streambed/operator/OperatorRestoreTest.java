package io.streambed.operator;

import static io.streambed.operator.OperatorFixture.elements;
import static io.streambed.operator.OperatorFixture.entries;
import static io.streambed.operator.OperatorFixture.lines;
import static io.streambed.operator.OperatorFixture.offsets;
import static io.streambed.operator.OperatorFixture.part;
import static io.streambed.operator.OperatorFixture.restored;
import static io.streambed.operator.OperatorFixture.rules;
import static io.streambed.operator.OperatorFixture.slice;
import static io.streambed.operator.OperatorFixture.snapshot;
import static io.streambed.operator.OperatorFixture.whole;
import static io.streambed.operator.TestSerializers.NUMBER;
import static io.streambed.operator.TestSerializers.TEXT;
import static io.streambed.operator.TestSerializers.TEXT_OF_NUMBER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.error.IncompatibleStateException;
import io.streambed.file.Compression;
import io.streambed.serial.Alias;
import io.streambed.serial.DefaultValue;
import io.streambed.serial.Serializer;
import io.streambed.serial.SerializerSnapshot;
import io.streambed.serial.Serializers;
import io.streambed.snapshot.OperatorStateHandle;
import io.streambed.snapshot.OperatorStateSlice;
import io.streambed.snapshot.SnapshotOptions;
import io.streambed.state.ListStateDescriptor;
import io.streambed.state.MapStateDescriptor;
import io.streambed.state.StateKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class OperatorRestoreTest {
  private final MemoryStreams streams = new MemoryStreams();

  private OperatorStateHandle subtask(String prefix, int elements) {
    OperatorStateBackend backend = new OperatorStateBackend(0, 1);
    lines(backend);
    for (int i = 0; i < elements; i++) {
      lines(backend).add(prefix + i);
      offsets(backend).add((long) i);
      rules(backend).put((long) i, "rule " + i);
    }
    return snapshot(backend, streams);
  }

  @Test
  void restore_slicesOfTwoSubtasks_giveThemInTheOrderOfTheSlices() throws IOException {
    OperatorStateHandle a = subtask("a", 4);
    OperatorStateHandle b = subtask("b", 3);
    OperatorStateBackend one =
        restored(
            streams,
            slice(a, "lines", 3, 4),
            slice(b, "lines", 0, 2),
            slice(a, "lines", 0, 1),
            slice(a, "offsets", 0, 4),
            slice(b, "offsets", 0, 3),
            slice(b, "rules", 0, 3));
    assertThat(elements(lines(one))).containsExactly("a3", "b0", "b1", "a0");
    assertThat(elements(offsets(one))).containsExactly(0L, 1L, 2L, 3L, 0L, 1L, 2L);
    assertThat(entries(rules(one))).containsExactly("0=rule 0", "1=rule 1", "2=rule 2");
    assertThat(streams.open).isZero();
  }

  @Test
  void restore_dealtOutAtRandomOverGenerations_losesAndDoublesNothing() throws IOException {
    for (long seed = 0; seed < 100; seed++) {
      Random random = new Random(seed);
      List<OperatorStateHandle> handles =
          List.of(subtask("a", 5), subtask("b", 0), subtask("c", 7));
      List<String> expected = new ArrayList<>();
      List.of("a", "c")
          .forEach(p -> Collections.addAll(expected, numbered(p, p.equals("a") ? 5 : 7)));
      for (int generation = 0; generation < 3; generation++) {
        handles = rescale(handles, 1 + random.nextInt(4), random);
        List<String> found = new ArrayList<>();
        for (OperatorStateHandle handle : handles) {
          found.addAll(elements(lines(restored(streams, whole(handle)))));
        }
        assertThat(found)
            .as("seed %d, generation %d", seed, generation)
            .containsExactlyInAnyOrderElementsOf(expected);
      }
    }
  }

  /** Each part begins and ends within a compressed block of several. */
  @Test
  @Tag("FLINK-34063")
  void restore_partsOfACompressedList_giveEachElementOnceInOrder() throws IOException {
    OperatorStateBackend source = new OperatorStateBackend(0, 1);
    List<String> all = List.of(numbered("line ", 30_000));
    lines(source).addAll(all);
    OperatorStateHandle handle =
        OperatorFixture.finish(
            source.snapshot(1, streams, SnapshotOptions.checkpoint(Compression.DEFLATE)));
    for (int[] part : new int[][] {{0, 9_999}, {9_999, 20_001}, {20_001, 30_000}}) {
      OperatorStateBackend copy = restored(streams, slice(handle, "lines", part[0], part[1]));
      assertThat(elements(lines(copy))).isEqualTo(all.subList(part[0], part[1]));
    }
  }

  /** Cuts each list at random; every other subtask opens the state, the others carry it. */
  private List<OperatorStateHandle> rescale(
      List<OperatorStateHandle> old, int parallelism, Random random) throws IOException {
    List<List<OperatorStateSlice>> dealt = new ArrayList<>();
    for (int i = 0; i < parallelism; i++) {
      dealt.add(new ArrayList<>());
    }
    for (OperatorStateHandle handle : old) {
      long count = part(handle, "lines").elements();
      for (long from = 0, to; from < count; from = to) {
        to = from + 1 + random.nextInt((int) (count - from));
        dealt.get(random.nextInt(parallelism)).add(slice(handle, "lines", from, to));
      }
    }
    List<OperatorStateHandle> handles = new ArrayList<>();
    for (int i = 0; i < parallelism; i++) {
      OperatorStateBackend backend = new OperatorStateBackend(0, 1);
      backend.restore(dealt.get(i), streams);
      if (i % 2 == 0 || dealt.get(i).isEmpty()) {
        lines(backend);
      }
      handles.add(snapshot(backend, streams));
    }
    return handles;
  }

  private static String[] numbered(String prefix, int count) {
    String[] all = new String[count];
    for (int i = 0; i < count; i++) {
      all[i] = prefix + i;
    }
    return all;
  }

  @Test
  void carried_nobodyOpens_survivesTwoGenerations() throws IOException {
    OperatorStateHandle first = subtask("a", 2);
    OperatorStateBackend second = restored(streams, whole(first));
    assertThat(second.carried())
        .containsExactly(
            stored("lines", StateKind.SPLIT_LIST, null, TEXT, 2, 6),
            stored("offsets", StateKind.UNION_LIST, null, NUMBER, 2, 16),
            stored("rules", StateKind.BROADCAST, NUMBER, TEXT, 2, 2 * (1 + 8 + 1 + 7)));
    assertThat(second.registered()).isEmpty();
    second.getListState(new ListStateDescriptor<>("new", NUMBER)).add(1L);
    OperatorStateHandle middle = snapshot(second, streams);
    OperatorStateBackend third = restored(streams, whole(middle));
    assertThat(third.carried()).hasSize(4);
    OperatorStateBackend fourth = restored(streams, whole(snapshot(third, streams)));
    assertThat(elements(lines(fourth))).containsExactly("a0", "a1");
    assertThat(elements(offsets(fourth))).containsExactly(0L, 1L);
    assertThat(entries(rules(fourth))).containsExactly("0=rule 0", "1=rule 1");
    assertThat(fourth.carried()).extracting(s -> s.schema().name()).containsExactly("new");
  }

  private static StoredState stored(
      String name, StateKind kind, Serializer<?> key, Serializer<?> value, int count, int bytes) {
    SerializerSnapshot keySnapshot = key == null ? null : key.snapshot();
    return new StoredState(
        new OperatorStateSchema(name, kind, keySnapshot, value.snapshot()), count, bytes);
  }

  @Test
  void carried_unionListOfManySubtasks_staysAsItIs() throws IOException {
    List<OperatorStateHandle> handles = List.of(subtask("a", 3), subtask("b", 2));
    for (int parallelism : new int[] {3, 7, 2}) {
      List<OperatorStateHandle> next = new ArrayList<>();
      for (int i = 0; i < parallelism; i++) {
        OperatorStateBackend backend = new OperatorStateBackend(i, parallelism);
        backend.restore(union(handles), streams);
        next.add(snapshot(backend, streams));
      }
      handles = next;
    }
    OperatorStateBackend last = new OperatorStateBackend(1, 2);
    last.restore(union(handles), streams);
    assertThat(elements(offsets(last))).containsExactly(0L, 1L, 2L, 0L, 1L);
  }

  private static List<OperatorStateSlice> union(List<OperatorStateHandle> handles) {
    return handles.stream()
        .map(handle -> slice(handle, "offsets", 0, part(handle, "offsets").elements()))
        .toList();
  }

  @Test
  void carried_emptyState_keepsItsDeclaration() throws IOException {
    OperatorStateBackend copy = restored(streams, whole(subtask("a", 0)));
    OperatorStateBackend next = restored(streams, whole(snapshot(copy, streams)));
    assertThatThrownBy(() -> next.getListState(new ListStateDescriptor<>("lines", NUMBER)))
        .isInstanceOf(IncompatibleStateException.class);
  }

  @Test
  void drop_carriedState_isNotInTheNextSnapshot() throws IOException {
    OperatorStateBackend backend = restored(streams, whole(subtask("a", 1)));
    assertThat(backend.drop("lines")).isTrue();
    assertThat(backend.drop("rules")).isTrue();
    assertThat(backend.drop("rules")).isFalse();
    offsets(backend);
    assertThat(backend.drop("offsets")).isFalse();
    assertThat(snapshot(backend, streams).states())
        .extracting(OperatorStateHandle.Part::name)
        .containsExactly("offsets");
    assertThat(lines(backend).get()).isNull();
  }

  @Test
  @Tag("FLINK-11087")
  @Tag("FLINK-11287")
  void open_serializerMigrates_readsOldAndWritesNew() throws IOException {
    OperatorStateHandle old = subtask("a", 2);
    OperatorStateBackend backend = restored(streams, whole(old));
    ListStateDescriptor<String> asText = new ListStateDescriptor<>("offsets", TEXT_OF_NUMBER);
    MapStateDescriptor<String, String> textKeys =
        new MapStateDescriptor<>("rules", TEXT_OF_NUMBER, TEXT);
    assertThat(elements(backend.getUnionListState(asText))).containsExactly("#0", "#1");
    assertThat(entries(backend.getBroadcastState(textKeys)))
        .containsExactly("#0=rule 0", "#1=rule 1");
    OperatorStateBackend next = restored(streams, whole(snapshot(backend, streams)));
    assertThat(elements(next.getUnionListState(new ListStateDescriptor<>("offsets", TEXT))))
        .containsExactly("#0", "#1");
  }

  @Test
  @Tag("FLINK-37524")
  void open_subtasksWroteWithDifferentSerializers_readsBothAlsoWhenCarried() throws IOException {
    OperatorStateBackend oneMigrated = new OperatorStateBackend(0, 1);
    ListStateDescriptor<String> asText = new ListStateDescriptor<>("offsets", TEXT_OF_NUMBER);
    oneMigrated.getUnionListState(asText).addAll(List.of("x", "y"));
    OperatorStateHandle text = snapshot(oneMigrated, streams);
    OperatorStateHandle number = subtask("a", 2);
    OperatorStateBackend backend =
        restored(
            streams,
            slice(number, "offsets", 0, 1),
            slice(text, "offsets", 0, 2),
            slice(number, "offsets", 1, 2));
    assertThat(backend.carried()).extracting(StoredState::elements).containsExactly(1, 2, 1);
    OperatorStateHandle mixed = snapshot(backend, streams);
    assertThat(part(mixed, "offsets").elements()).isEqualTo(4);
    OperatorStateBackend next = restored(streams, slice(mixed, "offsets", 1, 4));
    assertThat(elements(next.getUnionListState(asText))).containsExactly("x", "y", "#1");
    OperatorStateBackend all = restored(streams, whole(mixed));
    assertThat(elements(all.getUnionListState(asText))).containsExactly("#0", "x", "y", "#1");
  }

  @Test
  void open_serializerIncompatible_namesBothAndKeepsTheState() throws IOException {
    OperatorStateBackend backend = restored(streams, whole(subtask("a", 1)));
    assertThatThrownBy(() -> backend.getListState(new ListStateDescriptor<>("lines", NUMBER)))
        .isInstanceOf(IncompatibleStateException.class)
        .hasMessageContainingAll("\"lines\"", "element of", "holds text", "asks for number");
    assertThatThrownBy(
            () -> backend.getBroadcastState(new MapStateDescriptor<>("rules", TEXT, TEXT)))
        .isInstanceOf(IncompatibleStateException.class)
        .hasMessageContainingAll("the key of", "holds number", "asks for text");
    assertThatThrownBy(() -> backend.getUnionListState(new ListStateDescriptor<>("lines", TEXT)))
        .isInstanceOf(IncompatibleStateException.class)
        .hasMessageContaining("SPLIT_LIST");
    assertThat(elements(lines(backend))).containsExactly("a0");
  }

  @Test
  void open_migrationMakesKeysEqual_isIncompatible() throws IOException {
    Serializer<String> merging = TestSerializers.textFromNumbers(number -> "k" + number / 2);
    OperatorStateBackend backend = restored(streams, whole(subtask("a", 2)));
    assertThatThrownBy(
            () -> backend.getBroadcastState(new MapStateDescriptor<>("rules", merging, TEXT)))
        .isInstanceOf(IncompatibleStateException.class)
        .hasMessageContaining("k0");
    assertThat(entries(rules(backend))).hasSize(2);
  }

  record Tick() {}

  @Test
  void restore_elementsWithoutBytes_keepsEach() throws IOException {
    Serializer<Tick> ticks = Serializers.of(Tick.class);
    OperatorStateBackend first = new OperatorStateBackend(0, 1);
    first.getListState(new ListStateDescriptor<>("split", ticks)).add(new Tick());
    first.getListState(new ListStateDescriptor<>("split", ticks)).add(new Tick());
    first
        .getBroadcastState(new MapStateDescriptor<>("rules", ticks, ticks))
        .put(new Tick(), new Tick());
    OperatorStateBackend second = restored(streams, whole(snapshot(first, streams)));
    assertThat(second.getListState(new ListStateDescriptor<>("split", ticks)).get())
        .containsExactly(new Tick(), new Tick());
    assertThat(second.getBroadcastState(new MapStateDescriptor<>("rules", ticks, ticks)))
        .satisfies(rules -> assertThat(rules.get(new Tick())).isEqualTo(new Tick()));
  }

  record Rule(long from, long to) {}

  record RenamedRule(long begin, long to) {}

  @Test
  void open_componentsRemovedAndAddedAtOnce_isIncompatibleAndNamesBoth() throws IOException {
    Serializer<Rule> old = Serializers.of(Rule.class);
    Serializer<RenamedRule> now = Serializers.of(RenamedRule.class);
    OperatorStateBackend first = new OperatorStateBackend(0, 1);
    first.getListState(new ListStateDescriptor<>("split", old)).add(new Rule(1, 2));
    first.getUnionListState(new ListStateDescriptor<>("union", old)).add(new Rule(3, 4));
    first
        .getBroadcastState(new MapStateDescriptor<>("keys", old, TEXT))
        .put(new Rule(5, 6), "rule");
    first
        .getBroadcastState(new MapStateDescriptor<>("values", TEXT, old))
        .put("rule", new Rule(7, 8));
    OperatorStateBackend second = restored(streams, whole(snapshot(first, streams)));
    List<Runnable> renamed =
        List.of(
            () -> second.getListState(new ListStateDescriptor<>("split", now)),
            () -> second.getUnionListState(new ListStateDescriptor<>("union", now)),
            () -> second.getBroadcastState(new MapStateDescriptor<>("keys", now, TEXT)),
            () -> second.getBroadcastState(new MapStateDescriptor<>("values", TEXT, now)));
    for (Runnable open : renamed) {
      assertThatThrownBy(open::run)
          .isInstanceOf(IncompatibleStateException.class)
          .hasMessageContaining("operator state \"")
          .hasMessageContainingAll("RenamedRule", "lost components (from)", "others (begin)");
    }
    assertThat(second.getListState(new ListStateDescriptor<>("split", old)).get())
        .containsExactly(new Rule(1, 2));
  }

  record RuleOfToday(
      @Alias("to") long end, @Alias("from") long begin, @DefaultValue("1") int weight) {}

  @Test
  void open_componentsRenamedAndAdded_areReadInKeysAndValues() throws IOException {
    Serializer<Rule> old = Serializers.of(Rule.class);
    Serializer<RuleOfToday> now = Serializers.of(RuleOfToday.class);
    OperatorStateBackend first = new OperatorStateBackend(0, 1);
    first.getListState(new ListStateDescriptor<>("split", old)).add(new Rule(1, 2));
    first
        .getBroadcastState(new MapStateDescriptor<>("rules", old, old))
        .put(new Rule(3, 4), new Rule(5, 6));
    OperatorStateBackend second = restored(streams, whole(snapshot(first, streams)));
    OperatorStateBackend third = restored(streams, whole(snapshot(second, streams)));
    for (OperatorStateBackend backend : List.of(second, third)) {
      assertThat(elements(backend.getListState(new ListStateDescriptor<>("split", now))))
          .containsExactly(new RuleOfToday(2, 1, 1));
      assertThat(
              backend
                  .getBroadcastState(new MapStateDescriptor<>("rules", now, now))
                  .get(new RuleOfToday(4, 3, 1)))
          .isEqualTo(new RuleOfToday(6, 5, 1));
    }
  }

  @Test
  void new_subtaskBeyondTheParallelism_isTheCallersError() {
    assertThatThrownBy(() -> new OperatorStateBackend(2, 2))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new OperatorStateBackend(-1, 2))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void restore_kindsDifferBetweenSubtasks_isIncompatible() {
    OperatorStateBackend other = new OperatorStateBackend(0, 1);
    other.getUnionListState(new ListStateDescriptor<>("lines", TEXT)).add("b");
    OperatorStateHandle union = snapshot(other, streams);
    OperatorStateHandle split = subtask("a", 1);
    assertThatThrownBy(
            () -> restored(streams, slice(split, "lines", 0, 1), slice(union, "lines", 0, 1)))
        .isInstanceOf(IncompatibleStateException.class)
        .hasMessageContainingAll("SPLIT_LIST", "UNION_LIST");
  }

  @Test
  void restore_slicesThatDoNotFit_areTheCallersError() throws IOException {
    OperatorStateHandle handle = subtask("a", 3);
    for (OperatorStateSlice wrong :
        List.of(
            slice(handle, "lines", 0, 4),
            slice(handle, "nothing", 0, 1),
            slice(handle, "rules", 0, 2))) {
      assertThatThrownBy(() -> restored(streams, wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(wrong.state());
    }
    assertThatThrownBy(
            () -> restored(streams, slice(handle, "rules", 0, 3), slice(handle, "rules", 0, 3)))
        .isInstanceOf(IllegalArgumentException.class);
    OperatorStateBackend backend = new OperatorStateBackend(0, 1);
    lines(backend).add("mine");
    assertThatThrownBy(() -> backend.restore(List.of(slice(handle, "lines", 0, 1)), streams))
        .isInstanceOf(IllegalStateException.class);
    assertThat(elements(lines(backend))).containsExactly("mine");
  }
}
