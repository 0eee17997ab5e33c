package io.streambed.keyed;

import io.streambed.serial.Serializer;
import io.streambed.state.ListState;
import io.streambed.store.ListTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * List state over a table of lists.
 *
 * @param <K> the type of the keys
 * @param <N> the type of the namespaces
 * @param <E> the type of the elements
 */
public class ListKind<K, N, E> extends KeyedKind<K, N>
    implements ListState<E>, MergingKind<N, List<E>> {
  private final ListTable<K, N, E> table;

  /**
   * List state over a table.
   *
   * @param table what holds it
   * @param keySerializer of the keys
   * @param namespaceSerializer of the namespaces
   * @param serializer of the elements
   */
  public ListKind(
      ListTable<K, N, E> table,
      Serializer<K> keySerializer,
      Serializer<N> namespaceSerializer,
      Serializer<E> serializer) {
    super(table, keySerializer, namespaceSerializer, serializer);
    this.table = table;
  }

  @Override
  public List<E> get() {
    return table.read();
  }

  @Override
  public void add(E value) {
    table.append(value);
  }

  @Override
  public void addAll(List<E> values) {
    table.appendAll(values);
  }

  @Override
  public void update(List<E> values) {
    table.replace(values);
  }

  @Override
  public void mergeNamespaces(N target, Collection<N> sources) {
    table.moveInto(target, sources);
  }

  @Override
  public List<E> getInternal() {
    List<E> elements = table.read();
    return elements == null ? null : new ArrayList<>(elements);
  }

  @Override
  public void updateInternal(List<E> valueToStore) {
    table.replace(valueToStore == null ? List.of() : valueToStore);
  }
}
