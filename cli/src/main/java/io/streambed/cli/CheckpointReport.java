package io.streambed.cli;

import io.streambed.checkpoint.CheckpointMetadata;
import io.streambed.checkpoint.OpenedCheckpoint;
import io.streambed.checkpoint.OperatorSnapshot;
import io.streambed.checkpoint.SubtaskState;
import io.streambed.error.StorageException;
import io.streambed.operator.OperatorContainerReader;
import io.streambed.operator.StoredState;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

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
   * @param files number of its files; streams kept in the metadata are none
   * @param bytes size of all its streams, as written
   * @param states of all subtasks together
   */
  record Operator(
      String id,
      int parallelism,
      int maxParallelism,
      String key,
      long files,
      long bytes,
      List<State> states) {}

  /**
   * One state of an operator.
   *
   * @param name its name
   * @param kind its kind
   * @param serializers of namespace, user key and value, as far as it has them
   * @param entries of all subtasks; a run of list elements may count as one
   * @param bytes their size before compression
   */
  record State(
      String name, String kind, Map<String, String> serializers, long entries, long bytes) {
    State plus(State other) {
      return new State(name, kind, serializers, entries + other.entries, bytes + other.bytes);
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
    private String key;

    Collector(SnapshotInputs inputs) {
      this.inputs = inputs;
    }

    Operator collect(OperatorSnapshot operator) throws IOException {
      long files = 0;
      long bytes = 0;
      for (SubtaskState subtask : operator.subtasks()) {
        for (KeyedStateHandle handle : subtask.keyed()) {
          if (handle instanceof KeyedStateHandle.Container container) {
            addKeyed(container);
          }
        }
        for (OperatorStateHandle handle : subtask.operator()) {
          addOperator(handle);
        }
        files += subtask.streams().filter(StreamHandle.InFile.class::isInstance).count();
        bytes += subtask.sizeBytes();
      }
      return new Operator(
          operator.operatorId(),
          operator.parallelism(),
          operator.maxParallelism(),
          key,
          files,
          bytes,
          List.copyOf(states.values()));
    }

    private void addKeyed(KeyedStateHandle.Container handle) throws IOException {
      try (KeyedContainerReader reader = KeyedContainerReader.open(handle, inputs)) {
        key = reader.schema().key().toString();
        List<StateSchema> schemas = reader.schema().states();
        for (int i = 0; i < schemas.size(); i++) {
          StateSchema schema = schemas.get(i);
          Map<String, String> serializers = new LinkedHashMap<>();
          put(serializers, "namespace", schema.namespace());
          put(serializers, "user key", schema.userKey());
          put(serializers, "value", schema.value());
          StateStatistics held = reader.statistics().get(i);
          add(schema.name(), schema.kind(), serializers, held.entries(), held.bytes());
        }
      }
    }

    private void addOperator(OperatorStateHandle handle) throws IOException {
      try (OperatorContainerReader reader = OperatorContainerReader.open(handle, inputs)) {
        for (StoredState state : reader.states()) {
          Map<String, String> serializers = new LinkedHashMap<>();
          put(serializers, "key", state.schema().key());
          put(serializers, "value", state.schema().value());
          add(
              state.schema().name(),
              state.schema().kind(),
              serializers,
              state.elements(),
              state.bytes());
        }
      }
    }

    private static void put(
        Map<String, String> serializers, String role, SerializerSnapshot serializer) {
      if (serializer != null && !serializer.type().equals("void")) {
        serializers.put(role, serializer.toString());
      }
    }

    private void add(
        String name, StateKind kind, Map<String, String> serializers, long entries, long bytes) {
      State state = new State(name, name(kind), serializers, entries, bytes);
      // Subtasks that wrote with other serializers show as a line of their own.
      states.merge(kind + name + serializers, state, State::plus);
    }

    private static String name(StateKind kind) {
      return CheckpointReport.name(kind);
    }
  }
}
