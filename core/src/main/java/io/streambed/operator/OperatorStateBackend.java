package io.streambed.operator;

import io.streambed.entry.Codec;
import io.streambed.entry.Limits;
import io.streambed.entry.StateRenames;
import io.streambed.error.IncompatibleStateException;
import io.streambed.error.LimitExceededException;
import io.streambed.file.Compression;
import io.streambed.migration.Takeover;
import io.streambed.serial.Serializer;
import io.streambed.snapshot.CancellationRegistry;
import io.streambed.snapshot.OperatorStateHandle;
import io.streambed.snapshot.OperatorStateSlice;
import io.streambed.snapshot.SnapshotInputs;
import io.streambed.snapshot.SnapshotOptions;
import io.streambed.snapshot.SnapshotOutput;
import io.streambed.snapshot.SnapshotStreams;
import io.streambed.snapshot.SnapshotTask;
import io.streambed.snapshot.Snapshotable;
import io.streambed.state.BroadcastState;
import io.streambed.state.ListState;
import io.streambed.state.ListStateDescriptor;
import io.streambed.state.MapStateDescriptor;
import io.streambed.state.StateDescriptor;
import io.streambed.state.StateKind;
import io.streambed.state.StateNameOwners;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RunnableFuture;

/**
 * The operator state of one subtask: state without keys, held on the heap. States are opened by
 * name; the same name gives the same state again. Restored states wait as bytes until they are
 * opened; those that nobody opens go into the next snapshot as they came, a union list in even
 * shares of the subtasks.
 *
 * <p>Threading: the task's thread, but for the futures of snapshots.
 */
public final class OperatorStateBackend
    implements Snapshotable<OperatorStateHandle>, AutoCloseable {
  private final Map<String, OpenState> opened = new LinkedHashMap<>();
  private final Map<String, WaitingState> waiting = new LinkedHashMap<>();
  private final StateNameOwners names = new StateNameOwners();
  private final int subtask;
  private final int parallelism;
  private boolean closed;

  /**
   * A backend without state.
   *
   * @param subtask the index of the subtask, from 0
   * @param parallelism how many subtasks there are
   */
  public OperatorStateBackend(int subtask, int parallelism) {
    if (subtask < 0 || subtask >= parallelism) {
      throw new IllegalArgumentException("subtask " + subtask + " of " + parallelism);
    }
    this.subtask = subtask;
    this.parallelism = parallelism;
  }

  /**
   * Takes restored elements over, as bytes; the states are opened as usual afterwards. After an
   * error this backend is as before.
   *
   * @param slices what this subtask gets; several slices of one list follow each other in the order
   *     given, a broadcast state is one slice that covers it
   * @param inputs opens the containers; to make the reads cancellable, let it register what it
   *     opens with a {@link CancellationRegistry}
   * @throws io.streambed.error.CorruptionException if a container is damaged or does not hold what
   *     its handle says; it names the file
   * @throws IncompatibleStateException if subtasks held different kinds of state under one name
   * @throws IllegalArgumentException if a slice is beyond its state, or parts a broadcast state
   * @throws IllegalStateException if a state of the same name is here already
   * @throws IOException if the storage fails
   */
  public void restore(List<OperatorStateSlice> slices, SnapshotInputs inputs) throws IOException {
    checkOpen();
    Map<String, WaitingState> restored = OperatorStateRestore.read(slices, inputs);
    for (String name : restored.keySet()) {
      if (opened.containsKey(name) || waiting.containsKey(name)) {
        throw new IllegalStateException("operator state \"" + name + "\" is here already");
      }
    }
    waiting.putAll(restored);
  }

  /**
   * Opens a list whose elements are dealt out to the subtasks on restore.
   *
   * @param descriptor the declaration
   * @param <E> the type of the elements
   * @return the state, the same one at each call
   * @throws IncompatibleStateException if the name belongs to another kind or its serializer cannot
   *     read what is there
   * @throws IllegalArgumentException if it has a time to live, or one of its names, also of its
   *     former ones, belongs to another state that was opened
   * @throws io.streambed.error.SerializationException if the serializer fails on a restored element
   * @throws LimitExceededException if there are too many states
   */
  public <E> ListState<E> getListState(ListStateDescriptor<E> descriptor) {
    return list(StateKind.SPLIT_LIST, descriptor);
  }

  /**
   * Opens a list that every subtask gets in whole, the elements of all subtasks, on restore.
   *
   * @param descriptor the declaration
   * @param <E> the type of the elements
   * @return the state, the same one at each call
   * @throws IncompatibleStateException if the name belongs to another kind or its serializer cannot
   *     read what is there
   * @throws IllegalArgumentException if it has a time to live, or one of its names, also of its
   *     former ones, belongs to another state that was opened
   * @throws io.streambed.error.SerializationException if the serializer fails on a restored element
   * @throws LimitExceededException if there are too many states
   */
  public <E> ListState<E> getUnionListState(ListStateDescriptor<E> descriptor) {
    return list(StateKind.UNION_LIST, descriptor);
  }

  /**
   * Opens a map that every subtask holds in whole.
   *
   * @param descriptor the declaration
   * @param <K> the type of the keys
   * @param <V> the type of the values
   * @return the state, the same one at each call
   * @throws IncompatibleStateException if the name belongs to another kind or its serializers
   *     cannot read what is there
   * @throws IllegalArgumentException if it has a time to live, or one of its names, also of its
   *     former ones, belongs to another state that was opened
   * @throws io.streambed.error.SerializationException if a serializer fails on a restored entry
   * @throws LimitExceededException if there are too many states
   */
  public <K, V> BroadcastState<K, V> getBroadcastState(MapStateDescriptor<K, V> descriptor) {
    String name = descriptor.name();
    requireForEver(descriptor);
    Serializer<K> key = descriptor.keySerializer().duplicate();
    Serializer<V> value = descriptor.valueSerializer().duplicate();
    BroadcastMap<K, V> requested =
        new BroadcastMap<>(
            new OperatorStateSchema(name, StateKind.BROADCAST, key.snapshot(), value.snapshot()),
            Codec.ofOperatorState(key, name, "key"),
            Codec.ofOperatorState(value, name, "value"));
    rename(descriptor);
    OpenState known = known(requested);
    if (known != null) {
      BroadcastMap<K, V> map = cast(known);
      OpenState.requireInUse(requested.keys(), known.schema().key());
      OpenState.requireInUse(requested.values(), known.schema().value());
      return map;
    }
    runs(requested).forEach(requested::fill);
    return register(requested);
  }

  private static void requireForEver(StateDescriptor descriptor) {
    if (descriptor.timeToLive() != null) {
      throw new IllegalArgumentException(
          "operator state \""
              + descriptor.name()
              + "\" has a time to live: only keyed state expires");
    }
  }

  private <E> ListState<E> list(StateKind kind, ListStateDescriptor<E> descriptor) {
    String name = descriptor.name();
    requireForEver(descriptor);
    Serializer<E> serializer = descriptor.serializer().duplicate();
    ElementList<E> requested =
        new ElementList<>(
            new OperatorStateSchema(name, kind, null, serializer.snapshot()),
            Codec.ofOperatorState(serializer, name, "element"));
    rename(descriptor);
    OpenState known = known(requested);
    if (known != null) {
      ElementList<E> list = cast(known);
      OpenState.requireInUse(requested.codec(), known.schema().value());
      return list;
    }
    runs(requested).forEach(requested::fill);
    return register(requested);
  }

  /** Gives what was restored under a former name of a state to its present name. */
  private void rename(StateDescriptor descriptor) {
    String name = descriptor.name();
    List<String> restored = descriptor.formerNames().stream().filter(waiting::containsKey).toList();
    boolean present = waiting.containsKey(name) || opened.containsKey(name);
    if (restored.size() > (present ? 0 : 1)) {
      throw StateRenames.severalNames(name);
    }
    names.claim(descriptor);
    restored.forEach(former -> waiting.put(name, waiting.remove(former)));
  }

  private OpenState known(OpenState requested) {
    checkOpen();
    String name = requested.schema().name();
    OpenState known = opened.get(name);
    if (known != null) {
      checkKind(known.schema(), requested.schema());
    } else if (!waiting.containsKey(name) && opened.size() + waiting.size() >= Limits.MAX_STATES) {
      throw new LimitExceededException(
          "The number of operator states, with \"" + name + "\",",
          opened.size() + waiting.size() + 1L,
          Limits.MAX_STATES,
          "Use fewer states, for instance a broadcast state with a name in its key.");
    }
    return known;
  }

  private List<WaitingState.Run> runs(OpenState requested) {
    WaitingState state = waiting.get(requested.schema().name());
    if (state == null) {
      return List.of();
    }
    checkKind(state.runs().get(0).schema(), requested.schema());
    return state.runs();
  }

  private <S extends OpenState> S register(S state) {
    waiting.remove(state.schema().name());
    opened.put(state.schema().name(), state);
    return state;
  }

  /** The kind of the state tells its class; its serializers are compared by whoever calls. */
  @SuppressWarnings("unchecked")
  private static <S extends OpenState> S cast(OpenState state) {
    return (S) state;
  }

  private static void checkKind(OperatorStateSchema held, OperatorStateSchema requested) {
    Takeover.checkKind(
        "operator state \"" + requested.name() + "\"", held.kind(), requested.kind());
  }

  /**
   * The states that were opened.
   *
   * @return a new list, in order of their first opening
   */
  public List<OperatorStateSchema> registered() {
    return opened.values().stream().map(OpenState::schema).toList();
  }

  /**
   * What the next snapshot takes over of restored states that nobody has opened. Cost: looks at
   * each element.
   *
   * @return a new list, in order of the restore; parts of one state that different serializers
   *     wrote follow each other
   */
  public List<StoredState> carried() {
    return waiting.values().stream()
        .flatMap(state -> state.share(subtask, parallelism).stream())
        .map(WaitingState.Run::stored)
        .toList();
  }

  /**
   * Drops a restored state that nobody has opened: the next snapshot is without it.
   *
   * @param name its name
   * @return whether there was one
   */
  public boolean drop(String name) {
    checkOpen();
    return waiting.remove(name) != null;
  }

  /**
   * Takes the elements of a restored list that nobody has opened, and drops it: for state that is
   * kept in another form from now on.
   *
   * @param descriptor the declaration that it was written with
   * @param <E> the type of the elements
   * @return its elements in a new list; empty if there is no such state
   * @throws IncompatibleStateException if the name belongs to another kind or the serializer cannot
   *     read what is there
   * @throws IllegalArgumentException if it has a time to live
   * @throws io.streambed.error.SerializationException if the serializer fails on an element
   * @throws IllegalStateException if the state is open
   */
  public <E> List<E> takeList(ListStateDescriptor<E> descriptor) {
    String name = descriptor.name();
    if (opened.containsKey(name)) {
      throw new IllegalStateException("operator state \"" + name + "\" is open");
    }
    List<E> elements = new ArrayList<>();
    if (waiting.containsKey(name)) {
      Iterable<E> restored = getListState(descriptor).get();
      if (restored != null) {
        restored.forEach(elements::add);
      }
      opened.remove(name).close();
      names.release(name);
    }
    return elements;
  }

  /**
   * Takes a snapshot of this moment. The cost of this call, unlike that of keyed state, depends on
   * the number of elements: nothing for each element of a list whose serializer says that elements
   * are immutable, a reference for each entry of a broadcast state, and a {@link Serializer#copy}
   * for each element or value that is mutable. Nothing that the task changes afterwards, not even
   * inside of an element, reaches the snapshot.
   *
   * @param checkpointId the checkpoint's id
   * @param streams where to write
   * @param options how to write
   * @return a future that gives the handle, or null if there is no state; it throws {@link
   *     io.streambed.error.SerializationException} if a serializer fails and {@link
   *     LimitExceededException} if an element is too large, each naming the state, and leaves
   *     nothing behind then
   * @throws io.streambed.error.SerializationException if a serializer fails to copy
   */
  @Override
  public RunnableFuture<OperatorStateHandle> snapshot(
      long checkpointId, SnapshotStreams streams, SnapshotOptions options) {
    checkOpen();
    List<FrozenState> frozen = new ArrayList<>();
    opened.values().forEach(state -> frozen.add(state.freeze()));
    waiting.values().forEach(state -> frozen.addAll(state.share(subtask, parallelism)));
    Compression compression = options.compression();
    return new SnapshotTask<>(open -> write(frozen, streams, compression, open), frozen::clear);
  }

  private static OperatorStateHandle write(
      List<FrozenState> frozen,
      SnapshotStreams streams,
      Compression compression,
      CancellationRegistry open)
      throws IOException {
    if (frozen.isEmpty()) {
      return null;
    }
    try (SnapshotOutput out = open.register(streams.create("operator"))) {
      return OperatorContainerWriter.write(frozen, out, compression);
    }
  }

  /**
   * Lets go of all state: whoever still holds one of the states, or an iterator over a broadcast
   * state, gets an {@link IllegalStateException} from then on. Elements of a list that were read
   * stay what they are, and snapshots under way go on. A second call does nothing.
   */
  @Override
  public void close() {
    closed = true;
    opened.values().forEach(OpenState::close);
    opened.clear();
    waiting.clear();
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("this operator state backend is closed");
    }
  }
}
