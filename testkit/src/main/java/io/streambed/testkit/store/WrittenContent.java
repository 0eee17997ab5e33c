package io.streambed.testkit.store;

import io.streambed.snapshot.StreamHandle;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

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

  /** Of how many checkpoints the contents are remembered, the last one included. */
  private static final int GENERATIONS = 4;

  private final Map<String, Deque<StreamHandle.Shared>> files = new HashMap<>();

  /** The digests of all contents of each of the last checkpoints, the newest first. */
  private final Deque<Set<String>> generations = new ArrayDeque<>();

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

  /**
   * A checkpoint consists of these contents. What none of the last few has is forgotten. One that
   * comes back sooner is asked for again, so that a storage is put to the test by old files as
   * well.
   */
  synchronized void retain(Collection<String> digests) {
    generations.addFirst(Set.copyOf(digests));
    if (generations.size() > GENERATIONS) {
      generations.removeLast();
    }
    files
        .keySet()
        .removeIf(digest -> generations.stream().noneMatch(each -> each.contains(digest)));
  }
}
