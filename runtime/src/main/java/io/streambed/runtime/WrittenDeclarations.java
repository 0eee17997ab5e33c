package io.streambed.runtime;

import io.streambed.checkpoint.OpenedCheckpoint;
import io.streambed.checkpoint.OperatorSnapshot;
import io.streambed.checkpoint.SubtaskState;
import io.streambed.entry.Schema;
import io.streambed.job.Job;
import io.streambed.job.JobOperator;
import io.streambed.migration.WrittenOperator;
import io.streambed.migration.WrittenState;
import io.streambed.operator.OperatorContainerReader;
import io.streambed.operator.OperatorStateSchema;
import io.streambed.operator.StoredState;
import io.streambed.serial.SerializerSnapshot;
import io.streambed.snapshot.IncrementSchemas;
import io.streambed.snapshot.KeyedContainerReader;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.OperatorStateHandle;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads what a checkpoint declares of its operators' states, and none of their entries. */
final class WrittenDeclarations {
  private final OpenedCheckpoint from;
  private final IncrementSchemas increments;
  private final Map<String, String> unread = new LinkedHashMap<>();

  WrittenDeclarations(OpenedCheckpoint from, IncrementSchemas increments) {
    this.from = from;
    this.increments = increments;
  }

  /** The operators that have state, and those of the job that have none. */
  List<WrittenOperator> of(Job job) throws IOException {
    Set<String> ids = job.operators().stream().map(JobOperator::id).collect(Collectors.toSet());
    List<WrittenOperator> operators = new ArrayList<>();
    for (OperatorSnapshot operator : from.metadata().operators()) {
      if (OperatorMatch.hasState(operator) || ids.contains(operator.operatorId())) {
        operators.add(new Reading(operator).read(ids.contains(operator.operatorId())));
      }
    }
    return operators;
  }

  /** Operators whose keyed state is in files that cannot be read here, with the files' store. */
  Map<String, String> unread() {
    return unread;
  }

  /** What is read of one operator; each declaration once, however many subtasks wrote it. */
  private final class Reading {
    private final OperatorSnapshot operator;
    private final Set<SerializerSnapshot> keys = new LinkedHashSet<>();
    private final Set<WrittenState> keyed = new LinkedHashSet<>();
    private final Set<WrittenState> unkeyed = new LinkedHashSet<>();

    Reading(OperatorSnapshot operator) {
      this.operator = operator;
    }

    /** Reads the declarations, unless the job does not have the operator. */
    WrittenOperator read(boolean wanted) throws IOException {
      if (wanted) {
        for (SubtaskState subtask : operator.subtasks()) {
          for (KeyedStateHandle handle : subtask.keyed()) {
            read(handle);
          }
          for (OperatorStateHandle handle : subtask.operator()) {
            read(handle);
          }
        }
      }
      return new WrittenOperator(
          operator.operatorId(),
          operator.maxParallelism(),
          keys,
          List.copyOf(keyed),
          List.copyOf(unkeyed));
    }

    private void read(KeyedStateHandle handle) throws IOException {
      if (handle instanceof KeyedStateHandle.Container container) {
        try (KeyedContainerReader reader = KeyedContainerReader.open(container, from.inputs())) {
          add(reader.schema());
        }
      } else if (handle instanceof KeyedStateHandle.Incremental files) {
        if (increments != null && increments.name().equals(files.store())) {
          add(increments.schema(files, from.inputs()));
        } else {
          unread.put(operator.operatorId(), files.store());
        }
      }
    }

    private void add(Schema schema) {
      keys.add(schema.key());
      schema.states().forEach(state -> keyed.add(WrittenState.of(state)));
    }

    private void read(OperatorStateHandle handle) throws IOException {
      try (OperatorContainerReader reader = OperatorContainerReader.open(handle, from.inputs())) {
        for (StoredState state : reader.states()) {
          OperatorStateSchema schema = state.schema();
          if (!SinkSubtask.isContent(schema.name())) {
            unkeyed.add(
                WrittenState.ofOperator(
                    schema.name(), schema.kind(), schema.key(), schema.value()));
          }
        }
      }
    }
  }
}
