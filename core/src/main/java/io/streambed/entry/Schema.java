package io.streambed.entry;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import io.streambed.bytes.HeapBudget;
import io.streambed.error.MalformedDataException;
import io.streambed.key.KeyGroups;
import io.streambed.serial.SerializerSnapshot;
import io.streambed.state.StateKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The declarations of all states in a store or checkpoint. Entries name their state by its index in
 * {@link #states()}.
 *
 * <pre>
 * schema := maxParallelism:varint key:snapshot count:varint state*
 * state  := name:text kind:u8 expiry:u8 [namespace:snapshot] [userKey:snapshot] value:snapshot
 * </pre>
 *
 * The namespace is there but for queues, the user key for maps only.
 *
 * @param maxParallelism number of key groups, fixed for the life of the state
 * @param key of the keys
 * @param states the states, names unique
 */
public record Schema(int maxParallelism, SerializerSnapshot key, List<StateSchema> states) {
  /** About what a state takes on the heap, without its name and serializers. */
  private static final int STATE_HEAP_BYTES = 96;

  /** Checks and freezes the parts. */
  public Schema {
    KeyGroups.checkParallelism(maxParallelism, 1);
    Objects.requireNonNull(key, "key");
    states = List.copyOf(states);
  }

  /**
   * Appends this in its grammar.
   *
   * @param out where to append
   */
  public void write(ByteWriter out) {
    out.writeVarInt(maxParallelism);
    key.write(out);
    out.writeVarInt(states.size());
    for (StateSchema state : states) {
      out.writeText(state.name());
      out.writeByte(state.kind().code());
      out.writeByte(state.expiry().code());
      if (state.namespace() != null) {
        state.namespace().write(out);
      }
      if (state.userKey() != null) {
        state.userKey().write(out);
      }
      state.value().write(out);
    }
  }

  /**
   * Reads a schema.
   *
   * @param in positioned at its first byte
   * @return the schema
   * @throws MalformedDataException if the bytes do not follow the grammar
   * @throws io.streambed.error.LimitExceededException if they are too many for this process's heap
   */
  public static Schema read(ByteReader in) {
    return read(in, new HeapBudget("declarations", in));
  }

  /**
   * Reads a schema as a part of something larger.
   *
   * @param in positioned at its first byte
   * @param budget of the heap, for the whole
   * @return the schema
   * @throws MalformedDataException if the bytes do not follow the grammar
   * @throws io.streambed.error.LimitExceededException if the budget does not suffice
   */
  public static Schema read(ByteReader in, HeapBudget budget) {
    int maxParallelism = in.readVarInt();
    if (maxParallelism < 1 || maxParallelism > KeyGroups.MAX_PARALLELISM_LIMIT) {
      throw new MalformedDataException("max parallelism " + maxParallelism);
    }
    SerializerSnapshot key = SerializerSnapshot.read(in, budget);
    int count = in.readCount(7);
    List<StateSchema> states = new ArrayList<>();
    Map<String, StateSchema> names = new HashMap<>();
    for (int i = 0; i < count; i++) {
      StateSchema state = readState(in, budget);
      StateSchema same = names.putIfAbsent(state.name(), state);
      if (same != null && same.kind() != state.kind()) {
        throw new MalformedDataException("two states named \"" + state.name() + "\"");
      }
      states.add(state);
    }
    return new Schema(maxParallelism, key, states);
  }

  private static StateSchema readState(ByteReader in, HeapBudget budget) {
    budget.take(STATE_HEAP_BYTES);
    String name = budget.readText(in);
    int kindCode = in.readUnsignedByte();
    StateKind kind = StateKind.ofCode(kindCode);
    int expiryCode = in.readUnsignedByte();
    Expiry expiry = Expiry.ofCode(expiryCode);
    if (kind == null || kind.compareTo(StateKind.QUEUE) > 0 || expiry == null) {
      throw new MalformedDataException(
          "state \"" + name + "\" of kind " + kindCode + " and expiry " + expiryCode);
    }
    SerializerSnapshot namespace =
        kind == StateKind.QUEUE ? null : SerializerSnapshot.read(in, budget);
    SerializerSnapshot userKey = kind == StateKind.MAP ? SerializerSnapshot.read(in, budget) : null;
    SerializerSnapshot value = SerializerSnapshot.read(in, budget);
    return new StateSchema(name, kind, namespace, userKey, value, expiry);
  }
}
