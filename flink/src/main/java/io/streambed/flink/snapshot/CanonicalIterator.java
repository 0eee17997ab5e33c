package io.streambed.flink.snapshot;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.entry.Entry;
import io.streambed.entry.EntryCursor;
import io.streambed.key.KeyGroupRange;
import io.streambed.state.StateKind;
import io.streambed.store.FrozenView;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import org.apache.flink.runtime.state.KeyValueStateIterator;

/**
 * Gives a frozen view's entries as Flink's canonical format has them: key groups in order, in each
 * the states in order of the schema. Values stay the bytes they are, with the timestamp before them
 * under TTL; the runs of one list become one value, its elements separated by commas.
 *
 * <p>Memory: one entry; a list as a whole.
 */
final class CanonicalIterator implements KeyValueStateIterator {
  private static final byte[] NOTHING = new byte[0];
  private static final byte DELIMITER = ',';

  private final FrozenView view;
  private final KeyGroupRange range;
  private final List<CanonicalKeys> keysOf;
  private final IntFunction<byte[]> nullOf;
  private final ByteWriter out = new ByteWriter();
  private final ByteReader run = new ByteReader();
  private final ByteView element = new ByteView();

  /** The cursor stands on an entry that was not given yet. */
  private EntryCursor cursor;

  private boolean pending;
  private int pendingGroup;

  private boolean valid = true;
  private boolean newKeyGroup;
  private boolean newState;
  private int keyGroup = -1;
  private int state = -1;
  private boolean stamped;
  private byte[] key;
  private byte[] value;

  /** Number of list elements in the value so far. */
  private long elements;

  /**
   * An iterator on its first entry.
   *
   * @param view closed by its owner
   * @param range the key groups to give
   * @param keysOf the form of the keys of each state of the schema
   * @param nullOf gives a null value under TTL, by the number of its state
   * @throws IOException if the view cannot be read
   */
  CanonicalIterator(
      FrozenView view, KeyGroupRange range, List<CanonicalKeys> keysOf, IntFunction<byte[]> nullOf)
      throws IOException {
    this.view = view;
    this.range = range;
    this.keysOf = keysOf;
    this.nullOf = nullOf;
    this.pendingGroup = range.first() - 1;
    pull();
    next();
  }

  private void pull() throws IOException {
    while (cursor == null || !cursor.advance()) {
      if (pendingGroup == range.last()) {
        pending = false;
        return;
      }
      cursor = view.entries(++pendingGroup);
    }
    pending = true;
  }

  @Override
  public void next() throws IOException {
    if (!pending) {
      valid = false;
      return;
    }
    newKeyGroup = pendingGroup != keyGroup;
    newState = newKeyGroup || cursor.state() != state;
    keyGroup = pendingGroup;
    state = cursor.state();
    StateKind kind = view.schema().states().get(state).kind();
    stamped = view.schema().states().get(state).expiry().stamped();
    Entry entry = cursor.entry();
    key = keysOf.get(state).write(keyGroup, entry, kind == StateKind.MAP);
    out.reset();
    out.trim(ByteWriter.KEPT_BYTES);
    elements = 0;
    switch (kind) {
      case LIST -> appendRun(entry);
      case QUEUE -> {}
      case MAP -> {
        // Under TTL the pair is not null, its value is.
        out.writeBoolean(entry.nullValue && !stamped);
        writeValue(entry, entry.nullValue);
      }
      default -> writeValue(entry, false);
    }
    pull();
    if (kind == StateKind.LIST) {
      joinRuns();
    }
    value = kind == StateKind.QUEUE ? NOTHING : out.toByteArray();
  }

  private void writeValue(Entry entry, boolean isNull) {
    if (stamped) {
      out.writeLong(entry.stamp);
    }
    if (isNull && stamped) {
      byte[] value = nullOf.apply(state);
      out.writeBytes(value, 0, value.length);
    } else {
      out.writeBytes(entry.value);
    }
  }

  /** Appends the further runs of the list, if it came in several. */
  private void joinRuns() throws IOException {
    while (pending
        && pendingGroup == keyGroup
        && cursor.state() == state
        && Arrays.equals(key, keysOf.get(state).write(keyGroup, cursor.entry(), false))) {
      appendRun(cursor.entry());
      pull();
    }
  }

  private void appendRun(Entry entry) {
    run.set(entry.value);
    while (run.remaining() > 0) {
      if (elements++ > 0) {
        out.writeByte(DELIMITER);
      }
      run.readSized(element);
      if (stamped) {
        out.writeLong(run.readLong());
      }
      out.writeBytes(element);
    }
  }

  @Override
  public int keyGroup() {
    return keyGroup;
  }

  @Override
  public byte[] key() {
    return key;
  }

  @Override
  public byte[] value() {
    return value;
  }

  @Override
  public int kvStateId() {
    return state;
  }

  @Override
  public boolean isNewKeyValueState() {
    return newState;
  }

  @Override
  public boolean isNewKeyGroup() {
    return newKeyGroup;
  }

  @Override
  public boolean isValid() {
    return valid;
  }

  @Override
  public void close() {
    // The view belongs to the snapshot.
  }
}
