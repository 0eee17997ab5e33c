package io.streambed.operator;

import io.streambed.file.Compression;
import io.streambed.snapshot.OperatorStateHandle;
import io.streambed.snapshot.OperatorStateHandle.Part;
import io.streambed.snapshot.OperatorStateSlice;
import io.streambed.snapshot.SnapshotOptions;
import io.streambed.state.BroadcastState;
import io.streambed.state.ListState;
import io.streambed.state.ListStateDescriptor;
import io.streambed.state.MapStateDescriptor;
import io.streambed.state.ReadOnlyBroadcastState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RunnableFuture;

/** Steps that the tests of operator state share. */
final class OperatorFixture {
  static final SnapshotOptions OPTIONS = SnapshotOptions.checkpoint(Compression.NONE);

  private OperatorFixture() {}

  static OperatorStateHandle snapshot(OperatorStateBackend backend, MemoryStreams streams) {
    return finish(backend.snapshot(1, streams, OPTIONS));
  }

  /** The handle, or what the future threw. */
  static OperatorStateHandle finish(RunnableFuture<OperatorStateHandle> future) {
    future.run();
    try {
      return future.get();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  static OperatorStateBackend restored(MemoryStreams streams, OperatorStateSlice... slices)
      throws IOException {
    OperatorStateBackend backend = new OperatorStateBackend(0, 1);
    backend.restore(List.of(slices), streams);
    return backend;
  }

  /** All that a container holds. */
  static OperatorStateSlice[] whole(OperatorStateHandle handle) {
    return handle.states().stream()
        .map(part -> new OperatorStateSlice(handle, part.name(), 0, part.elements()))
        .toArray(OperatorStateSlice[]::new);
  }

  static OperatorStateSlice slice(OperatorStateHandle handle, String state, long from, long to) {
    return new OperatorStateSlice(handle, state, from, to);
  }

  static Part part(OperatorStateHandle handle, String state) {
    return handle.states().stream().filter(p -> p.name().equals(state)).findFirst().orElseThrow();
  }

  static <E> List<E> elements(ListState<E> state) {
    List<E> elements = new ArrayList<>();
    if (state.get() != null) {
      state.get().forEach(elements::add);
    }
    return elements;
  }

  static <K, V> List<String> entries(ReadOnlyBroadcastState<K, V> state) {
    List<String> entries = new ArrayList<>();
    state.immutableEntries().forEach(e -> entries.add(e.getKey() + "=" + e.getValue()));
    return entries;
  }

  static BroadcastState<Long, String> rules(OperatorStateBackend backend) {
    return backend.getBroadcastState(
        new MapStateDescriptor<>("rules", TestSerializers.NUMBER, TestSerializers.TEXT));
  }

  static ListState<String> lines(OperatorStateBackend backend) {
    return backend.getListState(new ListStateDescriptor<>("lines", TestSerializers.TEXT));
  }

  static ListState<Long> offsets(OperatorStateBackend backend) {
    return backend.getUnionListState(new ListStateDescriptor<>("offsets", TestSerializers.NUMBER));
  }
}
