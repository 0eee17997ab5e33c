package io.streambed.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.backend.StateBackend;
import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import io.streambed.checkpoint.CheckpointStorage;
import io.streambed.checkpoint.MemoryCheckpointStorage;
import io.streambed.checkpoint.SubtaskAssignment;
import io.streambed.error.SerializationException;
import io.streambed.file.Compression;
import io.streambed.heap.HeapKeyedStoreFactory;
import io.streambed.job.FailurePolicy;
import io.streambed.job.JobOperator.Input;
import io.streambed.job.JobOperator.KeyedOperator;
import io.streambed.job.JobOperator.States;
import io.streambed.job.KeyedBroadcastHandler;
import io.streambed.job.KeyedContext;
import io.streambed.job.KeyedHandler;
import io.streambed.key.KeyGroupRange;
import io.streambed.meter.Meters;
import io.streambed.meter.StateTracking;
import io.streambed.serial.Serializer;
import io.streambed.serial.SerializerSnapshot;
import io.streambed.serial.Serializers;
import io.streambed.snapshot.SnapshotOptions;
import io.streambed.state.BroadcastState;
import io.streambed.state.MapStateDescriptor;
import io.streambed.store.FrozenView;
import io.streambed.store.KeyedStore;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.store.StoreContext;
import io.streambed.store.StoreDescription;
import io.streambed.store.StoreDescription.Trait;
import io.streambed.store.TaskInfo;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class KeyedSubtaskTest {
  private static final MapStateDescriptor<Integer, String> NAMES =
      new MapStateDescriptor<>("names", Serializers.ints(), new Uncopied());

  private final AtomicInteger frozen = new AtomicInteger();
  private final StateBackend memory =
      StateBackend.of(
          new HeapKeyedStoreFactory(), new MemoryCheckpointStorage(5 << 20, UUID::randomUUID));

  /** A store's frozen contents hold files and memory until somebody lets go of them. */
  @Test
  void snapshot_broadcastStateThatCannotBeCopied_leavesNothingOfTheStoreFrozen() throws Exception {
    KeyedSubtask subtask = subtask();
    subtask.open();
    try {
      subtask.snapshot(barrier(1));
      assertThat(frozen).hasValue(1);
      subtask.snapshots.cancelAll();
      assertThat(frozen).as("let go of when cancelled").hasValue(0);
      subtask.element(1, new Element(null, 7, 0));
      assertThatThrownBy(() -> subtask.snapshot(barrier(2)))
          .isInstanceOf(SerializationException.class)
          .hasMessageContaining("names");
      subtask.snapshots.cancelAll();
      assertThat(frozen).hasValue(0);
    } finally {
      subtask.close();
    }
  }

  private static Barrier barrier(long checkpointId) {
    return new Barrier(
        checkpointId,
        purpose -> {
          throw new AssertionError("nothing is written");
        },
        SnapshotOptions.checkpoint(Compression.NONE),
        Barrier.AtSources.GO_ON);
  }

  @SuppressWarnings("unchecked")
  private KeyedSubtask subtask() {
    KeyedOperator operator =
        new KeyedOperator(
            "names",
            1,
            List.of(
                new Input(List.of("in"), element -> element),
                new Input(List.of("broadcast"), null)),
            (Serializer<Object>) (Serializer<?>) Serializers.longs(),
            KeyedSubtaskTest::names,
            new States(List.of(), List.of(NAMES)));
    KeyGroupRange range = new KeyGroupRange(0, 7);
    RestoredState nothing =
        new RestoredState(
            new TaskInfo("job", "names", 0),
            8,
            new SubtaskAssignment(0, range, List.of(), List.of()),
            null,
            0);
    TaskServices services =
        new TaskServices(
            null,
            new JobEvents("job", JobProbe.NONE, JobListener.NONE),
            task -> {},
            Runnable::run,
            Runnable::run,
            () -> 0,
            System::nanoTime,
            Meters.NONE,
            StateTracking.NONE,
            new StateQueries("job", 8, List.of(operator)));
    return new KeyedSubtask(
        new KeyedSubtask.Of(operator, new FailurePolicy.Fail()),
        new CountingBackend(),
        nothing,
        services,
        new Deployment.Latches(
            new CountDownLatch(1),
            new CountDownLatch(1),
            new Deployment.RunIdentity("job", "job-1")));
  }

  /** Puts names into broadcast state. */
  private static KeyedHandler<Object> names(KeyedContext<Object, Object> context) {
    BroadcastState<Integer, String> names = context.broadcastState(NAMES);
    return new KeyedBroadcastHandler<Object, Object>() {
      @Override
      public void onElement(Object number, long timestampMillis) {}

      @Override
      public void onBroadcast(Object number, long timestampMillis) {
        names.put((Integer) number, "name-" + number);
      }
    };
  }

  /** Of texts that it takes for mutable, and copies once only: for the trial of the first value. */
  private static final class Uncopied implements Serializer<String> {
    private boolean tried;

    @Override
    public void write(String value, ByteWriter out) {
      out.writeText(value);
    }

    @Override
    public String read(ByteReader in) {
      return in.readText();
    }

    @Override
    public String copy(String value) {
      if (tried) {
        throw new IllegalStateException("copy failed");
      }
      tried = true;
      return value;
    }

    @Override
    public boolean immutable() {
      return false;
    }

    @Override
    public Serializer<String> duplicate() {
      return this;
    }

    @Override
    public SerializerSnapshot snapshot() {
      return Serializers.strings().snapshot();
    }
  }

  /** Counts what is frozen and not let go of. */
  private final class CountingBackend implements StateBackend, KeyedStoreFactory {
    @Override
    public StoreDescription description() {
      return new StoreDescription("counting", Trait.KEEPS_OBJECTS);
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
          observed(
              KeyedStore.class,
              store,
              (call, answer) -> {
                if (!call.equals("freeze")) {
                  return answer;
                }
                frozen.incrementAndGet();
                return observed(FrozenView.class, answer, this::released);
              });
    }

    private Object released(String call, Object answer) {
      if (call.equals("close")) {
        frozen.decrementAndGet();
      }
      return answer;
    }
  }

  /** Sees each call and what it answers, and may answer something else. */
  @FunctionalInterface
  private interface Calls {
    Object answered(String call, Object answer);
  }

  private static Object observed(Class<?> type, Object target, Calls calls) {
    return Proxy.newProxyInstance(
        type.getClassLoader(),
        new Class<?>[] {type},
        (proxy, method, args) -> {
          try {
            return calls.answered(method.getName(), method.invoke(target, args));
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        });
  }
}
