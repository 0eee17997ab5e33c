package io.streambed.operator;

import io.streambed.bytes.ByteView;
import io.streambed.error.IncompatibleStateException;
import io.streambed.state.StateKind;
import java.util.ArrayList;
import java.util.List;

/**
 * A restored state that the job has not opened: bytes, in runs that the same serializers wrote. Not
 * changed once the restore is over, so that snapshots may share it.
 */
final class WaitingState {
  private final List<Run> runs = new ArrayList<>();

  /** Elements of one schema. */
  record Run(OperatorStateSchema schema, List<byte[]> elements) implements FrozenState {
    @Override
    public int size() {
      return elements.size();
    }

    @Override
    public ByteView element(int index) {
      return ByteView.of(elements.get(index));
    }

    StoredState stored() {
      long bytes = 0;
      for (byte[] element : elements) {
        bytes += element.length;
      }
      return new StoredState(schema, elements.size(), bytes);
    }
  }

  List<Run> runs() {
    return runs;
  }

  /**
   * What one of so many subtasks writes again if nobody opens the state. A union list was restored
   * in whole by each: its share is an even part of it, so that the next union is the list once more
   * and not once for each subtask.
   */
  List<Run> share(int subtask, int parallelism) {
    if (runs.get(0).schema.kind() != StateKind.UNION_LIST) {
      return runs;
    }
    long total = runs.stream().mapToLong(Run::size).sum();
    long from = total * subtask / parallelism;
    long to = total * (subtask + 1) / parallelism;
    WaitingState share = new WaitingState();
    long first = 0;
    for (Run run : runs) {
      int begin = (int) Math.min(Math.max(from - first, 0), run.size());
      int end = (int) Math.min(Math.max(to - first, 0), run.size());
      share.append(new Run(run.schema, run.elements.subList(begin, end)));
      first += run.size();
    }
    return share.runs;
  }

  /**
   * Appends elements of this state; an empty run counts only while there is no other, to keep the
   * declaration.
   *
   * @throws IncompatibleStateException if its kind is another one than that of the runs before
   */
  void append(Run run) {
    if (runs.isEmpty()) {
      runs.add(new Run(run.schema, new ArrayList<>(run.elements)));
      return;
    }
    Run last = runs.get(runs.size() - 1);
    if (last.schema.kind() != run.schema.kind()) {
      throw new IncompatibleStateException(
          "operator state \"" + run.schema.name() + "\"",
          last.schema.kind() + " of one subtask and " + run.schema.kind() + " of another",
          "one kind",
          "Declare the state alike on all subtasks and take the checkpoint again.");
    }
    if (last.schema.equals(run.schema)) {
      last.elements.addAll(run.elements);
    } else if (!run.elements.isEmpty()) {
      if (last.elements.isEmpty()) {
        runs.remove(runs.size() - 1);
      }
      runs.add(new Run(run.schema, new ArrayList<>(run.elements)));
    }
  }
}
