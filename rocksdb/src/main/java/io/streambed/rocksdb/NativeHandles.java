package io.streambed.rocksdb;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.rocksdb.AbstractNativeReference;

/**
 * The native objects that are open: who opens one says so here and closes it here, so that a leak
 * has a number and a name.
 *
 * <p>Threading: any thread.
 */
final class NativeHandles {
  // Native objects have no equality but identity.
  private final Map<AbstractNativeReference, Boolean> open = new ConcurrentHashMap<>();

  <T extends AbstractNativeReference> T opened(T handle) {
    open.put(handle, true);
    return handle;
  }

  /** Closes a handle; null and what is closed already are fine. */
  void close(AbstractNativeReference handle) {
    if (handle != null && open.remove(handle) != null) {
      handle.close();
    }
  }

  int count() {
    return open.size();
  }

  /** The types of what is open, for messages. */
  List<String> names() {
    return open.keySet().stream()
        .map(handle -> handle.getClass().getSimpleName())
        .sorted()
        .toList();
  }
}
