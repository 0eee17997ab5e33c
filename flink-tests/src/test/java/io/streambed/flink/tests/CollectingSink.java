package io.streambed.flink.tests;

import java.util.List;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.Collector;

/** Writes what comes out of a job into its trial, each line exactly once. */
final class CollectingSink implements FlatMapFunction<String, String>, CheckpointedFunction {
  private static final long serialVersionUID = 1L;

  private final String trial;
  private transient ListState<Integer> collected;

  private CollectingSink(String trial) {
    this.trial = trial;
  }

  static void end(DataStream<String> stream, String trial) {
    stream
        .flatMap(new CollectingSink(trial))
        .setParallelism(1)
        .uid("collect")
        .sinkTo(new DiscardingSink<>())
        .setParallelism(1)
        .uid("end");
  }

  @Override
  public void flatMap(String line, Collector<String> next) {
    Trial.named(trial).collect(line);
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    collected.update(List.of(Trial.named(trial).collected()));
  }

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    collected =
        context
            .getOperatorStateStore()
            .getListState(new ListStateDescriptor<>("collected", Types.INT));
    if (context.isRestored()) {
      for (int count : collected.get()) {
        Trial.named(trial).restored(context.getRestoredCheckpointId().orElseThrow(), count);
      }
    } else {
      Trial.named(trial).began();
    }
  }
}
