package io.streambed.cli.inspect;

import io.streambed.bytes.ByteReader;
import io.streambed.checkpoint.OperatorSnapshot;
import io.streambed.checkpoint.SubtaskState;
import io.streambed.cli.inspect.CheckpointReport.Files;
import io.streambed.cli.inspect.CheckpointReport.KeyGroups;
import io.streambed.cli.inspect.CheckpointReport.Operator;
import io.streambed.cli.inspect.CheckpointReport.Pending;
import io.streambed.cli.inspect.CheckpointReport.Split;
import io.streambed.cli.inspect.CheckpointReport.State;
import io.streambed.entry.StateSchema;
import io.streambed.error.CorruptionException;
import io.streambed.operator.OperatorContainerReader;
import io.streambed.operator.OperatorStateSchema;
import io.streambed.operator.StoredState;
import io.streambed.rocksdb.RocksManifest;
import io.streambed.rocksdb.TableContent;
import io.streambed.serial.Serializer;
import io.streambed.serial.SerializerSnapshot;
import io.streambed.serial.Serializers;
import io.streambed.snapshot.KeyedContainerReader;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.OperatorStateHandle;
import io.streambed.snapshot.SnapshotInputs;
import io.streambed.snapshot.StateStatistics;
import io.streambed.snapshot.StreamHandle;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Reads the state of one operator and sums it up. What is damaged is told and left out. */
final class OperatorReader {
  private static final String ROCKSDB = "rocksdb";

  /** Where the runtime keeps the positions of a source, and what a sink has yet to make visible. */
  private static final String POSITIONS = "_positions";

  /** Where it kept positions when they were numbers, and splits too. */
  private static final String NUMBERED_SPLITS = "_splits";

  private static final String PENDING = "_pending";

  private final SnapshotInputs inputs;
  private final Consumer<CorruptionException> damages;
  private final Map<String, State> states = new LinkedHashMap<>();
  private final Set<TableContent> tables = new HashSet<>();
  private final Map<Integer, Long> entriesByGroup = new HashMap<>();
  private final Set<String> storesNeeded = new TreeSet<>();
  private final List<Split> splits = new ArrayList<>();
  private final Elements<NumberedSplit> numbered =
      new Elements<>(NUMBERED_SPLITS, NumberedSplit.class);
  private final Elements<Pending> pending = new Elements<>(PENDING, Pending.class);
  private String key;

  OperatorReader(SnapshotInputs inputs, Consumer<CorruptionException> damages) {
    this.inputs = inputs;
    this.damages = damages;
  }

  private record NumberedSplit(int split, int of, long offset) {}

  /** Elements of a state of the runtime's own, as records with the same components. */
  private static final class Elements<T extends Record> {
    private final String state;
    private final Serializer<T> serializer;
    private final List<T> read = new ArrayList<>();

    Elements(String state, Class<T> type) {
      this.state = state;
      this.serializer = Serializers.records(type);
    }

    /** Whether the state is in a container, in the form that is known here. */
    boolean areIn(OperatorStateSchema schema) {
      return schema.name().equals(state)
          && schema.value().parts().equals(serializer.snapshot().parts());
    }
  }

  Operator read(OperatorSnapshot operator) throws IOException {
    Set<StreamHandle> streams = new LinkedHashSet<>();
    List<Long> subtaskBytes = new ArrayList<>();
    for (SubtaskState subtask : operator.subtasks()) {
      for (KeyedStateHandle handle : subtask.keyed()) {
        readKeyed(handle);
      }
      for (OperatorStateHandle handle : subtask.operator()) {
        readOperator(handle);
      }
      // Several subtasks may refer to the same file after a rescale.
      subtask.streams().forEach(streams::add);
      subtaskBytes.add(subtask.sizeBytes());
    }
    return new Operator(
        operator.operatorId(),
        operator.parallelism(),
        operator.maxParallelism(),
        key,
        streams.stream().filter(stream -> !(stream instanceof StreamHandle.Inline)).count(),
        streams.stream().mapToLong(StreamHandle::length).sum(),
        streams.stream()
            .filter(StreamHandle.Shared.class::isInstance)
            .map(stream -> new Files(1, stream.length()))
            .reduce(Files.NONE, Files::plus),
        subtaskBytes,
        KeyGroups.of(entriesByGroup),
        splits(),
        pending.read,
        states());
  }

  private List<Split> splits() {
    List<Split> all = new ArrayList<>(splits);
    for (NumberedSplit split : numbered.read) {
      all.add(new Split(split.split + "/" + split.of, Long.toString(split.offset)));
    }
    return all;
  }

  /** The stores whose own files were met. */
  Set<String> storesNeeded() {
    return storesNeeded;
  }

  private void readKeyed(KeyedStateHandle handle) throws IOException {
    try {
      if (handle instanceof KeyedStateHandle.Container container) {
        try (KeyedContainerReader reader = KeyedContainerReader.open(container, inputs)) {
          read(reader);
        }
      } else if (handle instanceof KeyedStateHandle.Incremental files) {
        storesNeeded.add(files.store());
        if (files.store().equals(ROCKSDB)) {
          read(RocksManifest.open(files, inputs));
        }
      }
    } catch (CorruptionException e) {
      damages.accept(e);
    }
  }

  private void read(RocksManifest manifest) {
    key = manifest.schema().key().toString();
    for (int i = 0; i < manifest.schema().states().size(); i++) {
      add(withTables(state(manifest.schema().states().get(i), 0, 0), manifest.tablesOf(i)));
    }
    if (!manifest.sharedTables().isEmpty()) {
      State shared = new State(State.SHARED, "shared", Map.of(), 0, 0, new TreeMap<>());
      add(withTables(shared, manifest.sharedTables()));
    }
  }

  private State withTables(State state, List<RocksManifest.Table> held) {
    State sum = state;
    for (RocksManifest.Table table : held) {
      // Several subtasks may refer to the same file after a rescale, but have bytes of their own.
      if (table.content() instanceof TableContent.InManifest || tables.add(table.content())) {
        sum = sum.plus(of(state, table));
      }
    }
    return sum;
  }

  private static State of(State state, RocksManifest.Table table) {
    long bytes = table.file().length();
    SortedMap<Integer, Files> level = new TreeMap<>();
    level.put(table.file().level(), new Files(1, bytes));
    return new State(
        state.name(), state.kind(), state.serializers(), table.entries(), bytes, level);
  }

  /** Takes in what a container says of itself. */
  void read(KeyedContainerReader reader) {
    key = reader.schema().key().toString();
    List<StateSchema> schemas = reader.schema().states();
    for (int i = 0; i < schemas.size(); i++) {
      StateStatistics held = reader.statistics().get(i);
      add(state(schemas.get(i), held.entries(), held.bytes()));
    }
    for (int group = reader.range().first(); group <= reader.range().last(); group++) {
      long entries = reader.entryCount(group);
      if (entries > 0) {
        entriesByGroup.merge(group, entries, Long::sum);
      }
    }
  }

  /** The keys' serializer; null if there was no keyed state. */
  String key() {
    return key;
  }

  List<State> states() {
    return List.copyOf(states.values());
  }

  /** Null if there were no entries in containers. */
  KeyGroups keyGroups() {
    return KeyGroups.of(entriesByGroup);
  }

  private static State state(StateSchema schema, long entries, long bytes) {
    Map<String, String> serializers = new LinkedHashMap<>();
    put(serializers, "namespace", schema.namespace());
    put(serializers, "user key", schema.userKey());
    put(serializers, "value", schema.value());
    String kind = CheckpointReport.name(schema.kind());
    return new State(schema.name(), kind, serializers, entries, bytes, new TreeMap<>());
  }

  private void readOperator(OperatorStateHandle handle) throws IOException {
    try (OperatorContainerReader reader = OperatorContainerReader.open(handle, inputs)) {
      boolean known = false;
      for (StoredState state : reader.states()) {
        OperatorStateSchema schema = state.schema();
        Map<String, String> serializers = new LinkedHashMap<>();
        put(serializers, "key", schema.key());
        put(serializers, "value", schema.value());
        String kind = CheckpointReport.name(schema.kind());
        add(
            new State(
                schema.name(),
                kind,
                serializers,
                state.elements(),
                state.bytes(),
                new TreeMap<>()));
        known |= schema.name().equals(POSITIONS) || numbered.areIn(schema) || pending.areIn(schema);
      }
      if (known) {
        readElements(reader);
      }
    } catch (CorruptionException e) {
      damages.accept(e);
    }
  }

  private void readElements(OperatorContainerReader reader) throws IOException {
    reader.forEach(
        (schema, index, content) -> {
          if (schema.name().equals(POSITIONS)) {
            addPositions(schema, new ByteReader().set(content));
          }
          for (Elements<?> elements : List.of(numbered, pending)) {
            if (elements.areIn(schema)) {
              add(elements, new ByteReader().set(content));
            }
          }
        });
  }

  /** Shows positions of built-in types; those of others are there, and only their source knows. */
  private void addPositions(OperatorStateSchema schema, ByteReader content) {
    Serializers.fromSnapshot(schema.value())
        .map(reader -> reader.read(content))
        .filter(Map.class::isInstance)
        .ifPresent(
            position ->
                ((Map<?, ?>) position)
                    .forEach(
                        (split, at) ->
                            splits.add(
                                new Split(
                                    String.valueOf(split), at == null ? null : at.toString()))));
  }

  private static <T extends Record> void add(Elements<T> elements, ByteReader content) {
    elements.read.add(elements.serializer.read(content));
  }

  private static void put(
      Map<String, String> serializers, String role, SerializerSnapshot serializer) {
    if (serializer != null && !serializer.type().equals("void")) {
      serializers.put(role, serializer.toString());
    }
  }

  private void add(State state) {
    // Subtasks that wrote with other serializers show as a line of their own.
    states.merge(state.kind() + state.name() + state.serializers(), state, State::plus);
  }
}
