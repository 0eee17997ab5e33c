package io.streambed.flink.snapshot;

import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.entry.Entry;
import io.streambed.entry.EntryCursor;
import io.streambed.entry.EntrySource;
import io.streambed.entry.Schema;
import io.streambed.entry.StateSchema;
import io.streambed.error.CorruptionException;
import io.streambed.error.IncompatibleStateException;
import io.streambed.error.SerializationException;
import io.streambed.error.StreambedException;
import io.streambed.flink.serial.FlinkSnapshots;
import io.streambed.flink.serial.SerializerBridge;
import io.streambed.serial.SerializerSnapshot;
import io.streambed.state.StateKind;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.runtime.state.restore.KeyGroup;
import org.apache.flink.runtime.state.restore.KeyGroupEntry;
import org.apache.flink.runtime.state.restore.ThrowingIterator;
import org.apache.flink.util.StateMigrationException;

/**
 * One handle of a canonical savepoint as entries of Streambed's. Parts that have no length of their
 * own there (keys, namespaces, elements of lists) are found by reading them with the serializers
 * that wrote them.
 *
 * <p>The stream below belongs to whoever opened it.
 *
 * <p>Threading: one thread. Key groups are to be asked for in ascending order, each once.
 */
final class CanonicalSource implements EntrySource {
  private final String name;
  private final Schema schema;
  private final ThrowingIterator<KeyGroup> groups;
  private final List<CanonicalKeys> keysOf = new ArrayList<>();
  private final List<TypeSerializer<?>> elementOf = new ArrayList<>();
  private KeyGroup next;
  private int lastAsked = -1;

  /**
   * A source over what Flink's own reader gives of a handle.
   *
   * @param name of the handle, for messages
   * @param groups the key groups
   * @param declared the states as the handle declares them
   * @param key the serializer that wrote the keys
   * @param bridge restores serializers
   * @throws IncompatibleStateException if the entries of a state cannot be taken apart, because the
   *     class of its namespaces is gone
   */
  CanonicalSource(
      String name,
      ThrowingIterator<KeyGroup> groups,
      Schema declared,
      TypeSerializer<?> key,
      SerializerBridge bridge) {
    this.name = name;
    this.groups = groups;
    List<StateSchema> states = new ArrayList<>();
    for (StateSchema state : declared.states()) {
      keysOf.add(new CanonicalKeys(declared.maxParallelism(), key, namespaces(state, bridge)));
      TypeSerializer<?> element =
          state.kind() == StateKind.LIST ? bridge.restoredOrKept(state.value()) : null;
      boolean joined = element != null && !SerializerBridge.isUsable(element);
      elementOf.add(joined ? null : element);
      states.add(joined ? withValue(state, FlinkSnapshots.joined(state.value())) : state);
    }
    this.schema = new Schema(declared.maxParallelism(), declared.key(), states);
  }

  private static TypeSerializer<?> namespaces(StateSchema state, SerializerBridge bridge) {
    if (state.namespace() == null) {
      return null;
    }
    TypeSerializer<?> namespace = bridge.restoredOrKept(state.namespace());
    if (!SerializerBridge.isUsable(namespace)) {
      throw new IncompatibleStateException(
          "state \"" + state.name() + "\"",
          "namespaces whose class is gone, under " + FlinkSnapshots.className(state.namespace()),
          "to tell keys from namespaces",
          "Keep the classes on the job's class path as long as the savepoint has the state.");
    }
    return namespace;
  }

  /** The same declaration with another serializer of the values. */
  static StateSchema withValue(StateSchema state, SerializerSnapshot value) {
    return new StateSchema(
        state.name(), state.kind(), state.namespace(), state.userKey(), value, state.expiry());
  }

  @Override
  public Schema schema() {
    return schema;
  }

  /**
   * All entries of one key group.
   *
   * @throws IllegalStateException if the key group is not above the one asked for before: the
   *     stream has passed it
   */
  @Override
  public EntryCursor entries(int keyGroup) {
    if (keyGroup <= lastAsked) {
      throw new IllegalStateException(
          "key group "
              + keyGroup
              + " asked for after "
              + lastAsked
              + ": each comes once, in order");
    }
    lastAsked = keyGroup;
    return new Cursor(keyGroup);
  }

  /** The entries of a key group; null if the handle has none. */
  private ThrowingIterator<KeyGroupEntry> find(int keyGroup) throws IOException {
    try {
      while (next == null || next.getKeyGroupId() < keyGroup) {
        if (!groups.hasNext()) {
          return null;
        }
        next = groups.next();
      }
    } catch (StateMigrationException e) {
      throw new IOException(e);
    }
    return next.getKeyGroupId() == keyGroup ? next.getKeyGroupEntries() : null;
  }

  /**
   * Takes apart what Flink joins.
   *
   * @param joined the elements of a list with a comma between each two
   * @param elements the serializer that wrote them
   * @param out where each is appended with its length before it
   */
  static void takeApart(byte[] joined, TypeSerializer<?> elements, ByteWriter out)
      throws IOException {
    DataInputDeserializer in = new DataInputDeserializer(joined);
    ByteView element = new ByteView();
    while (in.available() > 0) {
      int start = in.getPosition();
      elements.deserialize(in);
      out.writeSized(element.set(joined, start, in.getPosition() - start));
      if (in.available() > 0) {
        in.readByte();
      }
    }
  }

  /** Walks over one key group. */
  private final class Cursor implements EntryCursor {
    private final int keyGroup;
    private final Entry entry = new Entry();
    private final ByteWriter run = new ByteWriter();
    private final ByteView element = new ByteView();
    private ThrowingIterator<KeyGroupEntry> rest;
    private boolean started;
    private int state;

    Cursor(int keyGroup) {
      this.keyGroup = keyGroup;
    }

    @Override
    public boolean advance() throws IOException {
      try {
        if (!started) {
          started = true;
          rest = find(keyGroup);
        }
        if (rest == null || !rest.hasNext()) {
          return false;
        }
        KeyGroupEntry found = rest.next();
        state = found.getKvStateId();
        if (state < 0 || state >= keysOf.size()) {
          throw damaged("one of " + keysOf.size() + " states", "state number " + state);
        }
        setNamed(found);
        return true;
      } catch (EOFException e) {
        throw new CorruptionException(name, -1, "further entries", "the end of the file", e);
      } catch (StateMigrationException e) {
        throw new IOException(e);
      }
    }

    /** Users' serializers fail on damaged bytes in ways of their own. */
    private void setNamed(KeyGroupEntry found) {
      try {
        set(found);
      } catch (StreambedException e) {
        throw e;
      } catch (RuntimeException | IOException e) {
        throw new SerializationException(
            "an entry of state \"" + schema.states().get(state).name() + "\" in " + name,
            "it cannot be read: " + e,
            e);
      }
    }

    private void set(KeyGroupEntry found) throws IOException {
      StateKind kind = schema.states().get(state).kind();
      int written = keysOf.get(state).read(found.getKey(), entry);
      if (written != keyGroup) {
        throw damaged("an entry of key group " + keyGroup, "one of key group " + written);
      }
      byte[] value = found.getValue();
      entry.nullValue = kind == StateKind.MAP && value.length > 0 && value[0] != 0;
      switch (kind) {
        case QUEUE -> {}
        case LIST -> setElements(value);
        case MAP -> {
          if (value.length == 0) {
            throw damaged("a map's value", "no bytes");
          }
          entry.value.set(value, 1, entry.nullValue ? 0 : value.length - 1);
        }
        default -> entry.value.set(value, 0, value.length);
      }
    }

    private void setElements(byte[] value) throws IOException {
      run.reset();
      TypeSerializer<?> elements = elementOf.get(state);
      if (elements == null) {
        run.writeSized(element.set(value, 0, value.length));
      } else {
        takeApart(value, elements, run);
      }
      entry.value.set(run.array(), 0, run.position());
    }

    private CorruptionException damaged(String expected, String actual) {
      return new CorruptionException(name, -1, expected, actual);
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
