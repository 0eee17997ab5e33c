package io.streambed.heap;

import io.streambed.store.OrderedSet;
import io.streambed.store.QueueSpec;

/** What the store needs of its queues beyond tables. */
interface HeapQueue<T> extends OrderedSet<T>, HeapTable {
  /** Goes on with another declaration, whose serializer writes the same bytes. */
  void reopen(QueueSpec<T> newSpec);
}
