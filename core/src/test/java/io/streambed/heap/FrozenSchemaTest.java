package io.streambed.heap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import io.streambed.entry.StateSchema;
import io.streambed.key.KeyGroupRange;
import io.streambed.serial.KeyHasher;
import io.streambed.serial.Serializer;
import io.streambed.serial.SerializerSnapshot;
import io.streambed.serial.Serializers;
import io.streambed.state.StateKind;
import io.streambed.store.FrozenView;
import io.streambed.store.QueueSpec;
import io.streambed.store.StoreContext;
import io.streambed.store.TableSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** The schema that a frozen view gives, of serializers that learn while they are used. */
class FrozenSchemaTest {
  /** Its configuration says how many types it has met; to write that down is counted. */
  private static final class Learning<T> implements Serializer<T> {
    private final Serializer<T> plain;
    private int met = 1;
    private int writtenDown;

    Learning(Serializer<T> plain) {
      this.plain = plain;
    }

    @Override
    public void write(T value, ByteWriter out) {
      plain.write(value, out);
    }

    @Override
    public T read(ByteReader in) {
      return plain.read(in);
    }

    @Override
    public T copy(T value) {
      return plain.copy(value);
    }

    @Override
    public boolean immutable() {
      return plain.immutable();
    }

    @Override
    public Serializer<T> duplicate() {
      return plain.duplicate();
    }

    @Override
    public KeyHasher<T> keyHasher() {
      return plain.keyHasher();
    }

    @Override
    public SerializerSnapshot snapshot() {
      return frozenSnapshot().get();
    }

    @Override
    public Supplier<SerializerSnapshot> frozenSnapshot() {
      int now = met;
      return () -> {
        writtenDown++;
        return new SerializerSnapshot("learning", 1, Map.of("met", "" + now), Map.of());
      };
    }
  }

  private static StateSchema stateNamed(String name, FrozenView view) {
    return view.schema().states().stream()
        .filter(state -> state.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void schema_serializersLearnAfterTheFreeze_isThatOfTheFreezeAndWrittenDownWhenAskedFor() {
    Learning<String> keys = new Learning<>(Serializers.strings());
    Learning<Short> namespaces = new Learning<>(Serializers.shorts());
    Learning<Long> userKeys = new Learning<>(Serializers.longs());
    Learning<Integer> values = new Learning<>(Serializers.ints());
    List<Learning<?>> all = List.of(keys, namespaces, userKeys, values);
    HeapKeyedStore<String> store =
        new HeapKeyedStore<>(StoreContext.alone(keys, 4, new KeyGroupRange(0, 3)));
    store.openValues(new TableSpec<>("v", StateKind.VALUE, namespaces, null, values));
    store.openLists(new TableSpec<>("l", StateKind.LIST, namespaces, null, values));
    store.openMaps(new TableSpec<>("m", StateKind.MAP, namespaces, userKeys, values));
    store.openQueue(new QueueSpec<>("q", values, value -> 0));
    store.openQueue(new QueueSpec<>("o", values, value -> 0, Integer::compare));
    Learning<Integer> wrapped = new Learning<>(Serializers.ints());
    store.openValues(
        new TableSpec<>(
            "w", StateKind.VALUE, Serializers.unit(), null, Serializers.nullable(wrapped)));
    all.forEach(serializer -> serializer.writtenDown = 0);

    try (FrozenView view = store.freeze(1)) {
      all.forEach(serializer -> serializer.met = 2);
      wrapped.met = 2;
      assertThat(all).as("by the freeze").allMatch(serializer -> serializer.writtenDown == 0);
      SerializerSnapshot then = new SerializerSnapshot("learning", 1, Map.of("met", "1"), Map.of());
      assertThat(view.schema().key()).isEqualTo(then);
      assertThat(stateNamed("w", view).value().parts()).containsValue(then);
      List<StateSchema> learning = new ArrayList<>(view.schema().states());
      learning.remove(stateNamed("w", view));
      assertThat(learning)
          .extracting(StateSchema::name, StateSchema::namespace, StateSchema::userKey)
          .containsExactlyInAnyOrder(
              tuple("v", then, null),
              tuple("l", then, null),
              tuple("m", then, then),
              tuple("q", null, null),
              tuple("o", null, null));
      assertThat(learning).allMatch(state -> state.value().equals(then));
      assertThat(values.writtenDown).as("once for each state").isEqualTo(5);
    }
    store.close();
  }
}
