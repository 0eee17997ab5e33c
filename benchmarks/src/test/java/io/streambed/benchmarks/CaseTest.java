package io.streambed.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.benchmarks.FaultyBackend.Fault;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.runtime.state.InternalPriorityQueue;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class CaseTest {
  private static final int ENTRIES = 1_000;
  private static final int BATCHES = 5;
  private static final long MANAGED_BYTES = 1 << 20;

  private static void run(Operation operation) throws Exception {
    for (int i = 0; i < BATCHES; i++) {
      operation.prepare();
      operation.run();
      operation.check();
    }
  }

  @Test
  void allCases_onHashmap_giveRightAnswersAndALineEach() throws Exception {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    Fork fork = new Fork("hashmap", new Harness(0, 0), new PrintStream(printed, true));
    fork.measure(ENTRIES, EnumSet.allOf(Case.class));
    List<String[]> lines = printed.toString().lines().map(line -> line.split("\t")).toList();
    assertThat(lines).allSatisfy(line -> assertThat(line).startsWith("case", "" + ENTRIES));
    assertThat(lines.stream().map(line -> line[2]))
        .containsExactlyElementsOf(Arrays.stream(Case.values()).map(Case::id).toList());
    assertThat(lines).allSatisfy(line -> assertThat(Long.parseLong(line[4])).isPositive());
  }

  @Test
  void casesOfAKind_afterOneAnother_giveRightAnswers() throws Exception {
    // Backwards too: what one case leaves behind is what the next has to expect.
    List<Case> cases = new ArrayList<>(List.of(Case.values()));
    for (int i = Case.values().length - 1; i >= 0; i--) {
      cases.add(Case.values()[i]);
    }
    for (Case.Kind kind : Case.Kind.values()) {
      try (Backend backend = Backend.open("hashmap", MANAGED_BYTES)) {
        Workload workload = Workload.of(kind, backend.keyed(), ENTRIES);
        workload.fill();
        for (Case measured : cases) {
          if (measured.kind == kind) {
            run(workload.operation(measured));
          }
        }
      }
    }
  }

  static Stream<Arguments> faults() {
    List<Arguments> faults = new ArrayList<>();
    for (Case measured : Case.values()) {
      switch (measured) {
        case VALUE_MISS, MAP_CONTAINS_ABSENT ->
            faults.add(Arguments.of(measured, Fault.FINDS_WHAT_IS_ABSENT));
        case VALUE_UPDATE, VALUE_GET_UPDATE, MAP_UPDATE, LIST_APPEND, WINDOW_GET_UPDATE -> {
          faults.add(Arguments.of(measured, Fault.DROPS_WRITES));
          faults.add(Arguments.of(measured, Fault.STAYS_AT_PREVIOUS_KEY));
        }
        case TIMER_AGAIN, TIMER_DELETE_REGISTER, TIMER_FIRE -> {
          faults.add(Arguments.of(measured, Fault.DROPS_WRITES));
          faults.add(Arguments.of(measured, Fault.FIRES_TWICE));
        }
        default -> faults.add(Arguments.of(measured, Fault.STAYS_AT_PREVIOUS_KEY));
      }
    }
    return faults.stream();
  }

  @ParameterizedTest
  @MethodSource("faults")
  void aWrongBackend_isNoticed(Case measured, Fault fault) throws Exception {
    try (Backend backend = Backend.open("hashmap", MANAGED_BYTES)) {
      FaultyBackend faulty = new FaultyBackend(backend.keyed(), fault);
      Workload workload = Workload.of(measured.kind, faulty.backend(), ENTRIES);
      workload.fill();
      Operation operation = workload.operation(measured);
      run(operation);
      faulty.breakIt();
      assertThatThrownBy(() -> run(operation))
          .isInstanceOf(WrongAnswerException.class)
          .hasMessageContaining("of key");
    }
  }

  @ParameterizedTest
  @EnumSource
  void held_addsAndRemovesWhatItIsToldTo(Held held) throws Exception {
    try (Backend backend = Backend.open("hashmap", MANAGED_BYTES)) {
      InternalPriorityQueue<?>[] queue = new InternalPriorityQueue<?>[1];
      Held.Entries state = held.open(withQueueKept(backend.keyed(), queue));
      for (int number = 0; number < ENTRIES; number++) {
        state.set(number, true);
      }
      assertThat(entries(held, backend.keyed(), queue[0])).isEqualTo(ENTRIES);
      for (int number = 1; number < ENTRIES; number++) {
        state.set(number, false);
      }
      assertThat(entries(held, backend.keyed(), queue[0])).isEqualTo(1);
      state.set(0, false);
      assertThat(entries(held, backend.keyed(), queue[0])).isZero();
    }
  }

  /** A backend that leaves the queue that it makes where the test finds it. */
  @SuppressWarnings("unchecked")
  private static KeyedStateBackend<Long> withQueueKept(
      KeyedStateBackend<Long> real, InternalPriorityQueue<?>[] kept) {
    return (KeyedStateBackend<Long>)
        Proxy.newProxyInstance(
            CaseTest.class.getClassLoader(),
            new Class<?>[] {KeyedStateBackend.class},
            (self, method, arguments) -> {
              Object result = method.invoke(real, arguments);
              if (result instanceof InternalPriorityQueue<?> queue) {
                kept[0] = queue;
              }
              return result;
            });
  }

  private static int entries(
      Held held, KeyedStateBackend<Long> backend, InternalPriorityQueue<?> queue) throws Exception {
    if (held == Held.TIMER) {
      return queue.size();
    }
    List<Long> keys = backend.<VoidNamespace>getKeys("held", VoidNamespace.INSTANCE).toList();
    if (held == Held.VALUE) {
      return keys.size();
    }
    MapState<Long, Long> map =
        backend.getPartitionedState(
            VoidNamespace.INSTANCE,
            VoidNamespaceSerializer.INSTANCE,
            new MapStateDescriptor<>("held", LongSerializer.INSTANCE, LongSerializer.INSTANCE));
    int entries = 0;
    for (Long key : keys) {
      backend.setCurrentKey(key);
      for (Long userKey : map.keys()) {
        entries += userKey == null ? 0 : 1;
      }
    }
    return entries;
  }

  @Test
  void aBackendThatDoesNotExist_isToldByItsName() {
    assertThatThrownBy(() -> Backend.open("no.such.Factory", MANAGED_BYTES))
        .hasMessageContaining("no.such.Factory");
  }

  @Test
  void named_givesCasesOfAKindOneOrAll() {
    assertThat(Case.named("list")).containsExactly(Case.LIST_READ, Case.LIST_APPEND);
    assertThat(Case.named("value-get-update")).containsExactly(Case.VALUE_GET_UPDATE);
    assertThat(Case.named("all")).containsExactly(Case.values());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Case.named("value-"))
        .withMessageContaining("'value-'")
        .withMessageContaining("map-iterate");
  }

  @Test
  void keys_ofDifferentNumbers_differ() {
    long[] keys = new long[2 * ENTRIES];
    for (int i = 0; i < ENTRIES; i++) {
      keys[i] = Scatter.key(i);
      keys[ENTRIES + i] = Scatter.absentKey(i);
    }
    assertThat(Arrays.stream(keys).distinct()).hasSize(2 * ENTRIES);
  }

  @Test
  void harness_preparesAndChecksEachBatchItRuns() throws Exception {
    StringBuilder steps = new StringBuilder();
    Operation operation =
        new Operation() {
          @Override
          public void prepare() {
            steps.append('p');
          }

          @Override
          public void run() {
            steps.append('r');
          }

          @Override
          public void check() {
            steps.append('c');
          }
        };
    assertThat(new Harness(0, 0).measure(operation).operations()).isEqualTo(Batch.SIZE);
    assertThat(steps.toString())
        .matches("(prc){%d,%d}".formatted(WarmUp.QUIET_ROUNDS + 1, WarmUp.MAX_ROUNDS + 1));
  }
}
