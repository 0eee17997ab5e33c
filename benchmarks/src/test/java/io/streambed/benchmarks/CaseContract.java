package io.streambed.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.benchmarks.FaultyBackend.Fault;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** All cases on a backend that is right, and on the same one with faults. */
public abstract class CaseContract {
  private static final int ENTRIES = 1_000;
  private static final int BATCHES = 5;

  /** A new backend without state. */
  protected abstract Backend open() throws Exception;

  private static void run(Operation operation) throws Exception {
    for (int i = 0; i < BATCHES; i++) {
      operation.prepare();
      operation.run();
      operation.check();
    }
  }

  @Test
  void allCases_giveRightAnswersAndALineEach() throws Exception {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    Fork fork =
        new Fork(
            (name, memory) -> open(), "any", new Harness(0, 0), new PrintStream(printed, true));
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
      try (Backend backend = open()) {
        Workload workload = Workload.of(kind, backend, ENTRIES);
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
        case VALUE_UPDATE,
            VALUE_GET_UPDATE,
            TTL_UPDATE,
            TTL_GET_UPDATE,
            MAP_UPDATE,
            MAP_PUT_ALL,
            LIST_APPEND,
            LIST_APPEND_EACH,
            LIST_APPEND_ALL,
            WINDOW_GET_UPDATE -> {
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
  @MethodSource("io.streambed.benchmarks.CaseContract#faults")
  void aWrongBackend_isNoticed(Case measured, Fault fault) throws Exception {
    try (Backend backend = open()) {
      FaultyBackend faulty = new FaultyBackend(backend, fault);
      Workload workload = Workload.of(measured.kind, faulty, ENTRIES);
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
    try (Backend backend = new FaultyBackend(open(), Fault.DROPS_WRITES)) {
      Held.Entries state = held.open(backend);
      for (int number = 0; number < ENTRIES; number++) {
        state.set(number, true);
      }
      assertThat(entries(held, backend)).isEqualTo(ENTRIES);
      for (int number = 1; number < ENTRIES; number++) {
        state.set(number, false);
      }
      assertThat(entries(held, backend)).isEqualTo(1);
      state.set(0, false);
      assertThat(entries(held, backend)).isZero();
    }
  }

  private static int entries(Held held, Backend backend) throws Exception {
    return switch (held) {
      case VALUE -> values(backend, backend.values(Held.NAME));
      case TTL -> values(backend, backend.expiringValues(Held.NAME));
      case MAP, LARGE_MAP -> maps(backend);
      case TIMER -> timers(backend);
    };
  }

  private static int values(Backend backend, Backend.OneValue state) throws Exception {
    int present = 0;
    for (int number = 0; number < ENTRIES; number++) {
      backend.setCurrentKey(Scatter.key(number));
      present += state.value() == null ? 0 : 1;
    }
    return present;
  }

  private static int maps(Backend backend) throws Exception {
    Backend.OneMap state = backend.maps(Held.NAME);
    int present = 0;
    for (int number = ENTRIES; number >= 0; number--) {
      backend.setCurrentKey(Scatter.key(number));
      present += entries(state);
    }
    // The large map's key is current again then.
    backend.setCurrentKey(1L);
    return present + entries(state);
  }

  private static int entries(Backend.OneMap state) throws Exception {
    int present = 0;
    for (Map.Entry<Long, Long> entry : state.entries()) {
      present += entry.getKey() == null ? 0 : 1;
    }
    return present;
  }

  /** Fires all timers, and registers them again. */
  private static int timers(Backend backend) throws Exception {
    Backend.Timers timers = backend.timers(Held.NAME);
    Map<Long, Long> fired = new HashMap<>();
    for (long first = timers.firstMillis();
        first != Backend.Timers.NONE;
        first = timers.firstMillis()) {
      fired.put(timers.fire(first), first);
    }
    fired.forEach(
        (key, millis) -> {
          backend.setCurrentKey(key);
          timers.register(millis);
        });
    return fired.size();
  }
}
