package io.streambed.job;

import io.streambed.serial.Serializer;
import io.streambed.state.MapStateDescriptor;
import io.streambed.state.StateDescriptor;
import java.util.List;

/** An operator as a job declares it: it has subtasks of its own, and state in checkpoints. */
public sealed interface JobOperator {
  /**
   * The operator's stable id.
   *
   * @return letters, digits, dashes and underscores, 1 to 64 of them
   */
  String id();

  /**
   * Number of subtasks.
   *
   * @return from 1 to the job's max parallelism
   */
  int parallelism();

  /**
   * The same operator with another number of subtasks.
   *
   * @param subtasks from 1 to the job's max parallelism
   * @return a new operator
   */
  JobOperator withParallelism(int subtasks);

  /**
   * Reads elements into the job.
   *
   * @param id the operator's stable id
   * @param parallelism number of subtasks
   * @param source what is read
   * @param watermarks how event time advances
   */
  record SourceOperator(
      String id,
      int parallelism,
      Source<Object, Object> source,
      WatermarkStrategy<Object> watermarks)
      implements JobOperator {
    @Override
    public SourceOperator withParallelism(int subtasks) {
      return new SourceOperator(id, subtasks, source, watermarks);
    }
  }

  /**
   * What a keyed operator reads.
   *
   * @param from the ids of the operators and steps that the elements come from
   * @param key gives an element's key; null if every subtask gets all elements
   */
  record Input(List<String> from, KeySelector<Object, Object> key) {
    /** Freezes the list. */
    public Input {
      from = List.copyOf(from);
    }

    /**
     * Whether every subtask gets all elements.
     *
     * @return false if the elements are dealt out by key
     */
    public boolean isBroadcast() {
      return key == null;
    }
  }

  /**
   * The states of a keyed operator, as its function opened them when the job was built.
   *
   * @param keyed the keyed states
   * @param broadcast the broadcast states
   */
  record States(List<StateDescriptor> keyed, List<MapStateDescriptor<?, ?>> broadcast) {
    /** Freezes the lists. */
    public States {
      keyed = List.copyOf(keyed);
      broadcast = List.copyOf(broadcast);
    }
  }

  /**
   * Runs a function over a keyed stream, and perhaps a second one.
   *
   * @param id the operator's stable id
   * @param parallelism number of subtasks
   * @param inputs the keyed elements; behind them perhaps a second input, keyed or broadcast
   * @param keySerializer of the keys
   * @param function what is run; its handler takes the second input if there is one
   * @param states what it opens
   */
  record KeyedOperator(
      String id,
      int parallelism,
      List<Input> inputs,
      Serializer<Object> keySerializer,
      KeyedFunction<Object, Object, Object> function,
      States states)
      implements JobOperator {
    /** Freezes the list. */
    public KeyedOperator {
      inputs = List.copyOf(inputs);
    }

    @Override
    public KeyedOperator withParallelism(int subtasks) {
      return new KeyedOperator(id, subtasks, inputs, keySerializer, function, states);
    }
  }

  /**
   * Takes results out of the job.
   *
   * @param id the operator's stable id
   * @param parallelism number of subtasks
   * @param inputs the ids of the operators and steps that the results come from
   * @param sink where they go
   */
  record SinkOperator(String id, int parallelism, List<String> inputs, Sink<Object, Object> sink)
      implements JobOperator {
    /** Freezes the list. */
    public SinkOperator {
      inputs = List.copyOf(inputs);
    }

    @Override
    public SinkOperator withParallelism(int subtasks) {
      return new SinkOperator(id, subtasks, inputs, sink);
    }
  }
}
