package io.streambed.operator;

import io.streambed.bytes.ByteView;
import io.streambed.snapshot.OperatorStateHandle;
import io.streambed.snapshot.OperatorStateHandle.Part;
import io.streambed.snapshot.OperatorStateSlice;
import io.streambed.snapshot.SnapshotInputs;
import io.streambed.state.StateKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Gathers slices of containers into waiting states. Each container is read once. */
final class OperatorStateRestore {
  private OperatorStateRestore() {}

  /** A slice and what was read of it so far. */
  private static final class Gathered {
    private final OperatorStateSlice slice;
    private final List<WaitingState.Run> runs = new ArrayList<>();

    Gathered(OperatorStateSlice slice) {
      this.slice = slice;
    }

    /** Declares the state even where the slice is empty. */
    void begin(OperatorStateSchema schema) {
      if (slice.state().equals(schema.name())) {
        runs.add(new WaitingState.Run(schema, new ArrayList<>()));
      }
    }

    void take(OperatorStateSchema schema, long index, ByteView content) {
      if (index >= slice.fromElement()
          && index < slice.toElement()
          && slice.state().equals(schema.name())) {
        for (WaitingState.Run run : runs) {
          if (run.schema() == schema) {
            run.elements().add(content.toByteArray());
          }
        }
      }
    }
  }

  /** Reads the states in order of their first slice. */
  static Map<String, WaitingState> read(List<OperatorStateSlice> slices, SnapshotInputs inputs)
      throws IOException {
    check(slices);
    List<Gathered> inOrder = slices.stream().map(Gathered::new).toList();
    Map<OperatorStateHandle, List<Gathered>> byHandle = new LinkedHashMap<>();
    for (Gathered gathered : inOrder) {
      byHandle.computeIfAbsent(gathered.slice.handle(), h -> new ArrayList<>()).add(gathered);
    }
    for (Map.Entry<OperatorStateHandle, List<Gathered>> entry : byHandle.entrySet()) {
      readContainer(entry.getKey(), entry.getValue(), inputs);
    }
    Map<String, WaitingState> states = new LinkedHashMap<>();
    for (Gathered gathered : inOrder) {
      WaitingState state =
          states.computeIfAbsent(gathered.slice.state(), name -> new WaitingState());
      gathered.runs.forEach(state::append);
    }
    return states;
  }

  private static void readContainer(
      OperatorStateHandle handle, List<Gathered> wanted, SnapshotInputs inputs) throws IOException {
    try (OperatorContainerReader reader = OperatorContainerReader.open(handle, inputs)) {
      for (StoredState state : reader.states()) {
        wanted.forEach(gathered -> gathered.begin(state.schema()));
      }
      reader.forEach(
          (schema, index, content) ->
              wanted.forEach(gathered -> gathered.take(schema, index, content)));
    }
  }

  private static void check(List<OperatorStateSlice> slices) {
    Map<String, OperatorStateSlice> broadcasts = new LinkedHashMap<>();
    for (OperatorStateSlice slice : slices) {
      Part part = part(slice);
      if (slice.toElement() > part.elements()) {
        throw new IllegalArgumentException(
            "elements up to "
                + slice.toElement()
                + " of state \""
                + slice.state()
                + "\", which has "
                + part.elements());
      }
      if (part.kind() == StateKind.BROADCAST
          && (slice.toElement() - slice.fromElement() != part.elements()
              || broadcasts.put(slice.state(), slice) != null)) {
        throw new IllegalArgumentException(
            "broadcast state \"" + slice.state() + "\" is restored by one slice that covers it");
      }
    }
  }

  private static Part part(OperatorStateSlice slice) {
    for (Part part : slice.handle().states()) {
      if (part.name().equals(slice.state())) {
        return part;
      }
    }
    throw new IllegalArgumentException(
        "no state \"" + slice.state() + "\" among " + slice.handle().states());
  }
}
