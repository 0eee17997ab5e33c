package io.streambed.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.backend.KeyedBackendOptions.Restored;
import io.streambed.checkpoint.CheckpointStorage;
import io.streambed.checkpoint.MemoryCheckpointStorage;
import io.streambed.error.ForeignFileException;
import io.streambed.error.StorageException;
import io.streambed.file.FileInput;
import io.streambed.heap.HeapKeyedStoreFactory;
import io.streambed.key.KeyGroupRange;
import io.streambed.serial.Serializers;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.RestoreProgress;
import io.streambed.snapshot.SnapshotInputs;
import io.streambed.snapshot.StreamHandle;
import io.streambed.store.KeyedStore;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.store.StoreContext;
import io.streambed.store.StoreDescription;
import io.streambed.store.StoreDescription.Trait;
import io.streambed.store.TaskInfo;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class StateBackendTest {
  private static final KeyGroupRange RANGE = new KeyGroupRange(0, 7);
  private static final StreamHandle NO_CONTAINER =
      new StreamHandle.Inline(new UUID(1, 1), 0, new byte[200]);

  private static KeyedBackendOptions<Long> restoring(SnapshotInputs inputs) {
    return new KeyedBackendOptions<>(
        new TaskInfo("job", "totals", 3),
        Serializers.longs(),
        8,
        RANGE,
        List.of(),
        new Restored(
            List.of(new KeyedStateHandle.Container(RANGE, NO_CONTAINER)),
            inputs,
            RestoreProgress.NONE));
  }

  /** Damage is final and a storage may recover: a job acts upon the difference. */
  @Test
  void create_damagedStateAndAStoreThatFailsToClose_tellsOfTheDamage() {
    SnapshotInputs inputs = handle -> FileInput.of("chk/keyed", new byte[200]);
    assertThatThrownBy(() -> new Unclosable().createKeyedStateBackend(restoring(inputs)))
        .isInstanceOf(ForeignFileException.class)
        .hasMessageContaining("chk/keyed")
        .satisfies(e -> assertThat(e.getSuppressed()).containsExactly(Unclosable.FAILURE));
  }

  @Test
  void create_unreadableStateAndAStoreThatFailsToClose_tellsOfTheTask() {
    SnapshotInputs inputs =
        handle -> {
          throw new IOException("gone");
        };
    assertThatThrownBy(() -> new Unclosable().createKeyedStateBackend(restoring(inputs)))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("subtask 3 of operator \"totals\"")
        .cause()
        .hasMessage("gone")
        .satisfies(e -> assertThat(e.getSuppressed()).containsExactly(Unclosable.FAILURE));
  }

  /** Its stores cannot be closed. */
  private static final class Unclosable implements StateBackend, KeyedStoreFactory {
    static final StorageException FAILURE = new StorageException("the directory is stuck");

    private final StateBackend memory =
        StateBackend.of(
            new HeapKeyedStoreFactory(), new MemoryCheckpointStorage(1000, UUID::randomUUID));

    @Override
    public StoreDescription description() {
      return new StoreDescription("unclosable", Trait.KEEPS_OBJECTS);
    }

    @Override
    public KeyedStoreFactory stores() {
      return this;
    }

    @Override
    public CheckpointStorage checkpoints() {
      return memory.checkpoints();
    }

    @Override
    @SuppressWarnings("unchecked")
    public <K> KeyedStore<K> create(StoreContext<K> context) {
      KeyedStore<K> store = memory.stores().create(context);
      return (KeyedStore<K>)
          Proxy.newProxyInstance(
              KeyedStore.class.getClassLoader(),
              new Class<?>[] {KeyedStore.class},
              (proxy, method, args) -> {
                if (method.getName().equals("close")) {
                  throw FAILURE;
                }
                try {
                  return method.invoke(store, args);
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              });
    }
  }
}
