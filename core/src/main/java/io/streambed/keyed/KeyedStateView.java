package io.streambed.keyed;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.entry.Entry;
import io.streambed.entry.EntryCursor;
import io.streambed.entry.StateSchema;
import io.streambed.error.StateQueryException;
import io.streambed.error.StateQueryException.Reason;
import io.streambed.error.StorageException;
import io.streambed.key.KeyContext;
import io.streambed.serial.Serializer;
import io.streambed.state.StateKind;
import io.streambed.state.StateQuery;
import io.streambed.store.FrozenView;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The open states of one backend as they were at one moment, to be looked into while the backend
 * goes on. It gives what was not expired at that moment.
 *
 * <p>As long as it is open, a store on the heap copies what it changes, and a store of files keeps
 * what it would remove: close it soon. It is closed with its backend.
 *
 * <p>Threading: any thread; the look-ups of several wait for each other. Cost of a look-up: that of
 * one key, or for one value of a map on the heap a walk over that map.
 *
 * @param <K> the type of the keys
 */
public final class KeyedStateView<K> implements AutoCloseable {
  private final FrozenView view;
  private final Map<String, QueryableState> states;
  private final Consumer<KeyedStateView<K>> closing;
  private final KeyContext<K> context;
  private final Serializer<K> keys;
  private boolean closed;

  /**
   * A view, made on the thread of the task.
   *
   * @param view the frozen contents; closed with this
   * @param states the open states of that moment
   * @param context of the keys; of it, only what does not change is used
   * @param closing is told when this is closed
   */
  KeyedStateView(
      FrozenView view,
      Map<String, QueryableState> states,
      KeyContext<K> context,
      Consumer<KeyedStateView<K>> closing) {
    this.view = view;
    this.states = states;
    this.context = context;
    this.keys = context.serializer().duplicate();
    this.closing = closing;
  }

  /**
   * Looks a key up.
   *
   * @param query what is asked
   * @param key the key
   * @param <R> the type of the answer
   * @return a copy that is the caller's own; empty if there was nothing
   * @throws StateQueryException if there is no such state, it has other types, the key cannot be
   *     used here, or this is closed
   * @throws io.streambed.error.SerializationException if a serializer fails
   * @throws StorageException if the store's files cannot be read
   */
  public <R> Optional<R> query(StateQuery<R> query, K key) {
    QueryableState state = states.get(query.state().name());
    if (state == null) {
      throw QueryableState.unknown(query, states.keySet());
    }
    state.check(query);
    QueryCodec<R> codec = new QueryCodec<>(query);
    byte[] found;
    synchronized (this) {
      requireOpen();
      found = find(state, QueriedKey.of(key, keys, query.state().name(), context), codec);
    }
    return found == null ? Optional.empty() : Optional.ofNullable(codec.decode(found));
  }

  private void requireOpen() {
    if (closed) {
      throw new StateQueryException(
          Reason.CLOSED,
          "the view is closed: somebody closed it, its time is over, or the task whose state it"
              + " shows has ended. Take another one");
    }
  }

  private byte[] find(QueryableState state, QueriedKey key, QueryCodec<?> codec) {
    List<StateSchema> schemas = view.schema().states();
    int index = 0;
    while (!schemas.get(index).name().equals(state.descriptor().name())) {
      index++;
    }
    byte[] userKey = codec.userKey();
    EntryCursor entries =
        view.lookup(
            index,
            key.keyGroup(),
            ByteView.of(key.bytes()),
            ByteView.of(codec.namespace()),
            userKey == null ? null : ByteView.of(userKey));
    try {
      return all(entries, schemas.get(index));
    } catch (IOException e) {
      throw new StorageException("Looking into state \"" + state.descriptor().name() + "\"", e);
    }
  }

  /**
   * All entries, in the form of {@code Table.lookup}; null if there are none. The store has left
   * out what was expired when it was frozen.
   */
  private static byte[] all(EntryCursor entries, StateSchema schema) throws IOException {
    ByteWriter found = new ByteWriter();
    boolean any = false;
    while (entries.advance()) {
      any = true;
      if (schema.kind() == StateKind.LIST) {
        addElements(entries.entry(), schema.expiry().stamped(), found);
      } else {
        add(entries.entry(), schema.kind(), found);
      }
    }
    return any ? found.toByteArray() : null;
  }

  private static void addElements(Entry run, boolean stamped, ByteWriter found) {
    ByteReader in = new ByteReader().set(run.value);
    ByteView element = new ByteView();
    while (in.remaining() > 0) {
      found.writeSized(in.readSized(element));
      if (stamped) {
        in.skip(Long.BYTES);
      }
    }
  }

  private static void add(Entry entry, StateKind kind, ByteWriter found) {
    if (kind != StateKind.MAP) {
      found.writeBytes(entry.value);
      return;
    }
    found.writeSized(entry.userKey);
    found.writeBoolean(entry.nullValue);
    if (!entry.nullValue) {
      found.writeSized(entry.value);
    }
  }

  /** Lets the store go on without copies; idempotent. It waits for a look-up that goes on. */
  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      view.close();
    }
    closing.accept(this);
  }
}
