package io.streambed.flink.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.streambed.flink.tests.Feed.Event;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.StateDescriptor;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a user reads when a job cannot be resumed: which operator, which state, what to do. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class BadInputTest {
  private static final long PAUSE = 500;

  /** As Flink names it where a backend is built: class, id, subtask. */
  private static final String OPERATOR = "operator \\w+_[0-9a-f]{32}_\\(\\d/2\\)";

  @RegisterExtension static final Cluster CLUSTER = new Cluster();

  @TempDir Path directory;

  private Configuration configuration(String backend) {
    return Job.configuration(backend, 2, directory);
  }

  private Job start(Trial trial, Configuration configuration) {
    return Job.start(CLUSTER.get(), trial.name(), EveryKindJob.build(trial, configuration));
  }

  private Path savepoint(Trial trial, String backend, SavepointFormatType format) {
    return start(trial.pauseBefore(PAUSE), configuration(backend))
        .awaitPause(trial)
        .stop(format, directory);
  }

  private String failure(Trial trial, Path savepoint) {
    return start(trial, Job.from(savepoint, configuration(Job.STREAMBED))).failure();
  }

  @ParameterizedTest
  @ValueSource(strings = {Job.HASHMAP, Job.ROCKSDB})
  void restore_nativeSavepointOfAnotherBackend_asksForACanonicalOne(String backend) {
    Trial trial = new Trial("bad-" + backend);
    Path savepoint = savepoint(trial, backend, SavepointFormatType.NATIVE);
    assertThat(failure(trial, savepoint))
        .containsPattern("The keyed state of " + OPERATOR + " cannot be restored")
        .contains("written by another state backend")
        .contains(
            "with the backend that wrote it, take a savepoint with `flink stop --type canonical`");
  }

  @Test
  void restore_otherMaxParallelism_namesBoth() {
    Trial trial = new Trial("bad-max-parallelism");
    Path savepoint = savepoint(trial, Job.STREAMBED, SavepointFormatType.NATIVE);
    Configuration configuration = Job.from(savepoint, configuration(Job.STREAMBED));
    configuration.set(PipelineOptions.MAX_PARALLELISM, 32);
    assertThat(start(trial, configuration).failure())
        .containsPattern("Max parallelism mismatch.*max parallelism 16 .* max parallelism 32");
  }

  static Stream<Arguments> misfits() {
    List<Arguments> misfits = new ArrayList<>();
    for (SavepointFormatType format : SavepointFormatType.values()) {
      misfits.add(
          arguments(
              format,
              new ValueStateDescriptor<>("count", Types.STRING),
              "its values were written under .*LongSerializer.* the job now has .*StringSerializer"));
      misfits.add(
          arguments(
              format,
              new MapStateDescriptor<>("last", Types.LONG, Types.STRING),
              "its user keys were written under .*IntSerializer.* the job now has .*LongSerializer"));
      misfits.add(
          arguments(
              format,
              new MapStateDescriptor<>("count", Types.LONG, Types.STRING),
              "it is VALUE state and is now declared as MAP"));
    }
    return misfits.stream();
  }

  @ParameterizedTest
  @MethodSource("misfits")
  void restore_stateDeclaredOtherwise_namesItAndBoth(
      SavepointFormatType format, StateDescriptor<?, ?> declared, String reason) {
    Trial trial = new Trial("bad-misfit-" + format);
    Path savepoint = savepoint(trial, Job.STREAMBED, format);
    Configuration configuration = Job.from(savepoint, configuration(Job.STREAMBED));
    Job job =
        Job.start(
            CLUSTER.get(),
            trial.name(),
            EveryKindJob.build(trial, configuration, new Asking(declared), true));
    assertThat(job.failure())
        .containsPattern(
            "State \""
                + declared.getName()
                + "\" of "
                + OPERATOR
                + " cannot be restored: "
                + reason)
        .contains("Declare the state as it was written, or give the new one another name.");
  }

  @ParameterizedTest
  @EnumSource
  void restore_missingFile_namesIt(SavepointFormatType format) {
    Trial trial = new Trial("bad-missing-" + format);
    Path savepoint = savepoint(trial, Job.STREAMBED, format);
    List<Path> files = StateFiles.keyed(savepoint);
    StateFiles.delete(files);
    assertThat(failure(trial, savepoint))
        .containsPattern("The keyed state of " + OPERATOR + " cannot be restored")
        .containsAnyOf(names(files));
  }

  @Test
  void restore_flippedBit_namesFilePlaceAndRemedy() {
    Trial trial = new Trial("bad-damaged");
    Path savepoint = savepoint(trial, Job.STREAMBED, SavepointFormatType.NATIVE);
    List<Path> files = StateFiles.keyed(savepoint);
    StateFiles.damage(files);
    assertThat(failure(trial, savepoint))
        .containsPattern("The keyed state of " + OPERATOR + " cannot be restored")
        .containsAnyOf(names(files))
        .containsPattern("at byte \\d+ is damaged: expected .*, found .*Bring it back from a copy");
  }

  @Test
  void restore_filesOfANewerStreambed_asksForThat() {
    Trial trial = new Trial("bad-newer");
    Path savepoint = savepoint(trial, Job.STREAMBED, SavepointFormatType.NATIVE);
    List<Path> files = StateFiles.keyed(savepoint);
    StateFiles.makeNewer(files, 99);
    assertThat(failure(trial, savepoint))
        .containsPattern("The keyed state of " + OPERATOR + " cannot be restored")
        .containsAnyOf(names(files))
        .containsPattern("is written in version 99 .*Use a newer Streambed");
  }

  /** In the canonical format, which is Flink's own and has no checksums, only a length can show. */
  @ParameterizedTest
  @EnumSource
  void restore_truncatedFile_namesIt(SavepointFormatType format) {
    Trial trial = new Trial("bad-truncated-" + format);
    Path savepoint = savepoint(trial, Job.STREAMBED, format);
    List<Path> files = StateFiles.keyed(savepoint);
    StateFiles.truncate(files);
    assertThat(failure(trial, savepoint))
        .containsPattern("The keyed state of " + OPERATOR + " cannot be restored")
        .containsAnyOf(names(files));
  }

  private static String[] names(List<Path> files) {
    return files.stream().map(file -> file.getFileName().toString()).toArray(String[]::new);
  }

  /** Asks for one state; gets no event. */
  private static final class Asking extends KeyedProcessFunction<String, Event, String> {
    private static final long serialVersionUID = 1L;

    private final StateDescriptor<?, ?> descriptor;

    Asking(StateDescriptor<?, ?> descriptor) {
      this.descriptor = descriptor;
    }

    @Override
    public void open(OpenContext context) {
      if (descriptor instanceof ValueStateDescriptor<?> value) {
        getRuntimeContext().getState(value);
      } else {
        getRuntimeContext().getMapState((MapStateDescriptor<?, ?>) descriptor);
      }
    }

    @Override
    public void processElement(Event event, Context context, Collector<String> out) {
      throw new AssertionError("the source gave " + event);
    }
  }
}
