package io.streambed.tracking;

import io.streambed.key.KeyContext;
import io.streambed.meter.Meters;
import io.streambed.meter.StateTracking;
import io.streambed.store.ListTable;
import io.streambed.store.MapTable;
import io.streambed.store.TableSpec;
import io.streambed.store.ValueTable;
import java.util.HashMap;
import java.util.Map;

/**
 * What is measured of the states of one backend: puts a table that measures over that of a state.
 * The current key and namespace of both are the same, and cursors of one fit the other.
 *
 * <p>Threading: the task's thread.
 *
 * @param <K> the type of the keys
 */
public final class TrackedStates<K> {
  private final KeyContext<K> context;
  private final Meters meters;
  private final StateTracking tracking;
  private final Map<String, StateMetrics<?, ?>> metrics = new HashMap<>();

  /**
   * Measures nothing yet.
   *
   * @param context the store's
   * @param meters are told of the backend's task
   * @param tracking what is measured, and how often
   */
  public TrackedStates(KeyContext<K> context, Meters meters, StateTracking tracking) {
    this.context = context;
    this.meters = meters;
    this.tracking = tracking;
  }

  /**
   * A table of value, reducing or aggregating state.
   *
   * @param spec the state
   * @param table what is to be measured
   * @param <N> the type of the namespaces
   * @param <V> the type of the values
   * @return a table over it
   */
  public <N, V> ValueTable<K, N, V> values(TableSpec<N, ?, V> spec, ValueTable<K, N, V> table) {
    return new TrackedValueTable<>(table, of(spec));
  }

  /**
   * A table of list state.
   *
   * @param spec the state
   * @param table what is to be measured
   * @param <N> the type of the namespaces
   * @param <E> the type of the elements
   * @return a table over it
   */
  public <N, E> ListTable<K, N, E> lists(TableSpec<N, ?, E> spec, ListTable<K, N, E> table) {
    return new TrackedListTable<>(table, of(spec));
  }

  /**
   * A table of map state; its bound maps are not measured, see {@link #views}.
   *
   * @param spec the state
   * @param table what is to be measured
   * @param <N> the type of the namespaces
   * @param <U> the type of the user keys
   * @param <V> the type of the values
   * @return a table over it
   */
  public <N, U, V> MapTable<K, N, U, V> maps(TableSpec<N, U, V> spec, MapTable<K, N, U, V> table) {
    return new TrackedMapTable<>(table, of(spec));
  }

  /**
   * The views of map state.
   *
   * @param spec the state
   * @param table what the views are made over
   * @param <U> the type of the user keys
   * @param <V> the type of the values
   * @return measures what is made over the table
   */
  public <U, V> MapViews<U, V> views(TableSpec<?, U, V> spec, MapTable<K, ?, U, V> table) {
    return new MapViews<>(of(spec), table::namespace);
  }

  @SuppressWarnings("unchecked")
  private <U, V> StateMetrics<U, V> of(TableSpec<?, U, V> spec) {
    // Kept by name: whoever opens a state anew does not begin to count anew.
    return (StateMetrics<U, V>)
        metrics.computeIfAbsent(
            spec.name(), name -> new StateMetrics<>(spec, context, meters, tracking));
  }
}
