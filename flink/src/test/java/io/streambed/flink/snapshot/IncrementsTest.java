package io.streambed.flink.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.error.CorruptionException;
import io.streambed.error.IncompatibleStateException;
import io.streambed.flink.BytesBackendFactory;
import io.streambed.flink.StreambedStateBackend;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.checkpoint.CheckpointOptions;
import org.apache.flink.runtime.checkpoint.CheckpointType;
import org.apache.flink.runtime.checkpoint.SavepointType;
import org.apache.flink.runtime.checkpoint.SnapshotType;
import org.apache.flink.runtime.state.BackendBuildingException;
import org.apache.flink.runtime.state.CheckpointStorageLocationReference;
import org.apache.flink.runtime.state.CheckpointableKeyedStateBackend;
import org.apache.flink.runtime.state.IncrementalRemoteKeyedStateHandle;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyGroupsStateHandle;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.PlaceholderStreamStateHandle;
import org.apache.flink.runtime.state.StreamStateHandle;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.runtime.state.filesystem.FileStateHandle;
import org.apache.flink.runtime.state.memory.ByteStreamStateHandle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Checkpoints of the store of bytes as increments, with what the JobManager does to their files.
 */
class IncrementsTest {
  private static final KeyGroupRange ALL = KeyGroupRange.of(0, BackendRig.KEY_GROUPS - 1);
  private static final CheckpointOptions CHECKPOINT =
      CheckpointOptions.forCheckpointWithDefaultLocation();

  @TempDir private Path directory;
  private final BackendRig rig = new BackendRig(BytesBackendFactory.backend());
  private JobManagerFiles files;
  private CheckpointableKeyedStateBackend<String> backend;

  @BeforeEach
  void setUp() throws Exception {
    files = new JobManagerFiles(directory);
    backend = rig.create(ALL);
    BackendRig.fill(backend, 5);
  }

  @AfterEach
  void close() throws IOException {
    backend.dispose();
    rig.close();
  }

  private static CheckpointOptions of(SnapshotType type) {
    return CheckpointOptions.alignedNoTimeout(
        type, CheckpointStorageLocationReference.getDefault());
  }

  /** Changes one entry of one state. */
  private void change(long value) throws Exception {
    backend.setCurrentKey("key4");
    backend
        .getPartitionedState(
            VoidNamespace.INSTANCE,
            VoidNamespaceSerializer.INSTANCE,
            new ValueStateDescriptor<>("value", Types.LONG))
        .update(value);
  }

  private static List<StreamStateHandle> shared(KeyedStateHandle handle) {
    return ((IncrementalRemoteKeyedStateHandle) handle)
        .getSharedState().stream().map(file -> file.getHandle()).toList();
  }

  /** The files that a checkpoint writes anew, shared ones alone. */
  private static List<StreamStateHandle> fresh(KeyedStateHandle handle) {
    return shared(handle).stream()
        .filter(file -> !(file instanceof PlaceholderStreamStateHandle))
        .toList();
  }

  private static Set<String> names(KeyedStateHandle handle) {
    Set<String> names = new HashSet<>();
    for (StreamStateHandle file : shared(handle)) {
      names.add(((FileStateHandle) file).getFilePath().getName());
    }
    return names;
  }

  private void assertGives(List<String> expected, KeyedStateHandle... handles) throws Exception {
    CheckpointableKeyedStateBackend<String> restored = rig.create(ALL, handles);
    assertThat(BackendRig.dump(restored)).isEqualTo(expected).hasSizeGreaterThan(60);
    restored.dispose();
  }

  @Test
  void checkpoint_nothingChanged_writesItsManifestOnly() throws Exception {
    KeyedStateHandle first = files.checkpoint(1, backend)[0];
    assertThat(first.getCheckpointedSize()).isEqualTo(first.getStateSize());
    KeyedStateHandle second = files.written(backend, 2, CHECKPOINT);
    assertThat(fresh(second)).isEmpty();
    assertThat(second.getStateSize()).isEqualTo(first.getStateSize());
    assertThat(second.getCheckpointedSize())
        .isEqualTo(
            ((IncrementalRemoteKeyedStateHandle) second).getMetaDataStateHandle().getStateSize())
        .isLessThan(second.getStateSize() / 2);
    files.complete(2, second);
    assertGives(BackendRig.dump(backend), second);
  }

  @Test
  void checkpoint_ofAJobThatCompressesSnapshots_canBeRestored() throws Exception {
    rig.useCompression();
    KeyedStateHandle[] first = files.checkpoint(1, backend);
    CheckpointableKeyedStateBackend<String> compressing = rig.create(ALL, first);
    assertGives(BackendRig.dump(backend), files.checkpoint(2, compressing));
    compressing.dispose();
  }

  @Test
  void checkpoint_oneEntryChanged_writesOneFileAndTheOldOneIsDeleted() throws Exception {
    KeyedStateHandle first = files.checkpoint(1, backend)[0];
    Set<String> before = names(first);
    change(-1);
    KeyedStateHandle second = files.written(backend, 2, CHECKPOINT);
    assertThat(fresh(second)).hasSize(1);
    files.complete(2, second);
    assertThat(files.files()).as("its files and its manifest").hasSize(before.size() + 1);
    assertThat(files.files()).containsAll(names(second));
    assertGives(BackendRig.dump(backend), second);
  }

  @Test
  void checkpoint_beforeTheFirstIsConfirmed_refersToNothing() throws Exception {
    KeyedStateHandle first = files.written(backend, 1, CHECKPOINT);
    KeyedStateHandle second = files.written(backend, 2, CHECKPOINT);
    assertThat(fresh(second)).hasSameSizeAs(shared(first));
    files.acknowledge(1, first);
    files.complete(2, second);
    assertThat(files.files()).hasSize(shared(second).size() + 1);
    assertGives(BackendRig.dump(backend), second);
  }

  @Test
  void checkpoint_afterAnAbortedOne_refersToNothingOfIt() throws Exception {
    files.checkpoint(1, backend);
    change(-1);
    KeyedStateHandle aborted = files.written(backend, 2, CHECKPOINT);
    Set<String> lost = new HashSet<>();
    fresh(aborted).forEach(file -> lost.add(((FileStateHandle) file).getFilePath().getName()));
    aborted.discardState();
    ((CheckpointListener) backend).notifyCheckpointAborted(2);
    KeyedStateHandle third = files.written(backend, 3, CHECKPOINT);
    assertThat(fresh(third)).hasSize(1);
    files.complete(3, third);
    assertThat(names(third)).doesNotContainAnyElementsOf(lost);
    assertGives(BackendRig.dump(backend), third);
  }

  /** What the first one wrote is deleted before the third arrives, and the task does not know. */
  @Test
  void checkpoint_contentOfAnOlderOneComesBack_isWrittenAgain() throws Exception {
    change(1);
    files.checkpoint(1, backend);
    change(2);
    files.complete(2, files.written(backend, 2, CHECKPOINT));
    change(1);
    KeyedStateHandle third = files.written(backend, 3, CHECKPOINT);
    assertThat(fresh(third)).hasSize(1);
    files.complete(3, third);
    assertGives(BackendRig.dump(backend), third);
  }

  /** The one between may be complete at the JobManager before this one arrives there. */
  @Test
  void checkpoint_whileAnotherIsNotWrittenYet_refersToNothing() throws Exception {
    files.checkpoint(1, backend);
    var second = backend.snapshot(2, 1, files.streams(), CHECKPOINT);
    KeyedStateHandle third = files.written(backend, 3, CHECKPOINT);
    assertThat(fresh(third)).hasSameSizeAs(shared(third));
    second.run();
    files.complete(2, second.get().getJobManagerOwnedSnapshot());
    files.complete(3, third);
    assertGives(BackendRig.dump(backend), third);
  }

  @Test
  void checkpoint_afterOneThatWasCancelledBeforeItWasWritten_isAnIncrement() throws Exception {
    files.checkpoint(1, backend);
    backend.snapshot(2, 1, files.streams(), CHECKPOINT).cancel(true);
    assertThat(fresh(files.written(backend, 3, CHECKPOINT))).isEmpty();
  }

  @Test
  void checkpoint_full_refersToNothingAndLaterOnesReferToIt() throws Exception {
    files.checkpoint(1, backend);
    KeyedStateHandle full = files.written(backend, 2, of(CheckpointType.FULL_CHECKPOINT));
    assertThat(fresh(full)).hasSameSizeAs(shared(full));
    files.complete(2, full);
    ((CheckpointListener) backend).notifyCheckpointComplete(2);
    KeyedStateHandle third = files.written(backend, 3, CHECKPOINT);
    assertThat(fresh(third)).isEmpty();
    files.complete(3, third);
    assertThat(names(third)).isEqualTo(names(full));
  }

  @Test
  void savepoint_native_isAContainerAndDoesNotCountAsACheckpoint() throws Exception {
    files.checkpoint(1, backend);
    KeyedStateHandle savepoint =
        files.written(backend, 2, of(SavepointType.savepoint(SavepointFormatType.NATIVE)));
    assertThat(savepoint).isInstanceOf(KeyGroupsStateHandle.class);
    ((CheckpointListener) backend).notifyCheckpointComplete(2);
    KeyedStateHandle third = files.written(backend, 3, CHECKPOINT);
    assertThat(fresh(third)).isEmpty();
    assertGives(BackendRig.dump(backend), savepoint);
    try (BackendRig onHeap = new BackendRig()) {
      CheckpointableKeyedStateBackend<String> heap = onHeap.create(ALL, savepoint);
      assertThat(BackendRig.dump(heap)).isEqualTo(BackendRig.dump(backend));
      heap.dispose();
    }
  }

  @Test
  void checkpoint_incrementsSwitchedOff_isAContainer() throws Exception {
    Configuration config = new Configuration();
    config.set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, false);
    StreambedStateBackend full =
        BytesBackendFactory.backend().configure(config, getClass().getClassLoader());
    try (BackendRig off = new BackendRig(full)) {
      CheckpointableKeyedStateBackend<String> restored =
          off.create(ALL, files.checkpoint(1, backend));
      KeyedStateHandle container = files.written(restored, 2, CHECKPOINT);
      assertThat(container).isInstanceOf(KeyGroupsStateHandle.class);
      restored.dispose();
      assertGives(BackendRig.dump(backend), container);
    }
  }

  @Test
  void restore_fromOneToThreeToTwo_losesNothingAndRefersToWhatFits() throws Exception {
    List<String> expected = BackendRig.dump(backend);
    KeyedStateHandle[] one = files.checkpoint(1, backend);
    List<CheckpointableKeyedStateBackend<String>> three = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      three.add(rig.create(KeyGroupRange.of(2 * i, 2 * i + 1), one));
    }
    KeyedStateHandle[] ofThree = files.checkpoint(2, three.get(0), three.get(1), three.get(2));
    List<CheckpointableKeyedStateBackend<String>> two = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      two.add(rig.create(KeyGroupRange.of(3 * i, 3 * i + 2), ofThree));
    }
    KeyedStateHandle[] ofTwo = files.checkpoint(3, two.get(0), two.get(1));
    assertGives(expected, ofTwo);
    int referred = 0;
    for (KeyedStateHandle handle : ofTwo) {
      referred += shared(handle).size();
    }
    assertThat(files.files()).as("nothing of before is left over").hasSize(referred + 2);
    three.forEach(CheckpointableKeyedStateBackend::dispose);
    two.forEach(CheckpointableKeyedStateBackend::dispose);
  }

  @Test
  void checkpoint_afterARestore_refersToTheFilesOfItUnlessItHasToBeFull() throws Exception {
    KeyedStateHandle[] first = files.checkpoint(1, backend);
    CheckpointableKeyedStateBackend<String> restored = rig.create(ALL, first);
    assertThat(fresh(files.written(restored, 2, CHECKPOINT))).isEmpty();
    KeyedStateHandle full = files.written(restored, 3, of(CheckpointType.FULL_CHECKPOINT));
    assertThat(fresh(full)).hasSameSizeAs(shared(full));
    assertThat(names(full)).doesNotContainAnyElementsOf(names(first[0]));
    KeyedStateHandle fourth = files.written(restored, 4, CHECKPOINT);
    assertThat(fresh(fourth)).as("the full one may have subsumed it").isNotEmpty();
    restored.dispose();
  }

  @Test
  void checkpoint_givenUpAfterItWasWritten_leavesTheFilesItReferredTo() throws Exception {
    KeyedStateHandle first = files.checkpoint(1, backend)[0];
    files.written(backend, 2, CHECKPOINT).discardState();
    assertThat(files.files()).containsAll(names(first));
    assertGives(BackendRig.dump(backend), first);
  }

  @Test
  void checkpoint_storageFails_deletesWhatItWrote() throws Exception {
    files.checkpoint(1, backend);
    Set<String> before = files.files();
    BackendRig.fill(backend, 6);
    var task = backend.snapshot(2, 1, new FailingStreams(files.streams(), 4), CHECKPOINT);
    task.run();
    assertThatThrownBy(task::get)
        .isInstanceOf(ExecutionException.class)
        .hasStackTraceContaining("no more streams");
    assertThat(files.files()).isEqualTo(before);
    KeyedStateHandle third = files.written(backend, 3, CHECKPOINT);
    files.complete(3, third);
    assertGives(BackendRig.dump(backend), third);
  }

  @Test
  void checkpoint_cancelledAfterItsLastFile_deletesWhatItWrote() throws Exception {
    files.checkpoint(1, backend);
    Set<String> before = files.files();
    change(-1);
    var task = backend.snapshot(2, 1, files.streams(), CHECKPOINT);
    files.afterLastFile(() -> task.cancel(true));
    task.run();
    assertThat(Thread.interrupted()).as("the cancellation interrupts its writer").isTrue();
    assertThat(task.isCancelled()).isTrue();
    assertThat(files.files()).isEqualTo(before);
  }

  @Test
  void checkpoint_withoutStates_isEmpty() throws Exception {
    CheckpointableKeyedStateBackend<String> empty = rig.create(ALL);
    var task = empty.snapshot(1, 1, files.streams(), CHECKPOINT);
    task.run();
    assertThat(task.get().getJobManagerOwnedSnapshot()).isNull();
    empty.dispose();
  }

  @Test
  void restore_anyFileDamaged_isATypedError() throws Exception {
    KeyedStateHandle[] handles = files.checkpoint(1, backend);
    for (String file : files.files()) {
      files.damage(file);
      assertThatThrownBy(() -> rig.create(ALL, handles))
          .isInstanceOf(BackendBuildingException.class)
          .hasMessageContaining("operator-7")
          .hasRootCauseInstanceOf(CorruptionException.class)
          .hasMessageContaining(file);
      files.damage(file);
    }
    assertGives(BackendRig.dump(backend), handles);
  }

  @Test
  void restore_incrementsOfAnotherBackendOrStore_namesTheWayOut() throws Exception {
    KeyedStateHandle foreign =
        new IncrementalRemoteKeyedStateHandle(
            UUID.randomUUID(),
            ALL,
            1,
            List.of(),
            List.of(),
            new ByteStreamStateHandle("meta", new byte[3]));
    KeyedStateHandle ours = files.checkpoint(1, backend)[0];
    try (BackendRig onHeap = new BackendRig()) {
      for (var attempt :
          List.<org.assertj.core.api.ThrowableAssert.ThrowingCallable>of(
              () -> rig.create(ALL, foreign),
              () -> onHeap.create(ALL, foreign),
              () -> onHeap.create(ALL, ours))) {
        assertThatThrownBy(attempt)
            .hasCauseInstanceOf(IncompatibleStateException.class)
            .hasMessageContaining("key groups 0 to 5")
            .hasMessageContaining("another state backend or for another store")
            .hasMessageContaining("--type canonical");
      }
    }
  }
}
