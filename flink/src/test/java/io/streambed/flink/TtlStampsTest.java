package io.streambed.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.error.IncompatibleStateException;
import java.io.IOException;
import java.io.InputStream;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.common.typeutils.base.IntSerializer;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.runtime.state.AbstractKeyedStateBackend;
import org.apache.flink.runtime.state.KeyGroupRangeOffsets;
import org.apache.flink.runtime.state.KeyGroupsStateHandle;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.StateHandleID;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.runtime.state.memory.ByteStreamStateHandle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * State under Flink's TTL, of which the store keeps a value and a timestamp: what expires when, and
 * how it comes from and goes to Flink's form of pairs.
 */
class TtlStampsTest {
  /** A number of keys that have expired while the others have not. */
  private static final int EXPIRED = 5;

  private static final long HALFWAY = TtlRig.START + TtlRig.TTL_MILLIS + EXPIRED - 1;

  private static StateTtlConfig ttl() {
    return TtlRig.ttl().build();
  }

  /** That keys from a number on have what they were given, and the others nothing. */
  private static void check(
      AbstractKeyedStateBackend<String> backend, StateTtlConfig config, int firstLive)
      throws Exception {
    TtlRig.States states = TtlRig.States.of(backend, config);
    for (int i = 0; i < TtlRig.KEYS; i++) {
      backend.setCurrentKey("key" + i);
      assertThat(states.read()).isEqualTo(i < firstLive ? TtlRig.NOTHING : TtlRig.expected(i));
    }
  }

  @Test
  void read_beforeAndAfterTheTime_tellsWhatHasExpired() throws Exception {
    try (TtlRig rig = new TtlRig()) {
      AbstractKeyedStateBackend<String> backend = rig.create();
      rig.fill(backend, ttl());
      rig.now = TtlRig.START + TtlRig.TTL_MILLIS - 1;
      check(backend, ttl(), 0);
      rig.now = HALFWAY;
      check(backend, ttl(), EXPIRED);
      rig.now = TtlRig.START + TtlRig.TTL_MILLIS + TtlRig.KEYS;
      check(backend, ttl(), TtlRig.KEYS);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void restore_timestampsOfACheckpointOrSavepoint_stay(boolean savepoint) throws Exception {
    try (TtlRig rig = new TtlRig()) {
      AbstractKeyedStateBackend<String> first = rig.create();
      rig.fill(first, ttl());
      AbstractKeyedStateBackend<String> second = rig.create(take(rig, first, savepoint));
      // Once more before the job has declared the states.
      AbstractKeyedStateBackend<String> third = rig.create(take(rig, second, savepoint));
      rig.now = HALFWAY;
      check(third, ttl(), EXPIRED);
    }
  }

  private static KeyedStateHandle take(
      TtlRig rig, AbstractKeyedStateBackend<String> backend, boolean savepoint) throws Exception {
    return savepoint
        ? rig.savepoint(backend)
        : rig.checkpoint(backend).getJobManagerOwnedSnapshot();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void restore_ttlSwitchedOn_beginsWithTheRestore(boolean savepoint) throws Exception {
    try (TtlRig rig = new TtlRig()) {
      AbstractKeyedStateBackend<String> first = rig.create();
      rig.fill(first, null);
      rig.now = 5_000;
      AbstractKeyedStateBackend<String> second = rig.create(take(rig, first, savepoint));
      TtlRig.States.of(second, ttl());
      rig.now += TtlRig.TTL_MILLIS - 1;
      check(second, ttl(), 0);
      rig.now++;
      check(second, ttl(), TtlRig.KEYS);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void restore_ttlSwitchedOff_keepsWhatHadNotBeenRemoved(boolean savepoint) throws Exception {
    try (TtlRig rig = new TtlRig()) {
      AbstractKeyedStateBackend<String> first = rig.create();
      rig.fill(first, ttl());
      AbstractKeyedStateBackend<String> second = rig.create(take(rig, first, savepoint));
      rig.now = 5_000;
      check(second, null, 0);
      AbstractKeyedStateBackend<String> third = rig.create(take(rig, second, savepoint));
      check(third, null, 0);
    }
  }

  @Test
  void savepoint_toHashmapAndBack_keepsValuesAndTimestamps() throws Exception {
    try (TtlRig rig = new TtlRig()) {
      AbstractKeyedStateBackend<String> first = rig.create();
      rig.fill(first, ttl());
      AbstractKeyedStateBackend<String> hashmap =
          rig.create(new HashMapStateBackend(), rig.savepoint(first));
      AbstractKeyedStateBackend<String> back = rig.create(rig.savepoint(hashmap));
      rig.now = HALFWAY;
      check(hashmap, ttl(), EXPIRED);
      check(back, ttl(), EXPIRED);
    }
  }

  /** The file was written by the version of the plugin that kept pairs as values. */
  @Test
  void restore_checkpointOfPairs_keepsValuesAndTimestamps() throws Exception {
    try (TtlRig rig = new TtlRig()) {
      AbstractKeyedStateBackend<String> restored = rig.create(ofPairs());
      rig.now = HALFWAY;
      check(restored, ttl(), EXPIRED);
      check(rig.create(ofPairs()), null, 0);
    }
  }

  private static KeyedStateHandle ofPairs() throws IOException {
    byte[] bytes;
    try (InputStream in = TtlStampsTest.class.getResourceAsStream("ttl-as-pairs.keyed")) {
      bytes = in.readAllBytes();
    }
    return KeyGroupsStateHandle.restore(
        new KeyGroupRangeOffsets(TtlRig.RANGE),
        new ByteStreamStateHandle("ttl-as-pairs", bytes),
        new StateHandleID("3c655abb-1fa9-4d67-84f1-fa74f49f7e22"));
  }

  @Test
  void cleanup_someAccesses_removesWhatHasExpiredAndNothingElse() throws Exception {
    StateTtlConfig config = TtlRig.ttl().cleanupIncrementally(5, false).build();
    try (TtlRig rig = new TtlRig()) {
      AbstractKeyedStateBackend<String> backend = rig.create();
      rig.fill(backend, config);
      TtlRig.States states = TtlRig.States.of(backend, config);
      assertThat(backend.numKeyValueStateEntries()).isEqualTo(TtlRig.KEYS * 7);
      rig.now = HALFWAY;
      backend.setCurrentKey("key11");
      for (int i = 0; i < 50; i++) {
        states.read();
      }
      assertThat(backend.numKeyValueStateEntries()).isEqualTo((TtlRig.KEYS - EXPIRED) * 7);
      check(backend, config, EXPIRED);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void snapshot_withFullCleanup_leavesOutWhatHasExpired(boolean savepoint) throws Exception {
    StateTtlConfig config = TtlRig.ttl().cleanupFullSnapshot().build();
    try (TtlRig rig = new TtlRig()) {
      AbstractKeyedStateBackend<String> first = rig.create();
      rig.fill(first, config);
      rig.now = HALFWAY;
      AbstractKeyedStateBackend<String> second = rig.create(take(rig, first, savepoint));
      assertThat(second.numKeyValueStateEntries()).isEqualTo((TtlRig.KEYS - EXPIRED) * 7);
      assertThat(first.numKeyValueStateEntries()).isEqualTo(TtlRig.KEYS * 7);
      check(second, config, EXPIRED);
    }
  }

  @Test
  void open_openWithoutTtl_isRefusedWithIt() throws Exception {
    try (TtlRig rig = new TtlRig()) {
      AbstractKeyedStateBackend<String> backend = rig.create();
      // As the changelog and Flink's tests do it: past what the backend remembers of its states.
      backend.createOrUpdateInternalState(
          VoidNamespaceSerializer.INSTANCE,
          new MapStateDescriptor<>("map", IntSerializer.INSTANCE, StringSerializer.INSTANCE));
      MapStateDescriptor<Integer, String> withTtl =
          new MapStateDescriptor<>("map", Types.INT, Types.STRING);
      withTtl.enableTimeToLive(ttl());
      assertThatThrownBy(
              () ->
                  backend.getPartitionedState(
                      VoidNamespace.INSTANCE, VoidNamespaceSerializer.INSTANCE, withTtl))
          .hasMessageContaining("map")
          .hasMessageContaining("expiry STAMPED");
    }
  }

  @Test
  void savepoint_nullThatTheSerializerCannotWrite_isRefusedAndNamesTheState() throws Exception {
    MapStateDescriptor<Integer, Long> numbers =
        new MapStateDescriptor<>("numbers", Types.INT, Types.LONG);
    numbers.enableTimeToLive(ttl());
    try (TtlRig rig = new TtlRig()) {
      AbstractKeyedStateBackend<String> backend = rig.create();
      backend.setCurrentKey("key");
      MapState<Integer, Long> state =
          backend.getPartitionedState(
              VoidNamespace.INSTANCE, VoidNamespaceSerializer.INSTANCE, numbers);
      state.put(1, null);
      assertThatThrownBy(() -> rig.savepoint(backend))
          .isInstanceOf(IncompatibleStateException.class)
          .hasMessageContaining("numbers")
          .hasMessageContaining("native savepoint");
      AbstractKeyedStateBackend<String> restored =
          rig.create(rig.checkpoint(backend).getJobManagerOwnedSnapshot());
      restored.setCurrentKey("key");
      MapState<Integer, Long> again =
          restored.getPartitionedState(
              VoidNamespace.INSTANCE, VoidNamespaceSerializer.INSTANCE, numbers);
      assertThat(again.contains(1)).isTrue();
      assertThat(again.get(1)).isNull();
      assertThat(again.contains(2)).isFalse();
    }
  }
}
