package io.streambed.state;

import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import io.streambed.serial.VoidNamespace;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What is asked of a keyed state from outside: the state as it is declared, and of a map perhaps
 * one user key. The key comes with the question.
 *
 * <p>An answer is a copy that belongs to whoever asked. Where the state holds nothing for the key,
 * there is no answer, also where it has a default value; what is expired counts as not there.
 *
 * <p>Threading: immutable, but for the descriptor's function, see {@link
 * #of(AggregatingStateDescriptor)}. Its serializers are duplicated before they are used.
 *
 * @param <R> the type of the answer
 */
public final class StateQuery<R> {
  private final StateDescriptor state;
  private final Serializer<?> namespaces;
  private final Object namespace;
  private final Object userKey;

  private StateQuery(
      StateDescriptor state, Serializer<?> namespaces, Object namespace, Object userKey) {
    this.state = Objects.requireNonNull(state, "state");
    this.namespaces = namespaces;
    this.namespace = namespace;
    this.userKey = userKey;
  }

  private static <R> StateQuery<R> ofAll(StateDescriptor state) {
    return new StateQuery<>(state, Serializers.unit(), VoidNamespace.INSTANCE, null);
  }

  /**
   * Asks for a value.
   *
   * @param state the state as it is declared
   * @param <V> the type of the value
   * @return a query of state without namespaces
   */
  public static <V> StateQuery<V> of(ValueStateDescriptor<V> state) {
    return ofAll(state);
  }

  /**
   * Asks for all elements of a list. It costs in proportion to the list.
   *
   * @param state the state as it is declared
   * @param <E> the type of the elements
   * @return a query of state without namespaces; its answer is never empty
   */
  public static <E> StateQuery<List<E>> of(ListStateDescriptor<E> state) {
    return ofAll(state);
  }

  /**
   * Asks for all entries of a map. It costs in proportion to the map.
   *
   * @param state the state as it is declared
   * @param <UK> the type of the user keys
   * @param <UV> the type of the values
   * @return a query of state without namespaces; its answer is never empty, and may have null
   *     values
   */
  public static <UK, UV> StateQuery<Map<UK, UV>> of(MapStateDescriptor<UK, UV> state) {
    return ofAll(state);
  }

  /**
   * Asks for one value of a map.
   *
   * @param state the state as it is declared
   * @param userKey the user key, not null
   * @param <UK> the type of the user keys
   * @param <UV> the type of the values
   * @return a query of state without namespaces. A value that is null gives no answer, as one that
   *     is not there
   */
  public static <UK, UV> StateQuery<UV> ofEntry(MapStateDescriptor<UK, UV> state, UK userKey) {
    return new StateQuery<>(
        state,
        Serializers.unit(),
        VoidNamespace.INSTANCE,
        Objects.requireNonNull(userKey, "a user key must not be null"));
  }

  /**
   * Asks for what the elements are reduced to.
   *
   * @param state the state as it is declared
   * @param <T> the type of elements and value
   * @return a query of state without namespaces
   */
  public static <T> StateQuery<T> of(ReducingStateDescriptor<T> state) {
    return ofAll(state);
  }

  /**
   * Asks for the result of an accumulator.
   *
   * @param state the state as it is declared. Its function makes the result, of a copy of the
   *     accumulator and on the thread that reads the answer: it must not keep state between calls
   * @param <OUT> the type of the result
   * @return a query of state without namespaces
   */
  public static <OUT> StateQuery<OUT> of(AggregatingStateDescriptor<?, ?, OUT> state) {
    return ofAll(state);
  }

  /**
   * The same question in a namespace.
   *
   * @param serializer of the namespaces, as the state was opened with it
   * @param newNamespace the namespace, not null
   * @param <N> the type of the namespaces
   * @return another query
   */
  public <N> StateQuery<R> in(Serializer<N> serializer, N newNamespace) {
    return new StateQuery<>(
        state,
        Objects.requireNonNull(serializer, "serializer"),
        Objects.requireNonNull(newNamespace, "a namespace must not be null"),
        userKey);
  }

  /**
   * The state.
   *
   * @return its declaration, as the query was made with it
   */
  public StateDescriptor state() {
    return state;
  }

  /**
   * The serializer of the namespaces.
   *
   * @return that of {@link VoidNamespace} for state without namespaces
   */
  public Serializer<?> namespaceSerializer() {
    return namespaces;
  }

  /**
   * The namespace.
   *
   * @return never null
   */
  public Object namespace() {
    return namespace;
  }

  /**
   * The user key.
   *
   * @return null if the query is not for one value of a map
   */
  public Object userKey() {
    return userKey;
  }

  @Override
  public String toString() {
    return "query of " + state.kind() + " state \"" + state.name() + "\"";
  }
}
