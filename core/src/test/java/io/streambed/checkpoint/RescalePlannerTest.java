package io.streambed.checkpoint;

import static io.streambed.checkpoint.Handles.keyed;
import static io.streambed.checkpoint.Handles.operator;
import static io.streambed.checkpoint.Handles.snapshot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.error.CorruptionException;
import io.streambed.error.IncompatibleStateException;
import io.streambed.key.KeyGroupRange;
import io.streambed.key.KeyGroups;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.OperatorStateHandle;
import io.streambed.snapshot.OperatorStateSlice;
import io.streambed.snapshot.StreamHandle;
import io.streambed.state.StateKind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class RescalePlannerTest {
  private static SubtaskState keyedOnly(KeyedStateHandle... handles) {
    return new SubtaskState(List.of(handles), List.of());
  }

  private static SubtaskState operatorOnly(OperatorStateHandle... handles) {
    return new SubtaskState(List.of(), List.of(handles));
  }

  @Test
  void plan_twoToThree_eachReadsWhatMeetsItsRange() {
    OperatorSnapshot old = snapshot(8, keyedOnly(keyed(0, 3)), keyedOnly(keyed(4, 7)));
    List<SubtaskAssignment> plan = RescalePlanner.plan(old, 3, 8);
    assertThat(plan)
        .extracting(SubtaskAssignment::range)
        .containsExactly(new KeyGroupRange(0, 2), new KeyGroupRange(3, 5), new KeyGroupRange(6, 7));
    assertThat(plan.get(0).keyed()).containsExactly(keyed(0, 3));
    assertThat(plan.get(1).keyed()).containsExactly(keyed(0, 3), keyed(4, 7));
    assertThat(plan.get(2).keyed()).containsExactly(keyed(4, 7));
  }

  @Test
  @Tag("FLINK-40113")
  void plan_keyedStateOfOtherMaxParallelism_refused() {
    OperatorSnapshot old = snapshot(8, keyedOnly(keyed(0, 7)));
    assertThatThrownBy(() -> RescalePlanner.plan(old, 1, 16))
        .isInstanceOf(IncompatibleStateException.class)
        .hasMessageContaining("totals")
        .hasMessageContaining("max parallelism 8")
        .hasMessageContaining("max parallelism 16")
        .hasMessageContaining("set the operator's max parallelism to 8");
  }

  @Test
  void plan_noKeyedStateAndOtherMaxParallelism_allowed() {
    OperatorSnapshot old = snapshot(8, operatorOnly(operator("o", StateKind.SPLIT_LIST, 1)));
    assertThat(RescalePlanner.plan(old, 2, 16)).hasSize(2);
  }

  @Test
  void plan_keyGroupsNotHeldExactlyOnce_corruption() {
    List<List<KeyedStateHandle>> broken =
        List.of(
            List.of(keyed(0, 3)),
            List.of(keyed(1, 7)),
            List.of(keyed(0, 2), keyed(4, 7)),
            List.of(keyed(0, 4), keyed(4, 7)),
            List.of(keyed(0, 7), keyed(0, 7)),
            List.of(keyed(0, 8)),
            List.of(keyed(0, 7), keyed(2, 3)));
    for (List<KeyedStateHandle> handles : broken) {
      OperatorSnapshot old = snapshot(8, new SubtaskState(handles, List.of()));
      assertThatThrownBy(() -> RescalePlanner.plan(old, 2, 8))
          .as("%s", handles)
          .isInstanceOf(CorruptionException.class)
          .hasMessageContaining("totals");
    }
  }

  @Test
  void plan_sameParallelism_splitListsStayWhereTheyWere() {
    OperatorStateHandle few = operator("o", StateKind.SPLIT_LIST, 1);
    OperatorStateHandle many = operator("o", StateKind.SPLIT_LIST, 9);
    List<SubtaskAssignment> plan =
        RescalePlanner.plan(snapshot(8, operatorOnly(few), operatorOnly(many)), 2, 8);
    assertThat(plan.get(0).operator()).containsExactly(new OperatorStateSlice(few, "o", 0, 1));
    assertThat(plan.get(1).operator()).containsExactly(new OperatorStateSlice(many, "o", 0, 9));
  }

  @Test
  void plan_splitListTwoToThree_dealtOutInRuns() {
    OperatorStateHandle first = operator("o", StateKind.SPLIT_LIST, 1);
    OperatorStateHandle second = operator("o", StateKind.SPLIT_LIST, 6);
    List<SubtaskAssignment> plan =
        RescalePlanner.plan(snapshot(8, operatorOnly(first), operatorOnly(second)), 3, 8);
    assertThat(plan.get(0).operator())
        .containsExactly(
            new OperatorStateSlice(first, "o", 0, 1), new OperatorStateSlice(second, "o", 0, 2));
    assertThat(plan.get(1).operator()).containsExactly(new OperatorStateSlice(second, "o", 2, 4));
    assertThat(plan.get(2).operator()).containsExactly(new OperatorStateSlice(second, "o", 4, 6));
  }

  @Test
  void plan_unionAndBroadcast_wholeToEach() {
    OperatorStateHandle union0 = operator("u", StateKind.UNION_LIST, 2);
    OperatorStateHandle union1 = operator("u", StateKind.UNION_LIST, 3);
    OperatorStateHandle rules0 = operator("b", StateKind.BROADCAST, 4);
    OperatorStateHandle rules1 = operator("b", StateKind.BROADCAST, 4);
    OperatorSnapshot old = snapshot(8, operatorOnly(union0, rules0), operatorOnly(union1, rules1));
    List<SubtaskAssignment> plan = RescalePlanner.plan(old, 3, 8);
    for (int i = 0; i < 3; i++) {
      assertThat(plan.get(i).operator())
          .containsExactly(
              new OperatorStateSlice(union0, "u", 0, 2),
              new OperatorStateSlice(union1, "u", 0, 3),
              new OperatorStateSlice(i % 2 == 0 ? rules0 : rules1, "b", 0, 4));
    }
  }

  @Test
  void plan_oneStateOfTwoKinds_corruption() {
    OperatorSnapshot old =
        snapshot(
            8,
            operatorOnly(operator("o", StateKind.SPLIT_LIST, 1)),
            operatorOnly(operator("o", StateKind.UNION_LIST, 1)));
    assertThatThrownBy(() -> RescalePlanner.plan(old, 2, 8))
        .isInstanceOf(CorruptionException.class)
        .hasMessageContaining("SPLIT_LIST and UNION_LIST");
  }

  @Test
  void plan_moreElementsThanALongHolds_corruption() {
    OperatorSnapshot old =
        snapshot(
            8,
            operatorOnly(operator("o", StateKind.SPLIT_LIST, Long.MAX_VALUE)),
            operatorOnly(operator("o", StateKind.SPLIT_LIST, 1)));
    assertThatThrownBy(() -> RescalePlanner.plan(old, 3, 8))
        .isInstanceOf(CorruptionException.class);
  }

  @Test
  void plan_anySizes_eachElementAndKeyGroupGoesToExactlyOne() {
    for (int seed = 0; seed < 2_000; seed++) {
      Random random = new Random(seed);
      int max = 1 + random.nextInt(200);
      int before = 1 + random.nextInt(Math.min(max, 12));
      int after = 1 + random.nextInt(Math.min(max, 12));
      SubtaskState[] subtasks = new SubtaskState[before];
      List<String> elements = new ArrayList<>();
      for (int i = 0; i < before; i++) {
        KeyGroupRange range = KeyGroups.rangeOf(max, before, i);
        int count = random.nextInt(6);
        for (int e = 0; e < count; e++) {
          elements.add(i + "/" + e);
        }
        OperatorStateHandle handle = operator("list " + i, StateKind.UNION_LIST, 1);
        OperatorStateHandle split =
            new OperatorStateHandle(
                List.of(new OperatorStateHandle.Part("o", StateKind.SPLIT_LIST, count)),
                new StreamHandle.Inline(new UUID(0, i), 0, new byte[0]));
        subtasks[i] =
            new SubtaskState(List.of(keyed(range.first(), range.last())), List.of(handle, split));
      }
      List<SubtaskAssignment> plan = RescalePlanner.plan(snapshot(max, subtasks), after, max);
      checkPlan("seed " + seed, plan, max, elements, before == after);
    }
  }

  private static void checkPlan(
      String seed,
      List<SubtaskAssignment> plan,
      int max,
      List<String> elements,
      boolean unchanged) {
    List<String> dealt = new ArrayList<>();
    int next = 0;
    int least = Integer.MAX_VALUE;
    int most = 0;
    for (SubtaskAssignment assignment : plan) {
      assertThat(assignment.range().first()).as(seed).isEqualTo(next);
      next = assignment.range().last() + 1;
      Set<Integer> readable = new HashSet<>();
      for (KeyedStateHandle handle : assignment.keyed()) {
        assertThat(handle.range().intersects(assignment.range())).as(seed).isTrue();
        for (int g = handle.range().first(); g <= handle.range().last(); g++) {
          assertThat(readable.add(g)).as(seed).isTrue();
        }
      }
      for (int g = assignment.range().first(); g <= assignment.range().last(); g++) {
        assertThat(readable).as(seed).contains(g);
      }
      int own = 0;
      for (OperatorStateSlice slice : assignment.operator()) {
        if (slice.state().equals("o")) {
          long source = slice.handle().data().fileId().getLeastSignificantBits();
          for (long e = slice.fromElement(); e < slice.toElement(); e++) {
            dealt.add(source + "/" + e);
            own++;
          }
        }
      }
      least = Math.min(least, own);
      most = Math.max(most, own);
    }
    assertThat(next).as(seed).isEqualTo(max);
    assertThat(dealt).as(seed).isEqualTo(elements);
    assertThat(unchanged || most - least <= 1).as(seed).isTrue();
  }

  @Test
  void matchOperators_stateOfUnknownOperator_refusedUnlessAllowed() {
    OperatorSnapshot known = new OperatorSnapshot("totals", 1, 8, List.of(keyedOnly(keyed(0, 7))));
    OperatorSnapshot gone = new OperatorSnapshot("old", 1, 8, List.of(keyedOnly(keyed(0, 7))));
    OperatorSnapshot empty = new OperatorSnapshot("map", 1, 8, List.of(SubtaskState.EMPTY));
    List<OperatorSnapshot> written = List.of(known, gone, empty);
    Set<String> job = Set.of("totals", "new");
    assertThatThrownBy(() -> RescalePlanner.matchOperators(written, job, false))
        .isInstanceOf(IncompatibleStateException.class)
        .hasMessageContaining("state of \"old\"")
        .hasMessageContaining("allowDropped");
    assertThat(RescalePlanner.matchOperators(written, job, true))
        .isEqualTo(Map.of("totals", known));
    assertThat(RescalePlanner.matchOperators(List.of(known, empty), job, false))
        .containsOnlyKeys("totals");
  }
}
