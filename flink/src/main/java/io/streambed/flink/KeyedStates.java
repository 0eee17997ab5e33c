package io.streambed.flink;

import io.streambed.entry.StateSchema;
import io.streambed.error.StorageException;
import io.streambed.error.StreambedException;
import io.streambed.flink.StateOpener.Known;
import io.streambed.flink.StateOpener.Opened;
import io.streambed.flink.snapshot.CanonicalSavepoint;
import io.streambed.flink.snapshot.JoinedLists;
import io.streambed.key.KeyContext;
import io.streambed.snapshot.KeyedStateStatistics;
import io.streambed.state.StateKind;
import io.streambed.store.FrozenView;
import io.streambed.store.KeyedStore;
import io.streambed.store.OrderedSet;
import io.streambed.store.QueueSpec;
import io.streambed.store.TableCursor;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.Spliterator;
import java.util.Spliterators.AbstractSpliterator;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.flink.api.common.state.StateDescriptor;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.runtime.state.PriorityComparable;
import org.apache.flink.runtime.state.StateSnapshotTransformer.StateSnapshotTransformFactory;
import org.apache.flink.runtime.state.StreamCompressionDecorator;
import org.apache.flink.runtime.state.heap.HeapPriorityQueueElement;
import org.apache.flink.runtime.state.internal.InternalKvState;
import org.apache.flink.util.FlinkRuntimeException;
import org.apache.flink.util.StateMigrationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The states and queues of one keyed backend, by name. */
final class KeyedStates<K> implements AutoCloseable {
  /** A savepoint in a foreign format is nothing that a store may build upon. */
  private static final long NO_CHECKPOINT = -1;

  private static final Logger LOG = LoggerFactory.getLogger(KeyedStates.class);

  private final KeyedStore<K> store;
  private final StateOpener<K> opener;
  private final Map<String, Opened<K>> tables = new HashMap<>();
  private final Map<String, QueueSpec<?>> queues = new HashMap<>();

  /** The open ones whose next declaration may ask for serializers that migrate. */
  private final Set<String> changeable = new HashSet<>();

  KeyedStates(StateOpener<K> opener) {
    this.store = opener.store();
    this.opener = opener;
  }

  KeyContext<K> context() {
    return store.context();
  }

  KeyedStore<K> store() {
    return store;
  }

  TypeSerializer<K> keySerializer() {
    return opener.keys().serializer();
  }

  /**
   * Freezes everything for a savepoint in Flink's canonical format. That has one serializer for a
   * state: what several subtasks wrote in different ways is merged before.
   *
   * @param lease used until the savepoint is written
   * @throws StateMigrationException if that cannot be done
   */
  CanonicalSavepoint<K> canonicalSavepoint(StreamCompressionDecorator compression, StoreLease lease)
      throws StateMigrationException {
    TypeSerializer<K> key = keySerializer().duplicate();
    for (StateSchema state : store.carried()) {
      if (carried(state.name()).size() > 1) {
        merge(state.name());
      }
    }
    return new CanonicalSavepoint<>(
        lease.use(store.freeze(NO_CHECKPOINT)),
        store.context().range(),
        key,
        opener.bridge(),
        compression);
  }

  /** Makes one form of what was written in several, as far as the serializers are there. */
  private void merge(String name) {
    try {
      find(name);
    } catch (StateMigrationException e) {
      LOG.warn("A canonical savepoint will not have state \"{}\" in one form.", name, e);
    }
  }

  /**
   * Opens a state, or opens it again under another descriptor.
   *
   * @param mayChange whether a later descriptor may ask for serializers that migrate
   */
  <N> InternalKvState<K, ?, ?> open(
      TypeSerializer<N> namespace,
      StateDescriptor<?, ?> descriptor,
      StateSnapshotTransformFactory<?> transform,
      boolean mayChange)
      throws StateMigrationException {
    String name = descriptor.getName();
    return naming(
        name,
        () -> {
          Opened<K> present = tables.get(name);
          if (present != null
              && changeable.contains(name)
              && opener.mustMigrate(descriptor, present.spec().schema())) {
            store.closeState(name);
            tables.remove(name);
            present = null;
          }
          Known known = known(name, present == null ? null : present.spec().schema());
          Opened<K> opened = opener.open(namespace, descriptor, transform, known);
          tables.put(name, opened);
          remember(name, mayChange);
          return opened.state();
        });
  }

  /**
   * Opens a queue, or opens it again with another serializer.
   *
   * @param mayChange whether a later serializer may be one that migrates
   */
  <T extends HeapPriorityQueueElement & PriorityComparable<? super T>> OrderedSet<T> openQueue(
      String name, TypeSerializer<T> element, ToIntFunction<T> keyGroup, boolean mayChange)
      throws StateMigrationException {
    return naming(
        name,
        () -> {
          QueueSpec<?> present = queues.get(name);
          if (present != null
              && changeable.contains(name)
              && opener.mustMigrate(element, present.schema())) {
            store.closeState(name);
            queues.remove(name);
            present = null;
          }
          Known known = known(name, present == null ? null : present.schema());
          QueueSpec<T> spec = opener.queueSpec(name, element, keyGroup, known);
          OrderedSet<T> queue = store.openQueue(spec);
          queues.put(name, spec);
          remember(name, mayChange);
          return queue;
        });
  }

  private void remember(String name, boolean mayChange) {
    if (mayChange) {
      changeable.add(name);
    } else {
      changeable.remove(name);
    }
  }

  private Known known(String name, StateSchema open) {
    if (open != null) {
      return new Known(open, true);
    }
    JoinedLists.takeApart(store, name, opener.bridge());
    List<StateSchema> written = carried(name);
    return written.isEmpty() ? null : new Known(written.get(0), false);
  }

  /** How a state that nobody has opened was written: once for each way. */
  private List<StateSchema> carried(String name) {
    return store.carried().stream().filter(schema -> schema.name().equals(name)).toList();
  }

  /** Opens something. */
  @FunctionalInterface
  private interface Opening<T> {
    T open() throws StateMigrationException;
  }

  /** Whatever fails, the user reads of which state. */
  private <T> T naming(String name, Opening<T> opening) throws StateMigrationException {
    try {
      return opening.open();
    } catch (StreambedException e) {
      throw opener.misfit(name, e);
    } catch (RuntimeException e) {
      throw opener.failure(name, e);
    }
  }

  /**
   * The table of a state, opened as it was written if the job has not declared it; or null. It may
   * still migrate when the job declares it.
   */
  private Opened<K> find(String name) throws StateMigrationException {
    Opened<K> present = tables.get(name);
    List<StateSchema> written = present == null ? carried(name) : List.of();
    if (written.isEmpty() || written.get(0).kind() == StateKind.QUEUE) {
      return present;
    }
    Opened<K> opened =
        naming(
            name,
            () -> {
              JoinedLists.takeApart(store, name, opener.bridge());
              return opener.openAsWritten(carried(name));
            });
    tables.put(name, opened);
    changeable.add(name);
    return opened;
  }

  /** What a walk gives for an entry, or null to pass over it. */
  @FunctionalInterface
  interface Pick<K, R> {
    R pick(K key, Object namespace);
  }

  /** Walks over the keys and namespaces of a state; one that nobody knows has none. */
  <R> Stream<R> walk(String name, Pick<K, R> pick) {
    Opened<K> opened;
    try {
      opened = find(name);
    } catch (StateMigrationException e) {
      throw new FlinkRuntimeException(e.getMessage(), e);
    }
    if (opened == null) {
      return Stream.empty();
    }
    TableCursor<K, ?> cursor = opened.table().cursor();
    return StreamSupport.stream(
        new AbstractSpliterator<R>(Long.MAX_VALUE, Spliterator.ORDERED | Spliterator.NONNULL) {
          @Override
          public boolean tryAdvance(Consumer<? super R> action) {
            while (cursor.advance()) {
              R picked = pick.pick(cursor.key(), cursor.namespace());
              if (picked != null) {
                action.accept(picked);
                return true;
              }
            }
            return false;
          }
        },
        false);
  }

  /** The number of entries of all states, those that nobody has opened included. */
  long entries() {
    long entries = 0;
    for (Opened<K> opened : tables.values()) {
      entries += opened.table().entries();
    }
    return store.carried().isEmpty() ? entries : entries + carriedEntries();
  }

  private long carriedEntries() {
    Set<StateSchema> carried = new HashSet<>(store.carried());
    try (FrozenView view = store.freeze(NO_CHECKPOINT)) {
      return KeyedStateStatistics.count(view, store.context().range()).stream()
          .filter(state -> state.schema().kind() != StateKind.QUEUE)
          .filter(state -> carried.contains(state.schema()))
          .mapToLong(state -> state.total().entries())
          .sum();
    } catch (IOException e) {
      throw new StorageException("Counting restored state", e);
    }
  }

  @Override
  public void close() {
    tables.clear();
    queues.clear();
    store.close();
  }
}
