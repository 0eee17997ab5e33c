package io.streambed.rocksdb;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.rocksdb.AbstractNativeReference;

/**
 * The native objects that are open: who opens one says so here and closes it here, so that a leak
 * has a number and a name.
 *
 * <p>Threading: any thread.
 */
final class NativeHandles {
  // By identity: some native objects look into native memory to tell whether they are equal.
  private final Map<AbstractNativeReference, Boolean> open = new IdentityHashMap<>();

  synchronized <T extends AbstractNativeReference> T opened(T handle) {
    open.put(handle, true);
    return handle;
  }

  /** Closes a handle; null and what is closed already are fine. */
  void close(AbstractNativeReference handle) {
    if (handle != null && remove(handle)) {
      handle.close();
    }
  }

  private synchronized boolean remove(AbstractNativeReference handle) {
    return open.remove(handle) != null;
  }

  synchronized int count() {
    return open.size();
  }

  /** The types of what is open, for messages. */
  synchronized List<String> names() {
    return open.keySet().stream()
        .map(handle -> handle.getClass().getSimpleName())
        .sorted()
        .toList();
  }
}
