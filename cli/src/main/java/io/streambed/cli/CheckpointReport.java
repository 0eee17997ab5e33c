package io.streambed.cli;

import io.streambed.checkpoint.CheckpointMetadata;
import io.streambed.checkpoint.OpenedCheckpoint;
import io.streambed.checkpoint.OperatorSnapshot;
import io.streambed.checkpoint.SubtaskState;
import io.streambed.cli.Choices.Backend;
import io.streambed.error.StorageException;
import io.streambed.operator.OperatorContainerReader;
import io.streambed.operator.StoredState;
import io.streambed.rocksdb.RocksManifest;
import io.streambed.serial.SerializerSnapshot;
import io.streambed.snapshot.KeyedContainerReader;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.OperatorStateHandle;
import io.streambed.snapshot.SnapshotInputs;
import io.streambed.snapshot.StateStatistics;
import io.streambed.snapshot.StreamHandle;
import io.streambed.state.StateKind;
import io.streambed.store.StateSchema;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a checkpoint holds, as {@code inspect} shows it and writes it as JSON.
 *
 * @param path where it is
 * @param checkpointId its id
 * @param job the job's name
 * @param jobId the job's id
 * @param time when it was triggered, in UTC
 * @param type checkpoint or savepoint
 * @param attempt which claim of the directory wrote it
 * @param operators in the metadata's order
 */
record CheckpointReport(
    String path,
    long checkpointId,
    String job,
    String jobId,
    String time,
    String type,
    long attempt,
    List<Operator> operators) {
  /**
   * One operator.
   *
   * @param id its id
   * @param parallelism number of subtasks that wrote
   * @param maxParallelism number of key groups
   * @param key the keys' serializer; null without keyed state
   * @param files number of its files, shared ones included; streams kept in the metadata are none
   * @param bytes size of all its streams, as written
   * @param inSharedDirectory those of its files that other checkpoints may refer to as well, for
   *     what this one says; a restore needs them all
   * @param states of all subtasks together
   */
  record Operator(
      String id,
      int parallelism,
      int maxParallelism,
      String key,
      long files,
      long bytes,
      Files inSharedDirectory,
      List<State> states) {}

  /**
   * Some files.
   *
   * @param number how many
   * @param bytes their size
   */
  record Files(long number, long bytes) {
    static final Files NONE = new Files(0, 0);

    Files plus(Files other) {
      return new Files(number + other.number, bytes + other.bytes);
    }
  }

  /**
   * One state of an operator.
   *
   * @param name its name
   * @param kind its kind
   * @param serializers of namespace, user key and value, as far as it has them
   * @param entries of all subtasks; a run of list elements may count as one. In a store's own files
   *     each write of a key that is still there counts, deletions too
   * @param bytes their size before compression; of a store's own files, that of the files
   * @param levels a store's own files, by level; empty if the state is in containers
   */
  record State(
      String name,
      String kind,
      Map<String, String> serializers,
      long entries,
      long bytes,
      SortedMap<Integer, Files> levels) {
    State plus(State other) {
      SortedMap<Integer, Files> all = new TreeMap<>(levels);
      other.levels.forEach((level, files) -> all.merge(level, files, Files::plus));
      return new State(name, kind, serializers, entries + other.entries, bytes + other.bytes, all);
    }

    /** All levels together. */
    Files files() {
      return levels.values().stream().reduce(Files.NONE, Files::plus);
    }
  }

  static CheckpointReport of(OpenedCheckpoint checkpoint) {
    CheckpointMetadata metadata = checkpoint.metadata();
    try {
      List<Operator> operators = new ArrayList<>();
      for (OperatorSnapshot operator : metadata.operators()) {
        operators.add(new Collector(checkpoint.inputs()).collect(operator));
      }
      return new CheckpointReport(
          checkpoint.location(),
          metadata.checkpointId(),
          metadata.job().name(),
          metadata.job().id().toString(),
          Instant.ofEpochMilli(metadata.timestampMillis()).toString(),
          name(metadata.type()),
          metadata.attempt(),
          operators);
    } catch (IOException e) {
      throw new StorageException("Reading the checkpoint " + checkpoint.location(), e);
    }
  }

  private static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Sums up the containers of one operator. */
  private static final class Collector {
    private final SnapshotInputs inputs;
    private final Map<String, State> states = new LinkedHashMap<>();
    private final Set<StreamHandle> streams = new LinkedHashSet<>();
    private final Set<StreamHandle> tables = new HashSet<>();
    private String key;

    Collector(SnapshotInputs inputs) {
      this.inputs = inputs;
    }

    Operator collect(OperatorSnapshot operator) throws IOException {
      for (SubtaskState subtask : operator.subtasks()) {
        for (KeyedStateHandle handle : subtask.keyed()) {
          if (handle instanceof KeyedStateHandle.Container container) {
            addContainer(container);
          } else if (handle instanceof KeyedStateHandle.Incremental files
              && files.store().equals(Backend.ROCKSDB.toString())) {
            addTables(RocksManifest.open(files, inputs));
          }
        }
        for (OperatorStateHandle handle : subtask.operator()) {
          addOperator(handle);
        }
        // Several subtasks may refer to the same file after a rescale.
        subtask.streams().forEach(streams::add);
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
          List.copyOf(states.values()));
    }

    private void addTables(RocksManifest manifest) {
      key = manifest.schema().key().toString();
      for (int i = 0; i < manifest.schema().states().size(); i++) {
        State state = state(manifest.schema().states().get(i), 0, 0);
        for (RocksManifest.Table table : manifest.tablesOf(i)) {
          if (tables.add(table.content())) {
            state = state.plus(of(state, table));
          }
        }
        add(state);
      }
    }

    private static State of(State state, RocksManifest.Table table) {
      long bytes = table.file().length();
      SortedMap<Integer, Files> level = new TreeMap<>();
      level.put(table.file().level(), new Files(1, bytes));
      return new State(state.name, state.kind, state.serializers, table.entries(), bytes, level);
    }

    private void addContainer(KeyedStateHandle.Container handle) throws IOException {
      try (KeyedContainerReader reader = KeyedContainerReader.open(handle, inputs)) {
        key = reader.schema().key().toString();
        List<StateSchema> schemas = reader.schema().states();
        for (int i = 0; i < schemas.size(); i++) {
          StateStatistics held = reader.statistics().get(i);
          add(state(schemas.get(i), held.entries(), held.bytes()));
        }
      }
    }

    private static State state(StateSchema schema, long entries, long bytes) {
      Map<String, String> serializers = new LinkedHashMap<>();
      put(serializers, "namespace", schema.namespace());
      put(serializers, "user key", schema.userKey());
      put(serializers, "value", schema.value());
      return new State(
          schema.name(), name(schema.kind()), serializers, entries, bytes, new TreeMap<>());
    }

    private void addOperator(OperatorStateHandle handle) throws IOException {
      try (OperatorContainerReader reader = OperatorContainerReader.open(handle, inputs)) {
        for (StoredState state : reader.states()) {
          Map<String, String> serializers = new LinkedHashMap<>();
          put(serializers, "key", state.schema().key());
          put(serializers, "value", state.schema().value());
          add(
              new State(
                  state.schema().name(),
                  name(state.schema().kind()),
                  serializers,
                  state.elements(),
                  state.bytes(),
                  new TreeMap<>()));
        }
      }
    }

    private static void put(
        Map<String, String> serializers, String role, SerializerSnapshot serializer) {
      if (serializer != null && !serializer.type().equals("void")) {
        serializers.put(role, serializer.toString());
      }
    }

    private void add(State state) {
      // Subtasks that wrote with other serializers show as a line of their own.
      states.merge(state.kind + state.name + state.serializers, state, State::plus);
    }

    private static String name(StateKind kind) {
      return CheckpointReport.name(kind);
    }
  }
}
