package io.streambed.flink.state;

import io.streambed.store.OrderedSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyGroupedInternalPriorityQueue;
import org.apache.flink.runtime.state.PriorityComparator;
import org.apache.flink.util.CloseableIterator;

/**
 * Flink's timer queue over an ordered set. The type of the timers has no bound: with one, each
 * method of the interface would come in two forms, one of which calls the other, and the compiler
 * would compile all that is inlined into them twice.
 *
 * @param <T> the type of the timers
 */
public final class TimerQueue<T> implements KeyGroupedInternalPriorityQueue<T> {
  private final OrderedSet<T> set;
  private final PriorityComparator<? super T> order;
  private final KeyGroupRange range;

  /**
   * A queue.
   *
   * @param set what holds the elements
   * @param order the order of the timers, which is that of the set
   * @param range the key groups of the store
   */
  public TimerQueue(OrderedSet<T> set, PriorityComparator<? super T> order, KeyGroupRange range) {
    this.set = set;
    this.order = order;
    this.range = range;
  }

  @Override
  public T peek() {
    return set.peek();
  }

  @Override
  public T poll() {
    return set.poll();
  }

  /**
   * Adds an element.
   *
   * @return true if it became the head, or may have: it may have the priority of the head
   */
  @Override
  public boolean add(T toAdd) {
    return set.add(toAdd) && order.comparePriority(toAdd, set.peek()) <= 0;
  }

  /**
   * Removes an element.
   *
   * @return true if it was the head, or may have been
   */
  @Override
  public boolean remove(T toRemove) {
    if (!set.remove(toRemove)) {
      return false;
    }
    T head = set.peek();
    return head == null || order.comparePriority(toRemove, head) <= 0;
  }

  @Override
  public boolean isEmpty() {
    return set.size() == 0;
  }

  @Override
  public int size() {
    return (int) Math.min(Integer.MAX_VALUE, set.size());
  }

  @Override
  public void addAll(Collection<? extends T> toAdd) {
    if (toAdd != null) {
      toAdd.forEach(this::add);
    }
  }

  /** A copy of the elements, by key group and in order within each. */
  @Override
  public CloseableIterator<T> iterator() {
    List<T> all = new ArrayList<>();
    for (int group = range.getStartKeyGroup(); group <= range.getEndKeyGroup(); group++) {
      all.addAll(set.inKeyGroup(group));
    }
    return CloseableIterator.adapterForIterator(all.iterator());
  }

  @Override
  public Set<T> getSubsetForKeyGroup(int keyGroupId) {
    return new LinkedHashSet<>(set.inKeyGroup(keyGroupId));
  }
}
