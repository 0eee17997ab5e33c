package io.streambed.benchmarks;

import io.streambed.benchmarks.Harness.Measurement;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * What a JVM does that measures one backend. Prints lines of words separated by tabs: {@code case
 * ENTRIES ID OPERATIONS CPU_NANOS WALL_NANOS}, {@code memory ENTRIES ID HELD HEAP RESIDENT FILES}
 * (growth in bytes of a state that had so many entries and holds so many), {@code failed REASON},
 * {@code done}.
 */
public final class Fork {
  private static final int FAILED = 1;
  private static final int USAGE = 2;

  /** Enough entries to compile all code, few enough to be in the processor's caches. */
  private static final int WARM_UP_ENTRIES = 2_000;

  /** With fewer, what else the JVM allocates would be a part of the figure. */
  private static final int MIN_WEIGHED_ENTRIES = 100_000;

  /** With more, filling and emptying states would take longer than all cases. */
  private static final int MAX_PEAK_ENTRIES = 2_000_000;

  private static final long MANAGED_BYTES = 1L << 30;

  private final Backend.Opener backends;
  private final String type;
  private final Harness harness;
  private final PrintStream out;

  Fork(Backend.Opener backends, String type, Harness harness, PrintStream out) {
    this.backends = backends;
    this.type = type;
    this.harness = harness;
    this.out = out;
  }

  /**
   * Measures.
   *
   * @param backends makes the backend
   * @param arguments the backend's name; numbers of entries, then names of cases, each separated by
   *     commas; milliseconds of a round of {@link WarmUp} and of the measurement of each case
   * @return the exit code: 0 done, 1 the backend failed, 2 wrong arguments
   */
  public static int run(Backend.Opener backends, String[] arguments) {
    PrintStream out = System.out;
    Set<Case> cases = EnumSet.noneOf(Case.class);
    List<Integer> sizes;
    Fork fork;
    try {
      sizes = Arrays.stream(arguments[1].split(",")).map(Integer::valueOf).sorted().toList();
      for (String name : arguments[2].split(",")) {
        cases.addAll(Case.named(name));
      }
      Harness harness = new Harness(nanos(arguments[3]), nanos(arguments[4]));
      fork = new Fork(backends, arguments[0], harness, out);
    } catch (IllegalArgumentException e) {
      out.println("failed\t" + e.getMessage());
      return USAGE;
    }
    return fork.run(sizes, cases);
  }

  private static long nanos(String millis) {
    return TimeUnit.MILLISECONDS.toNanos(Long.parseLong(millis));
  }

  private int run(List<Integer> sizes, Set<Case> cases) {
    try {
      PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
      new Fork(backends, type, new Harness(harness.roundNanos(), 0), nowhere)
          .measure(WARM_UP_ENTRIES, cases);
      for (int entries : sizes) {
        measure(entries, cases);
      }
      out.println("done");
      return 0;
    } catch (Exception | Error e) {
      // Anything a backend throws is a result: it is told, and where from for whoever mends it.
      e.printStackTrace();
      out.println("failed\t" + e.toString().replaceAll("\\s+", " "));
      return FAILED;
    }
  }

  /** Measures the cases, kind by kind: each kind on a fresh backend. */
  void measure(int entries, Set<Case> cases) throws Exception {
    for (Case.Kind kind : Case.Kind.values()) {
      Set<Case> ofKind = EnumSet.copyOf(cases);
      ofKind.removeIf(c -> c.kind != kind);
      if (ofKind.isEmpty()) {
        continue;
      }
      try (Backend backend = backends.open(type, MANAGED_BYTES)) {
        measure(backend, entries, ofKind);
      }
      for (Held held : Held.of(kind)) {
        boolean withPeak = entries <= MAX_PEAK_ENTRIES;
        if (entries >= MIN_WEIGHED_ENTRIES && (withPeak || held == Held.VALUE)) {
          weigh(held, entries, withPeak);
        }
      }
    }
  }

  /** Weighs a full state, and what is left of it when all but a few entries are removed. */
  private void weigh(Held held, int entries, boolean withPeak) throws Exception {
    try (Backend backend = backends.open(type, MANAGED_BYTES)) {
      Held.Entries state = held.open(backend);
      Path directory = Path.of(System.getProperty("java.io.tmpdir"));
      Memory before = Memory.now(directory);
      for (int number = 0; number < entries; number++) {
        state.set(number, true);
      }
      print(held.id(), entries, entries, Memory.now(directory).minus(before));
      if (!withPeak) {
        return;
      }
      int left = 0;
      for (int number = 0; number < entries; number++) {
        if (number % Held.LEFT == 0) {
          left++;
        } else {
          state.set(number, false);
        }
      }
      print(held.id() + "-after-peak", entries, left, Memory.now(directory).minus(before));
    }
  }

  private void print(String id, int entries, int held, Memory grown) {
    print("memory", entries, id, held, grown.heapBytes(), grown.residentBytes(), grown.fileBytes());
  }

  /** Measures cases of one kind on a backend without state. */
  void measure(Backend backend, int entries, Set<Case> cases) throws Exception {
    Case.Kind kind = cases.iterator().next().kind;
    Workload workload = Workload.of(kind, backend, entries);
    workload.fill();
    for (Case measured : cases) {
      Measurement took;
      try {
        took = harness.measure(workload.operation(measured));
      } catch (WrongAnswerException e) {
        throw new WrongCaseException(measured, e);
      }
      print("case", entries, measured.id(), took.operations(), took.cpuNanos(), took.wallNanos());
    }
  }

  private void print(Object... words) {
    StringBuilder line = new StringBuilder();
    for (Object word : words) {
      line.append(line.isEmpty() ? "" : "\t").append(word);
    }
    out.println(line);
    out.flush();
  }

  /** Names the case. */
  private static final class WrongCaseException extends Exception {
    private static final long serialVersionUID = 1L;

    WrongCaseException(Case measured, Exception cause) {
      super(measured.id() + ": " + cause.getMessage(), cause);
    }

    @Override
    public String toString() {
      return getMessage();
    }
  }
}
