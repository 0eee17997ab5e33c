package io.streambed.testkit.store;

import io.streambed.snapshot.StreamHandle;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The shared files that a store has written or was restored from, by the digest of what they hold.
 * Whether a checkpoint may refer to one, the storage knows.
 *
 * <p>Threading: any thread.
 */
final class WrittenContent {
  /**
   * Files of one content: more than there are checkpoints under way, each of which may write it.
   */
  private static final int KEPT = 8;

  private final Map<String, Deque<StreamHandle.Shared>> files = new HashMap<>();

  synchronized void add(String digest, StreamHandle.Shared file) {
    Deque<StreamHandle.Shared> same = files.computeIfAbsent(digest, key -> new ArrayDeque<>());
    same.addFirst(file);
    if (same.size() > KEPT) {
      same.removeLast();
    }
  }

  /** The files of a content, the newest first. */
  synchronized List<StreamHandle.Shared> of(String digest) {
    return List.copyOf(files.getOrDefault(digest, new ArrayDeque<>()));
  }

  /** Forgets all other contents. What was forgotten is written again if it comes back. */
  synchronized void retain(Collection<String> digests) {
    files.keySet().retainAll(digests);
  }
}
