package io.streambed.job;

import io.streambed.serial.Serializer;
import java.util.function.Function;

/** An operator as a job declares it. */
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
   * Runs a function over a keyed stream.
   *
   * @param id the operator's stable id
   * @param parallelism number of subtasks
   * @param input the id of the operator that the keyed elements come from
   * @param key gives an element's key
   * @param keySerializer of the keys
   * @param broadcastInput the id of the operator that the broadcast elements come from, or null
   * @param function what is run
   */
  record KeyedOperator(
      String id,
      int parallelism,
      String input,
      Function<Object, Object> key,
      Serializer<Object> keySerializer,
      String broadcastInput,
      KeyedFunction<Object, Object, Object, Object> function)
      implements JobOperator {
    @Override
    public KeyedOperator withParallelism(int subtasks) {
      return new KeyedOperator(id, subtasks, input, key, keySerializer, broadcastInput, function);
    }
  }

  /**
   * Takes results out of the job.
   *
   * @param id the operator's stable id
   * @param parallelism number of subtasks
   * @param input the id of the operator that the results come from
   * @param sink where they go
   */
  record SinkOperator(String id, int parallelism, String input, Sink<Object, Object> sink)
      implements JobOperator {
    @Override
    public SinkOperator withParallelism(int subtasks) {
      return new SinkOperator(id, subtasks, input, sink);
    }
  }
}
