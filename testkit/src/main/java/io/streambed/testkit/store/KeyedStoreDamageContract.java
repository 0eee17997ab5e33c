package io.streambed.testkit.store;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.bytes.ByteView;
import io.streambed.entry.Entry;
import io.streambed.entry.EntrySource;
import io.streambed.entry.Schema;
import io.streambed.entry.StateSchema;
import io.streambed.error.MalformedDataException;
import io.streambed.error.SerializationException;
import io.streambed.key.KeyGroupRange;
import io.streambed.serial.Serializers;
import io.streambed.state.StateKind;
import io.streambed.store.KeyedStore;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.store.QueueSpec;
import io.streambed.store.StoreContext;
import io.streambed.store.TableSpec;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every store owes those who load what is damaged or cannot be read: it is noticed and told.
 * Subclass it in a test and name the store.
 */
public abstract class KeyedStoreDamageContract {
  private static final int MAX_PARALLELISM = 8;
  private static final TableSpec<Long, Void, Integer> VALUES =
      new TableSpec<>("values", StateKind.VALUE, Serializers.longs(), null, Serializers.ints());
  private static final QueueSpec<Integer> QUEUE =
      new QueueSpec<>("queue", Serializers.ints(), n -> n % MAX_PARALLELISM);

  /** A contract over the stores that a subclass names. */
  protected KeyedStoreDamageContract() {}

  /**
   * The stores under test.
   *
   * @return a factory
   */
  protected abstract KeyedStoreFactory factory();

  private KeyedStore<String> store(KeyGroupRange range) {
    return factory().create(StoreContext.alone(Serializers.strings(), MAX_PARALLELISM, range));
  }

  private KeyedStore<String> store() {
    return store(new KeyGroupRange(0, MAX_PARALLELISM - 1));
  }

  private static Schema schemaOfOne(StateSchema state) {
    return new Schema(MAX_PARALLELISM, Serializers.strings().snapshot(), List.of(state));
  }

  private static void setKey(Entry entry, String key) {
    ByteView bytes = EntryCollector.encode(key, Serializers.strings());
    entry.key.set(bytes.array(), bytes.offset(), bytes.length());
    entry.namespace.set(new byte[8], 0, 8);
  }

  private static void set(ByteView view, byte... bytes) {
    view.set(bytes, 0, bytes.length);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void load_entryInAForeignKeyGroup_isNoticed(boolean openFirst) {
    EntrySource values =
        EntryCollector.source(
            schemaOfOne(VALUES.schema()),
            (keyGroup, entry, sink) -> {
              if (keyGroup == 3) {
                setKey(entry, EntryCollector.keyOf(4, MAX_PARALLELISM, 0));
                set(entry.value, new byte[4]);
                sink.accept(keyGroup, 0, entry);
              }
            });
    EntrySource queue =
        EntryCollector.source(
            schemaOfOne(QUEUE.schema()),
            (keyGroup, entry, sink) -> {
              if (keyGroup == 3) {
                set(entry.value, (byte) 0, (byte) 0, (byte) 0, (byte) 4);
                sink.accept(keyGroup, 0, entry);
              }
            });
    assertNoticed(values, s -> s.openValues(VALUES), openFirst, "values");
    assertNoticed(queue, s -> s.openQueue(QUEUE), openFirst, "queue");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void load_entryThatCannotBeRead_isNoticed(boolean openFirst) {
    EntrySource shortValue =
        EntryCollector.source(
            schemaOfOne(VALUES.schema()),
            (keyGroup, entry, sink) -> {
              setKey(entry, EntryCollector.keyOf(keyGroup, MAX_PARALLELISM, 0));
              set(entry.value, new byte[3]);
              sink.accept(keyGroup, 0, entry);
            });
    EntrySource longNamespace =
        EntryCollector.source(
            schemaOfOne(VALUES.schema()),
            (keyGroup, entry, sink) -> {
              setKey(entry, EntryCollector.keyOf(keyGroup, MAX_PARALLELISM, 0));
              set(entry.namespace, new byte[9]);
              set(entry.value, new byte[4]);
              sink.accept(keyGroup, 0, entry);
            });
    for (EntrySource source : List.of(shortValue, longNamespace)) {
      assertNoticed(source, s -> s.openValues(VALUES), openFirst, "values");
    }
  }

  private void assertNoticed(
      EntrySource source, Consumer<KeyedStore<String>> open, boolean openFirst, String name) {
    try (KeyedStore<String> store = store()) {
      assertThatThrownBy(
              () -> {
                if (openFirst) {
                  open.accept(store);
                }
                store.load(source);
                open.accept(store);
              })
          .isInstanceOf(SerializationException.class)
          .hasMessageContaining(name);
    }
  }

  @Test
  void load_stateThatDoesNotExist_isRefused() {
    EntrySource source =
        EntryCollector.source(
            schemaOfOne(VALUES.schema()),
            (keyGroup, entry, sink) -> {
              setKey(entry, EntryCollector.keyOf(keyGroup, MAX_PARALLELISM, 0));
              set(entry.value, new byte[4]);
              sink.accept(keyGroup, 1, entry);
            });
    try (KeyedStore<String> store = store(new KeyGroupRange(2, 3))) {
      assertThatThrownBy(() -> store.load(source)).isInstanceOf(MalformedDataException.class);
    }
  }

  @Test
  void load_sourceFails_passesItsFailureOn() {
    EntrySource source =
        EntryCollector.source(
            schemaOfOne(VALUES.schema()),
            (keyGroup, entry, sink) -> {
              throw new IOException("the disk is gone");
            });
    try (KeyedStore<String> store = store()) {
      assertThatThrownBy(() -> store.load(source))
          .isInstanceOf(IOException.class)
          .hasMessage("the disk is gone");
    }
  }
}
