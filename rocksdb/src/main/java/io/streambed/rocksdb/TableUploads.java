package io.streambed.rocksdb;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where the live table files of a database are kept already: in shared files, be it of a checkpoint
 * that was given up, or in manifests. Its names are never used again within a database; whether a
 * shared file may be referred to, the storage knows.
 *
 * <p>Threading: any thread.
 */
final class TableUploads {
  /** For each file: more than there are checkpoints under way, each with an upload of its own. */
  private static final int KEPT = 8;

  private final Map<String, Deque<Upload>> uploads = new HashMap<>();
  private long newestFreeze = -1;
  private Set<String> live = Set.of();

  /** Where a table file is kept, and how many entries there are in it. */
  record Upload(TableContent content, long entries) {}

  /** What a freeze found; files that are not live any more are forgotten. */
  synchronized void live(long freeze, Set<String> names) {
    if (freeze > newestFreeze) {
      newestFreeze = freeze;
      live = names;
      uploads.keySet().retainAll(names);
    }
  }

  synchronized void add(String name, Upload upload) {
    // A freeze that is written late may hold files that are gone since.
    if (newestFreeze < 0 || live.contains(name)) {
      Deque<Upload> known = uploads.computeIfAbsent(name, key -> new ArrayDeque<>());
      known.addFirst(upload);
      if (known.size() > KEPT) {
        known.removeLast();
      }
    }
  }

  /** Where a file is kept, the newest upload first. */
  synchronized List<Upload> of(String name) {
    return List.copyOf(uploads.getOrDefault(name, new ArrayDeque<>()));
  }

  synchronized int size() {
    return uploads.size();
  }
}
