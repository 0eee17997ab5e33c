package io.streambed.ttl;

import io.streambed.bytes.ByteView;
import io.streambed.store.ListTable;
import io.streambed.store.TableCursor;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/**
 * Lists whose elements expire one by one, over a table that keeps a timestamp with each. Where
 * reading renews, it writes the list anew.
 *
 * @param <K> the type of the keys
 * @param <N> the type of the namespaces
 * @param <E> the type of the elements
 */
public final class ExpiringListTable<K, N, E> extends ListTable<K, N, E> {
  private final ListTable<K, N, E> stored;
  private final Lifetime life;

  /**
   * Lists of elements that expire.
   *
   * @param stored the store's table, with timestamps
   * @param life how long elements live
   */
  public ExpiringListTable(ListTable<K, N, E> stored, Lifetime life) {
    this.stored = stored;
    this.life = life;
  }

  @Override
  public void append(E element, long stamp) {
    life.accessed(stored);
    stored.append(element, stamp);
  }

  @Override
  public void append(E element) {
    append(element, life.stamp());
  }

  @Override
  public void appendAll(Collection<? extends E> elements, long stamp) {
    life.accessed(stored);
    stored.appendAll(elements, stamp);
  }

  @Override
  public void appendAll(Collection<? extends E> elements) {
    appendAll(elements, life.stamp());
  }

  @Override
  public List<E> read(long oldestLive) {
    life.accessed(stored);
    List<E> read = stored.read(Math.max(oldestLive, life.oldestRead()));
    if (read != null && life.renewsOnRead()) {
      renew();
    }
    return read;
  }

  /**
   * Writes the list anew without what is expired, unless nothing changes. All elements get the
   * greatest timestamp of them and now, since a list is written with one: none lives shorter.
   */
  private void renew() {
    long oldest = life.oldestLive();
    List<Long> stamps = stored.readStamped((element, stamp) -> stamp);
    long greatest = Math.max(life.stamp(), Collections.max(stamps));
    if (stamps.stream().anyMatch(stamp -> stamp >= oldest && stamp < greatest)) {
      stored.replace(stored.read(oldest), greatest);
    }
  }

  @Override
  public <R> List<R> readStamped(Stamping<E, R> stamping) {
    long oldest = life.oldestRead();
    List<R> all =
        stored.readStamped((element, stamp) -> stamp < oldest ? null : stamping.of(element, stamp));
    if (all == null) {
      return null;
    }
    List<R> given = all.stream().filter(Objects::nonNull).toList();
    return given.isEmpty() ? null : given;
  }

  @Override
  public void replace(Iterable<? extends E> elements, long stamp) {
    life.accessed(stored);
    stored.replace(elements, stamp);
  }

  @Override
  public void replace(Iterable<? extends E> elements) {
    replace(elements, life.stamp());
  }

  @Override
  public void moveInto(N target, Collection<? extends N> sources) {
    stored.moveInto(target, sources);
  }

  @Override
  public List<E> listAt(TableCursor<K, N> at) {
    return stored.listAt(ExpiringCursor.storedAt(at));
  }

  @Override
  public N namespace() {
    return stored.namespace();
  }

  @Override
  protected void namespaceChanged(N newNamespace) {
    stored.namespace(newNamespace);
  }

  @Override
  public void clear() {
    stored.clear();
  }

  @Override
  public boolean sweep(TableCursor<K, N> at, long oldestLive) {
    return stored.sweep(ExpiringCursor.storedAt(at), oldestLive);
  }

  @Override
  public long entries() {
    return stored.entries();
  }

  @Override
  public TableCursor<K, N> cursor() {
    return new ExpiringCursor<>(stored, life);
  }

  @Override
  public byte[] lookup(ByteView key, ByteView namespace, long oldestLive) {
    return stored.lookup(key, namespace, Math.max(oldestLive, life.oldestRead()));
  }
}
