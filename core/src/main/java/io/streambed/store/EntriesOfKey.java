package io.streambed.store;

import io.streambed.bytes.ByteView;
import io.streambed.entry.Entry;
import io.streambed.entry.EntryCursor;
import java.io.IOException;

/** Of a walk over a key group, what one state has for one key and namespace. */
final class EntriesOfKey implements EntryCursor {
  private final EntryCursor group;
  private final int state;
  private final ByteView key;
  private final ByteView namespace;

  /** Null for all entries of a map. */
  private final ByteView userKey;

  EntriesOfKey(EntryCursor group, int state, ByteView key, ByteView namespace, ByteView userKey) {
    this.group = group;
    this.state = state;
    this.key = key;
    this.namespace = namespace;
    this.userKey = userKey;
  }

  @Override
  public boolean advance() throws IOException {
    while (group.advance()) {
      Entry entry = group.entry();
      if (group.state() == state
          && entry.key.contentEquals(key)
          && entry.namespace.contentEquals(namespace)
          && (userKey == null || entry.userKey.contentEquals(userKey))) {
        return true;
      }
    }
    return false;
  }

  @Override
  public int state() {
    return state;
  }

  @Override
  public Entry entry() {
    return group.entry();
  }
}
