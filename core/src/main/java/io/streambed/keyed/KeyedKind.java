package io.streambed.keyed;

import io.streambed.bytes.ByteView;
import io.streambed.serial.Serializer;
import io.streambed.state.State;
import io.streambed.store.Table;

/**
 * What all kinds of keyed state share: the internal side of state.
 *
 * <p>Before use, a namespace must be set with {@link #setCurrentNamespace} unless the state was
 * opened without namespaces, and a key in the backend.
 *
 * @param <K> the type of the keys
 * @param <N> the type of the namespaces
 */
public abstract class KeyedKind<K, N> implements State {
  private final Table<K, N> table;
  private final Serializer<K> keySerializer;
  private final Serializer<N> namespaceSerializer;
  private final Serializer<?> valueSerializer;

  /**
   * A kind over a table.
   *
   * @param table what holds it
   * @param keySerializer of the keys
   * @param namespaceSerializer of the namespaces
   * @param valueSerializer of the values, elements or accumulators
   */
  protected KeyedKind(
      Table<K, N> table,
      Serializer<K> keySerializer,
      Serializer<N> namespaceSerializer,
      Serializer<?> valueSerializer) {
    this.table = table;
    this.keySerializer = keySerializer;
    this.namespaceSerializer = namespaceSerializer;
    this.valueSerializer = valueSerializer;
  }

  /**
   * Sets the current namespace.
   *
   * @param newNamespace the namespace, not null, not to be changed afterwards
   */
  public void setCurrentNamespace(N newNamespace) {
    table.namespace(newNamespace);
  }

  /**
   * The current namespace; that of the state, however many handles were opened onto it.
   *
   * @return what was set last, or null
   */
  public N currentNamespace() {
    return table.namespace();
  }

  @Override
  public void clear() {
    table.clear();
  }

  /**
   * The keys' serializer.
   *
   * @return the one the backend was made with
   */
  public Serializer<K> keySerializer() {
    return keySerializer;
  }

  /**
   * The namespaces' serializer.
   *
   * @return the one the state was opened with
   */
  public Serializer<N> namespaceSerializer() {
    return namespaceSerializer;
  }

  /**
   * The serializer of values, elements, map values or accumulators.
   *
   * @return the one the state was opened with
   */
  public Serializer<?> valueSerializer() {
    return valueSerializer;
  }

  /**
   * Reads for an outside query, without touching the current key or namespace.
   *
   * @param key a key's bytes
   * @param ofNamespace a namespace's bytes
   * @return see {@link Table#lookup}; null if there is nothing
   * @throws io.streambed.error.SerializationException if key or namespace cannot be read
   */
  public byte[] serializedValue(byte[] key, byte[] ofNamespace) {
    return table.lookup(ByteView.of(key), ByteView.of(ofNamespace), Long.MIN_VALUE);
  }

  /**
   * The table below.
   *
   * @return the one given
   */
  protected Table<K, N> table() {
    return table;
  }
}
