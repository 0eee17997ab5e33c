package io.streambed.snapshot;

import io.streambed.bytes.ByteWriter;
import io.streambed.entry.Entry;
import io.streambed.entry.EntrySink;
import io.streambed.entry.StateSchema;
import io.streambed.key.KeyGroupRange;
import io.streambed.state.StateKind;
import io.streambed.store.FrozenView;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;

/**
 * How much one state of a subtask holds at one moment.
 *
 * @param schema the state's declaration; a state that was restored under several declarations and
 *     that nobody has opened is there once for each
 * @param keyGroups exact numbers by key group, of those only that hold something. A value, a list,
 *     an entry of a map or a timer counts as one; bytes are those of the entries' serialized parts,
 *     timestamps among them, without what files and stores add
 */
public record KeyedStateStatistics(
    StateSchema schema, SortedMap<Integer, StateStatistics> keyGroups) {
  /** Freezes the numbers. */
  public KeyedStateStatistics {
    keyGroups = Collections.unmodifiableSortedMap(new TreeMap<>(keyGroups));
  }

  /**
   * The sum over all key groups.
   *
   * @return entries and bytes
   */
  public StateStatistics total() {
    long entries = 0;
    long bytes = 0;
    for (StateStatistics group : keyGroups.values()) {
      entries += group.entries();
      bytes += group.bytes();
    }
    return new StateStatistics(entries, bytes);
  }

  /**
   * Counts what a view holds. Cost: a walk over all of it.
   *
   * @param view the contents
   * @param range the key groups to count
   * @return the states in the view's order
   * @throws IOException if the view cannot be read
   * @throws io.streambed.error.SerializationException if a serializer fails
   * @throws io.streambed.error.CorruptionException if the store's own files are damaged
   */
  public static List<KeyedStateStatistics> count(FrozenView view, KeyGroupRange range)
      throws IOException {
    return count(view, range, new CancellationRegistry());
  }

  /**
   * Counts what a view holds, as {@link #count(FrozenView, KeyGroupRange)} does, until somebody
   * gives it up.
   *
   * @param view the contents
   * @param range the key groups to count
   * @param cancellation is looked at again and again: once it is closed, counting ends
   * @return the states in the view's order
   * @throws IOException if the view cannot be read
   * @throws CancellationException if the registry was closed
   * @throws io.streambed.error.SerializationException if a serializer fails
   * @throws io.streambed.error.CorruptionException if the store's own files are damaged
   */
  public static List<KeyedStateStatistics> count(
      FrozenView view, KeyGroupRange range, CancellationRegistry cancellation) throws IOException {
    List<StateSchema> states = view.schema().states();
    List<SortedMap<Integer, StateStatistics>> found = new ArrayList<>();
    states.forEach(state -> found.add(new TreeMap<>()));
    for (int group = range.first(); group <= range.last(); group++) {
      Counter counter = new Counter(states, cancellation);
      view.read(group, counter);
      for (int state = 0; state < states.size(); state++) {
        if (counter.entries[state] > 0) {
          found
              .get(state)
              .put(group, new StateStatistics(counter.entries[state], counter.bytes[state]));
        }
      }
    }
    List<KeyedStateStatistics> statistics = new ArrayList<>();
    for (int state = 0; state < states.size(); state++) {
      statistics.add(new KeyedStateStatistics(states.get(state), found.get(state)));
    }
    return statistics;
  }

  /** Counts the entries of one key group. */
  private static final class Counter implements EntrySink {
    /** After so many entries it asks again whether the count was given up. */
    private static final int ENTRIES_A_LOOK = 256;

    final long[] entries;
    final long[] bytes;
    private final List<StateSchema> states;
    private final CancellationRegistry cancellation;
    private int sinceLook = ENTRIES_A_LOOK;

    /** Key and namespace of the list before: a long one comes as several entries in a row. */
    private final ByteWriter lastList = new ByteWriter();

    private final ByteWriter list = new ByteWriter();
    private int lastState = -1;

    Counter(List<StateSchema> states, CancellationRegistry cancellation) {
      this.states = states;
      this.cancellation = cancellation;
      this.entries = new long[states.size()];
      this.bytes = new long[states.size()];
    }

    @Override
    public void accept(int keyGroup, int state, Entry entry) {
      if (sinceLook++ == ENTRIES_A_LOOK) {
        sinceLook = 0;
        if (cancellation.isClosed()) {
          throw new CancellationException("counting was given up");
        }
      }
      StateSchema schema = states.get(state);
      bytes[state] += entry.value.length();
      if (schema.kind() != StateKind.LIST || isNewList(state, entry)) {
        entries[state]++;
        bytes[state] += keyBytes(schema, entry);
      }
      lastState = state;
    }

    private boolean isNewList(int state, Entry entry) {
      list.reset();
      list.writeSized(entry.key);
      list.writeSized(entry.namespace);
      if (state == lastState && list.view().contentEquals(lastList.view())) {
        return false;
      }
      lastList.reset();
      lastList.trim(ByteWriter.KEPT_BYTES);
      lastList.writeBytes(list.view());
      return true;
    }

    private static int keyBytes(StateSchema schema, Entry entry) {
      int bytes =
          schema.kind() == StateKind.QUEUE ? 0 : entry.key.length() + entry.namespace.length();
      if (schema.kind() == StateKind.MAP) {
        bytes += entry.userKey.length();
      }
      // The timestamps of list elements are in the value.
      return schema.expiry().stamped() && schema.kind() != StateKind.LIST
          ? bytes + Long.BYTES
          : bytes;
    }
  }
}
