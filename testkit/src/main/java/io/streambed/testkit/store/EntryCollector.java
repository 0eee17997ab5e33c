package io.streambed.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.entry.Entry;
import io.streambed.entry.EntryCursor;
import io.streambed.entry.EntrySink;
import io.streambed.entry.EntrySource;
import io.streambed.entry.Schema;
import io.streambed.key.KeyGroupRange;
import io.streambed.key.KeyGroups;
import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Entries taken out of a source, and sources made by hand. */
final class EntryCollector {
  private EntryCollector() {}

  /** A copy of one entry, its bytes as hexadecimal text, which has the same order. */
  record Found(
      int keyGroup,
      String key,
      String namespace,
      String userKey,
      String value,
      boolean nullValue,
      long stamp) {}

  /** All entries of some key groups, by the name of their state, in the order of the source. */
  static Map<String, List<Found>> of(EntrySource source, KeyGroupRange range) throws IOException {
    Map<String, List<Found>> found = new LinkedHashMap<>();
    for (int group = range.first(); group <= range.last(); group++) {
      source.read(
          group,
          (keyGroup, state, entry) ->
              found
                  .computeIfAbsent(
                      source.schema().states().get(state).name(), name -> new ArrayList<>())
                  .add(copy(keyGroup, entry)));
    }
    return found;
  }

  private static Found copy(int keyGroup, Entry entry) {
    return new Found(
        keyGroup,
        hex(entry.key),
        hex(entry.namespace),
        hex(entry.userKey),
        hex(entry.value),
        entry.nullValue,
        entry.stamp);
  }

  private static String hex(ByteView view) {
    return HexFormat.of().formatHex(view.toByteArray());
  }

  static <T> ByteView encode(T value, Serializer<T> serializer) {
    ByteWriter out = new ByteWriter();
    serializer.write(value, out);
    return ByteView.of(out.toByteArray());
  }

  /** A text's bytes; none for an empty text, which stands for the only namespace too. */
  static ByteView encode(String text) {
    return text.isEmpty() ? new ByteView() : encode(text, Serializers.strings());
  }

  /** A text of a key group. */
  static String keyOf(int keyGroup, int maxParallelism, int turn) {
    int left = turn;
    for (int i = 0; ; i++) {
      String key = "key" + i;
      int hash = Serializers.strings().keyHasher().hash(key);
      if (KeyGroups.assign(hash, maxParallelism) == keyGroup && left-- == 0) {
        return key;
      }
    }
  }

  /** What gives the entries of a source made by hand. */
  interface Giver {
    void give(int keyGroup, Entry entry, EntrySink sink) throws IOException;
  }

  /** A source of which each key group holds what the giver says. */
  static EntrySource source(Schema schema, Giver giver) {
    return new EntrySource() {
      @Override
      public Schema schema() {
        return schema;
      }

      @Override
      public EntryCursor entries(int keyGroup) {
        return new Given(keyGroup, giver);
      }
    };
  }

  /** Takes all of a giver's entries at once. */
  private static final class Given implements EntryCursor {
    private final int keyGroup;
    private final Giver giver;
    private final Entry entry = new Entry();
    private final Deque<Consumer<Entry>> rest = new ArrayDeque<>();
    private final Deque<Integer> states = new ArrayDeque<>();
    private boolean asked;
    private int state;

    Given(int keyGroup, Giver giver) {
      this.keyGroup = keyGroup;
      this.giver = giver;
    }

    @Override
    public boolean advance() throws IOException {
      if (!asked) {
        asked = true;
        giver.give(keyGroup, new Entry(), this::take);
      }
      if (rest.isEmpty()) {
        return false;
      }
      rest.remove().accept(entry);
      state = states.remove();
      return true;
    }

    private void take(int group, int ofState, Entry given) {
      assertThat(group).isEqualTo(keyGroup);
      byte[] key = given.key.toByteArray();
      byte[] namespace = given.namespace.toByteArray();
      byte[] userKey = given.userKey.toByteArray();
      byte[] value = given.value.toByteArray();
      boolean isNull = given.nullValue;
      long stamp = given.stamp;
      states.add(ofState);
      rest.add(
          to -> {
            to.key.set(key, 0, key.length);
            to.namespace.set(namespace, 0, namespace.length);
            to.userKey.set(userKey, 0, userKey.length);
            to.value.set(value, 0, value.length);
            to.nullValue = isNull;
            to.stamp = stamp;
          });
    }

    @Override
    public int state() {
      return state;
    }

    @Override
    public Entry entry() {
      return entry;
    }
  }
}
