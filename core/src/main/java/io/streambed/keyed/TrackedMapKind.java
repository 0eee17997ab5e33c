package io.streambed.keyed;

import io.streambed.serial.Serializer;
import io.streambed.store.MapTable;
import io.streambed.tracking.MapViews;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;

/**
 * Map state of which some walks are measured: tables do not know which view is made over them. It
 * is a class of its own, so that map state that is not measured asks no question.
 */
final class TrackedMapKind<K, N, UK, UV> extends MapKind<K, N, UK, UV> {
  private final MapViews<UK, UV> views;

  TrackedMapKind(
      MapTable<K, N, UK, UV> table,
      Serializer<K> keySerializer,
      Serializer<N> namespaceSerializer,
      Serializer<UV> valueSerializer,
      MapViews<UK, UV> views) {
    super(table, keySerializer, namespaceSerializer, valueSerializer);
    this.views = views;
  }

  @Override
  public Set<Map.Entry<UK, UV>> entries() {
    return views.entries(super::entries);
  }

  @Override
  public Set<UK> keys() {
    return views.keys(super::keys);
  }

  @Override
  public Collection<UV> values() {
    return views.values(super::values);
  }

  @Override
  public Iterator<Map.Entry<UK, UV>> iterator() {
    return views.iterator(super::iterator);
  }
}
