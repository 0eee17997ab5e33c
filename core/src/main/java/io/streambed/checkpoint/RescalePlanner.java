package io.streambed.checkpoint;

import io.streambed.error.CorruptionException;
import io.streambed.error.IncompatibleStateException;
import io.streambed.key.KeyGroupRange;
import io.streambed.key.KeyGroups;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.OperatorStateHandle;
import io.streambed.snapshot.OperatorStateSlice;
import io.streambed.state.StateKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Deals out the state of a checkpoint to the subtasks that restore it. Pure functions.
 *
 * <ul>
 *   <li>Keyed state goes by key group: each new subtask reads the containers that hold some of its
 *       groups.
 *   <li>A split list is dealt out evenly in runs, in the order of the old subtasks; with unchanged
 *       parallelism each subtask keeps its own.
 *   <li>A union list goes to each in whole.
 *   <li>Broadcast state, the same in all, goes from old subtask {@code i % old parallelism} to
 *       {@code i}.
 * </ul>
 */
public final class RescalePlanner {
  private RescalePlanner() {}

  /**
   * Plans what each new subtask reads.
   *
   * @param snapshot the operator's state
   * @param newParallelism number of new subtasks, 1 to newMaxParallelism
   * @param newMaxParallelism number of key groups of the job; the checkpoint's, if there is keyed
   *     state
   * @return one assignment per new subtask, by index
   * @throws IncompatibleStateException if there is keyed state of another number of key groups
   * @throws CorruptionException if the containers do not hold each key group exactly once, or hold
   *     one state as two kinds
   */
  public static List<SubtaskAssignment> plan(
      OperatorSnapshot snapshot, int newParallelism, int newMaxParallelism) {
    KeyGroups.checkParallelism(newMaxParallelism, newParallelism);
    List<KeyedStateHandle> keyed =
        snapshot.subtasks().stream().flatMap(subtask -> subtask.keyed().stream()).toList();
    if (!keyed.isEmpty()) {
      checkMaxParallelism(snapshot, newMaxParallelism);
      checkCoverage(snapshot, keyed);
    }
    List<List<OperatorStateSlice>> operator = new ArrayList<>();
    for (int i = 0; i < newParallelism; i++) {
      operator.add(new ArrayList<>());
    }
    kinds(snapshot).forEach((state, kind) -> deal(slices(snapshot, state), kind, operator));
    List<SubtaskAssignment> plan = new ArrayList<>();
    for (int i = 0; i < newParallelism; i++) {
      KeyGroupRange range = KeyGroups.rangeOf(newMaxParallelism, newParallelism, i);
      List<KeyedStateHandle> mine =
          keyed.stream().filter(handle -> handle.range().intersects(range)).toList();
      plan.add(new SubtaskAssignment(i, range, mine, operator.get(i)));
    }
    return plan;
  }

  private static void checkMaxParallelism(OperatorSnapshot snapshot, int newMaxParallelism) {
    if (snapshot.maxParallelism() != newMaxParallelism) {
      throw new IncompatibleStateException(
          "operator \"" + snapshot.operatorId() + "\"",
          "keyed state of max parallelism " + snapshot.maxParallelism(),
          "max parallelism " + newMaxParallelism,
          "It is fixed for the life of keyed state: set the operator's max parallelism to "
              + snapshot.maxParallelism()
              + ".");
    }
  }

  private static void checkCoverage(OperatorSnapshot snapshot, List<KeyedStateHandle> keyed) {
    List<KeyGroupRange> ranges =
        keyed.stream()
            .map(KeyedStateHandle::range)
            .sorted(Comparator.comparingInt(KeyGroupRange::first))
            .toList();
    int next = 0;
    for (KeyGroupRange range : ranges) {
      if (range.first() != next) {
        throw coverage(snapshot, "key group " + next, ranges);
      }
      next = range.last() + 1;
    }
    if (next != snapshot.maxParallelism()) {
      throw coverage(snapshot, snapshot.maxParallelism() + " key groups", ranges);
    }
  }

  private static CorruptionException coverage(
      OperatorSnapshot snapshot, String expected, List<KeyGroupRange> ranges) {
    String found = ranges.size() > 20 ? ranges.subList(0, 20) + " ..." : ranges.toString();
    return new CorruptionException(
        resource(snapshot), -1, expected + " exactly once", "containers of key groups " + found);
  }

  private static String resource(OperatorSnapshot snapshot) {
    return "the state of operator \"" + snapshot.operatorId() + "\"";
  }

  private static Map<String, StateKind> kinds(OperatorSnapshot snapshot) {
    Map<String, StateKind> kinds = new LinkedHashMap<>();
    for (SubtaskState subtask : snapshot.subtasks()) {
      for (OperatorStateHandle handle : subtask.operator()) {
        Set<String> names = new HashSet<>();
        for (OperatorStateHandle.Part part : handle.states()) {
          StateKind other = kinds.putIfAbsent(part.name(), part.kind());
          if (other != null && other != part.kind() || !names.add(part.name())) {
            throw new CorruptionException(
                resource(snapshot),
                -1,
                "state \"" + part.name() + "\" of one kind, once in a container",
                other + " and " + part.kind());
          }
        }
      }
    }
    return kinds;
  }

  /** A state's elements by old subtask. */
  private static List<List<OperatorStateSlice>> slices(OperatorSnapshot snapshot, String state) {
    List<List<OperatorStateSlice>> slices = new ArrayList<>();
    long total = 0;
    for (SubtaskState subtask : snapshot.subtasks()) {
      List<OperatorStateSlice> own = new ArrayList<>();
      for (OperatorStateHandle handle : subtask.operator()) {
        for (OperatorStateHandle.Part part : handle.states()) {
          if (part.name().equals(state) && part.elements() > 0) {
            own.add(new OperatorStateSlice(handle, state, 0, part.elements()));
            total += part.elements();
          }
          if (total < 0) {
            throw new CorruptionException(
                resource(snapshot), -1, "a possible number of elements", "an overflow of them");
          }
        }
      }
      slices.add(own);
    }
    return slices;
  }

  private static void deal(
      List<List<OperatorStateSlice>> old, StateKind kind, List<List<OperatorStateSlice>> target) {
    List<OperatorStateSlice> all = old.stream().flatMap(List::stream).toList();
    switch (kind) {
      case UNION_LIST -> target.forEach(slices -> slices.addAll(all));
      case BROADCAST -> keepOwn(old, target);
      case SPLIT_LIST -> {
        if (old.size() == target.size()) {
          keepOwn(old, target);
        } else {
          split(all, target);
        }
      }
      default -> throw new IllegalArgumentException(kind + " is no kind of operator state");
    }
  }

  private static void keepOwn(
      List<List<OperatorStateSlice>> old, List<List<OperatorStateSlice>> target) {
    for (int i = 0; i < target.size(); i++) {
      target.get(i).addAll(old.get(i % old.size()));
    }
  }

  private static void split(List<OperatorStateSlice> all, List<List<OperatorStateSlice>> target) {
    long total = all.stream().mapToLong(OperatorStateSlice::size).sum();
    int slice = 0;
    long taken = 0;
    for (int i = 0; i < target.size(); i++) {
      long want = total / target.size() + (i < total % target.size() ? 1 : 0);
      while (want > 0) {
        OperatorStateSlice source = all.get(slice);
        long n = Math.min(want, source.size() - taken);
        target
            .get(i)
            .add(new OperatorStateSlice(source.handle(), source.state(), taken, taken + n));
        want -= n;
        taken += n;
        if (taken == source.size()) {
          slice++;
          taken = 0;
        }
      }
    }
  }

  /**
   * Pairs a checkpoint's operators with a job's.
   *
   * @param written the checkpoint's operators
   * @param jobOperatorIds the job's
   * @param allowDropped whether state of operators that the job does not have may be left behind
   * @return by id, the operators that both have, in the checkpoint's order; one of the job that is
   *     not among them starts empty
   * @throws IncompatibleStateException if the checkpoint has state of operators that the job does
   *     not have, and that is not allowed
   */
  public static Map<String, OperatorSnapshot> matchOperators(
      List<OperatorSnapshot> written, Set<String> jobOperatorIds, boolean allowDropped) {
    Map<String, OperatorSnapshot> matched = new LinkedHashMap<>();
    List<String> dropped = new ArrayList<>();
    for (OperatorSnapshot operator : written) {
      if (jobOperatorIds.contains(operator.operatorId())) {
        matched.put(operator.operatorId(), operator);
      } else if (!operator.subtasks().stream().allMatch(SubtaskState.EMPTY::equals)) {
        dropped.add("\"" + operator.operatorId() + "\"");
      }
    }
    if (!dropped.isEmpty() && !allowDropped) {
      throw new IncompatibleStateException(
          "operators",
          "state of " + String.join(", ", dropped),
          "only \"" + String.join("\", \"", jobOperatorIds.stream().sorted().toList()) + "\"",
          "Give the operators their ids back, or leave that state behind: set allowDropped"
              + " (--allow-dropped-state on the command line).");
    }
    return matched;
  }
}
