package io.streambed.store;

import io.streambed.entry.EntrySource;
import io.streambed.entry.StateSchema;
import io.streambed.error.IncompatibleStateException;
import io.streambed.key.KeyContext;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * A store of keyed state for a range of key groups: tables by name, one current key, snapshots.
 *
 * <p>Contents that a checkpoint brings are loaded with {@link #load}; before or after that, tables
 * are opened, also in mid-stream and while frozen views live. What was loaded for a state that
 * nobody has opened yet stays bytes; it is part of every frozen view all the same.
 *
 * <p>Threading: one thread, but for frozen views.
 *
 * @param <K> the type of the keys
 */
public interface KeyedStore<K> extends AutoCloseable {
  /**
   * The current key, shared by all tables of this store.
   *
   * @return the store's own context
   */
  KeyContext<K> context();

  /**
   * Opens a table of single values, for kinds VALUE, REDUCING and AGGREGATING. Opening a name again
   * gives the same table with the new serializers, whose bytes must mean the same: what was loaded
   * migrates when its name is first opened, an open table no more.
   *
   * @param spec what it holds
   * @param <N> the type of the namespaces
   * @param <V> the type of the values
   * @return the table, with what was loaded for its name
   * @throws IncompatibleStateException if the name is taken by another kind or other serializers,
   *     or what was loaded cannot be taken over by the serializers
   * @throws io.streambed.error.SerializationException if an entry that was loaded cannot be read;
   *     the store is then to be closed, and may be so already: what it holds is not whole
   * @throws io.streambed.error.LimitExceededException if there are too many states
   * @throws IllegalArgumentException if the kind is not one of single values
   * @throws IllegalStateException if the store is closed
   */
  <N, V> ValueTable<K, N, V> openValues(TableSpec<N, ?, V> spec);

  /**
   * Opens a table of lists.
   *
   * @param spec what it holds, kind LIST
   * @param <N> the type of the namespaces
   * @param <E> the type of the elements
   * @return the table, with what was loaded for its name
   * @throws IncompatibleStateException as for {@link #openValues}
   */
  <N, E> ListTable<K, N, E> openLists(TableSpec<N, ?, E> spec);

  /**
   * Opens a table of maps.
   *
   * @param spec what it holds, kind MAP
   * @param <N> the type of the namespaces
   * @param <U> the type of the user keys
   * @param <V> the type of the values
   * @return the table, with what was loaded for its name
   * @throws IncompatibleStateException as for {@link #openValues}
   */
  <N, U, V> MapTable<K, N, U, V> openMaps(TableSpec<N, U, V> spec);

  /**
   * Opens an ordered set.
   *
   * @param spec what it holds
   * @param <T> the type of the elements
   * @return the set, with what was loaded for its name
   * @throws IncompatibleStateException as for {@link #openValues}
   */
  <T> OrderedSet<T> openQueue(QueueSpec<T> spec);

  /**
   * Takes over the entries of this store's key groups from a source. Several sources may be loaded
   * one after the other, each key group from one of them only. Entries that the store can place
   * only by reading their key or element are checked to belong to their key group, for a state that
   * nobody has opened when it is opened.
   *
   * @param source a container or another store's frozen view
   * @throws IOException if the source cannot be read
   * @throws io.streambed.error.SerializationException if an entry cannot be read or belongs to
   *     another key group
   * @throws io.streambed.error.MalformedDataException if an entry is of a key group not asked for,
   *     or of a state that the schema does not have
   * @throws IncompatibleStateException if max parallelism, key type or an opened state does not
   *     fit; the store is then to be closed
   */
  void load(EntrySource source) throws IOException;

  /**
   * The states that were loaded but not opened: they are carried along until someone opens them or
   * drops them.
   *
   * @return their declarations as written, in order of name; several in a row for a state that came
   *     under more than one declaration
   */
  List<StateSchema> carried();

  /**
   * Gives an open state back: what it holds is carried along, as it would be had nobody opened it,
   * until someone opens it again, perhaps with a serializer that migrates. The table or set that
   * was open must not be used any more. The cost is in proportion to the state.
   *
   * @param name the state's name
   * @throws IllegalArgumentException if no state of this name is open
   */
  void closeState(String name);

  /**
   * Drops all that was loaded for a state that nobody opened.
   *
   * @param name the state's name, one of {@link #carried()}
   */
  void dropCarried(String name);

  /**
   * Freezes the contents of this moment. The cost does not depend on the number of entries.
   *
   * @param checkpointId for messages
   * @return a view that the caller closes
   */
  FrozenView freeze(long checkpointId);

  /**
   * What the store can do beside this, for instance {@code snapshot.IncrementalStore}. Whoever
   * wraps a store decides what of it is seen.
   *
   * @param capability an interface
   * @param <C> its type
   * @return this store as that, or empty
   */
  default <C> Optional<C> capability(Class<C> capability) {
    return capability.isInstance(this) ? Optional.of(capability.cast(this)) : Optional.empty();
  }

  /**
   * Checks the store's own structures, as far as it has any worth checking; for tests, at a cost in
   * proportion to the contents.
   *
   * @throws io.streambed.error.InvariantViolationException if they contradict themselves
   */
  default void checkInvariants() {}

  /**
   * Frees everything but what open frozen views need, and gives back what it leased of its memory
   * budget; idempotent. Whoever still uses the store, one of its tables or queues, a bound map or a
   * walk that has begun gets an {@link IllegalStateException} from whatever reads or changes state.
   * Frozen views stay readable, and the elements of a list that were read stay what they are.
   */
  @Override
  void close();
}
