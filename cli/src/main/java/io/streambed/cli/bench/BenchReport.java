package io.streambed.cli.bench;

import io.streambed.cli.bench.ForkResult.CaseTime;
import io.streambed.cli.bench.ForkResult.Held;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * The results of all forks: medians, and ratios to the first backend, which is the measure of the
 * others. One thread.
 */
public final class BenchReport {
  /** A ratio below this is marked as a loss. */
  public static final double LOSS = 0.8;

  private final List<String> backends;
  private final Map<Integer, Map<String, Map<String, List<CaseTime>>>> times = new TreeMap<>();
  private final Map<Integer, Map<String, Map<String, List<Held>>>> held = new TreeMap<>();

  /**
   * An empty report.
   *
   * @param backends names in the order of the columns; the first is what others are compared with
   */
  public BenchReport(List<String> backends) {
    this.backends = List.copyOf(backends);
  }

  /**
   * One case at one size on one backend.
   *
   * @param entries number of entries in the state
   * @param id the case
   * @param backend the backend's name
   * @param forks how many forks measured it
   * @param cpuNanos processor time of the thread for one operation
   * @param wallNanos time on the wall for one operation
   * @param ratio how many times as fast as the first backend, by the medians of processor time; NaN
   *     where that was not measured
   */
  public record Line(
      int entries,
      String id,
      String backend,
      int forks,
      Spread cpuNanos,
      Spread wallNanos,
      double ratio) {
    /** Whether this backend is much slower here. */
    public boolean isLoss() {
      return ratio < LOSS;
    }
  }

  /**
   * What a state takes, in bytes for each entry that it holds.
   *
   * @param entries number of entries that were put in
   * @param id the kind of state, with {@code -after-peak} if most entries were removed again
   * @param backend the backend's name
   * @param heap live in the heap
   * @param resident memory outside the heap
   * @param files below the working directory
   * @param ratio heap bytes in terms of the first backend's; NaN where that was not measured
   */
  public record MemoryLine(
      int entries,
      String id,
      String backend,
      Spread heap,
      Spread resident,
      Spread files,
      double ratio) {}

  /** Takes up what a fork of a backend told; of one that failed, what it told before. */
  public void add(String backend, ForkResult result) {
    for (CaseTime time : result.times()) {
      times
          .computeIfAbsent(time.entries(), entries -> new LinkedHashMap<>())
          .computeIfAbsent(time.id(), id -> new LinkedHashMap<>())
          .computeIfAbsent(backend, name -> new ArrayList<>())
          .add(time);
    }
    for (Held one : result.held()) {
      held.computeIfAbsent(one.entries(), entries -> new LinkedHashMap<>())
          .computeIfAbsent(one.id(), id -> new LinkedHashMap<>())
          .computeIfAbsent(backend, name -> new ArrayList<>())
          .add(one);
    }
  }

  /** All lines: by size, then case, then backend in the order given. */
  public List<Line> lines() {
    List<Line> lines = new ArrayList<>();
    times.forEach(
        (entries, cases) ->
            cases.forEach(
                (id, measured) -> {
                  double base = median(measured.get(backends.get(0)), CaseTime::cpuNanos);
                  for (String backend : backends) {
                    List<CaseTime> forks = measured.get(backend);
                    if (forks != null) {
                      Spread cpu = spread(forks, CaseTime::cpuNanos);
                      Spread wall = spread(forks, CaseTime::wallNanos);
                      double ratio = base / cpu.median();
                      lines.add(new Line(entries, id, backend, forks.size(), cpu, wall, ratio));
                    }
                  }
                }));
    return lines;
  }

  /** Memory: by size, then kind of state, then backend in the order given. */
  public List<MemoryLine> memory() {
    List<MemoryLine> lines = new ArrayList<>();
    held.forEach(
        (entries, kinds) ->
            kinds.forEach(
                (id, measured) -> {
                  double base = median(measured.get(backends.get(0)), Held::heap);
                  for (String backend : backends) {
                    List<Held> forks = measured.get(backend);
                    if (forks != null) {
                      Spread heap = spread(forks, Held::heap);
                      Spread resident = spread(forks, Held::resident);
                      Spread files = spread(forks, Held::files);
                      double ratio = heap.median() / base;
                      lines.add(new MemoryLine(entries, id, backend, heap, resident, files, ratio));
                    }
                  }
                }));
    return lines;
  }

  private static <T> double median(List<T> forks, ToDoubleFunction<T> figure) {
    return forks == null ? Double.NaN : spread(forks, figure).median();
  }

  private static <T> Spread spread(List<T> forks, ToDoubleFunction<T> figure) {
    return Spread.of(forks.stream().map(figure::applyAsDouble).toList());
  }
}
