package io.streambed.flink.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.flink.tests.Feed.Event;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.RecoveryClaimMode;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who owns what a job is restored from, and what becomes of state that it does not ask for. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class RestoreTest {
  /** What a job is restored from. */
  enum Origin {
    CHECKPOINT,
    NATIVE_SAVEPOINT,
    CANONICAL_SAVEPOINT
  }

  private static final long PAUSE = 1_000;

  @RegisterExtension static final Cluster CLUSTER = new Cluster();

  private static List<String> expected;

  @TempDir Path directory;

  @BeforeAll
  static void runWithoutFailure(@TempDir Path directory) {
    expected = EveryKindJob.uninterrupted(CLUSTER, directory);
  }

  private Job start(Trial trial, Configuration configuration) {
    return Job.start(CLUSTER.get(), trial.name(), EveryKindJob.build(trial, configuration));
  }

  private Configuration configuration() {
    return Job.configuration(Job.STREAMBED, 2, directory);
  }

  private Configuration from(Path path, RecoveryClaimMode mode) {
    Configuration configuration = Job.from(path, configuration());
    configuration.set(StateRecoveryOptions.RESTORE_MODE, mode);
    return configuration;
  }

  /** Runs a first job up to a pause, where the next one will wait too; gives its state's place. */
  private Path leave(Trial trial, Origin origin) {
    Path path = runToPause(trial, origin);
    trial.pauseBefore(PAUSE);
    return path;
  }

  private Path runToPause(Trial trial, Origin origin) {
    Job job = start(trial.pauseBefore(PAUSE), configuration()).awaitPause(trial);
    return switch (origin) {
      case CHECKPOINT -> {
        Path path = job.checkpointPath(job.checkpoint(), directory);
        job.cancel();
        yield path;
      }
      case NATIVE_SAVEPOINT -> job.stop(SavepointFormatType.NATIVE, directory);
      case CANONICAL_SAVEPOINT -> job.stop(SavepointFormatType.CANONICAL, directory);
    };
  }

  @ParameterizedTest
  @EnumSource
  void claim_subsumed_removesWhatItWasRestoredFrom(Origin origin) {
    Trial trial = new Trial("claim-" + origin);
    Path old = leave(trial, origin);
    assertThat(old).isNotEmptyDirectory();
    Job job = start(trial, from(old, RecoveryClaimMode.CLAIM)).awaitPause(trial);
    long checkpoint = job.checkpoint();
    Cluster.await("the claimed files are gone", () -> !Files.exists(old));
    failAndFinish(trial, job, checkpoint);
  }

  @ParameterizedTest
  @EnumSource
  void noClaim_firstCheckpoint_needsNothingOfWhatItWasRestoredFrom(Origin origin)
      throws IOException {
    Trial trial = new Trial("no-claim-" + origin);
    Path old = leave(trial, origin);
    Job job = start(trial, from(old, RecoveryClaimMode.NO_CLAIM)).awaitPause(trial);
    long checkpoint = job.checkpoint();
    Path metadata = job.checkpointPath(checkpoint, directory).resolve("_metadata");
    assertThat(Files.readString(metadata, StandardCharsets.ISO_8859_1))
        .doesNotContain(old.getFileName().toString());
    List<Path> files = StateFiles.below(old);
    assertThat(files).as("still the user's").contains(old.resolve("_metadata"));
    StateFiles.delete(files);
    failAndFinish(trial, job, checkpoint);
  }

  private void failAndFinish(Trial trial, Job job, long checkpoint) {
    trial.failAt(2 * PAUSE);
    trial.release();
    job.finish();
    assertThat(trial.restoredCheckpoints()).hasSize(2).endsWith(checkpoint);
    trial.assertOutput(expected);
  }

  @ParameterizedTest
  @EnumSource
  void restore_stateAndTimersThatNobodyRegisters_areKeptForTheNextJob(Origin origin) {
    Trial trial = new Trial("unregistered-" + origin);
    Path first = leave(trial, origin);
    Configuration configuration = from(first, RecoveryClaimMode.NO_CLAIM);
    Job bare =
        Job.start(
            CLUSTER.get(),
            trial.name(),
            EveryKindJob.build(trial, configuration, new CountAlone(), false));
    SavepointFormatType format =
        origin == Origin.CANONICAL_SAVEPOINT
            ? SavepointFormatType.CANONICAL
            : SavepointFormatType.NATIVE;
    Path second = bare.awaitPause(trial).stop(format, directory);
    trial.release();
    start(trial, from(second, RecoveryClaimMode.NO_CLAIM)).finish();
    trial.assertOutput(expected);
  }

  /** Asks for one of the five states of {@link EveryKind}; gets no event. */
  private static final class CountAlone extends KeyedProcessFunction<String, Event, String> {
    private static final long serialVersionUID = 1L;

    @Override
    public void open(OpenContext context) {
      getRuntimeContext().getState(new ValueStateDescriptor<>("count", Types.LONG));
    }

    @Override
    public void processElement(Event event, Context context, Collector<String> out) {
      throw new AssertionError("the source gave " + event);
    }
  }
}
