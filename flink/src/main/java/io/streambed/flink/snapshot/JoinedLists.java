package io.streambed.flink.snapshot;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.entry.Entry;
import io.streambed.entry.EntryCursor;
import io.streambed.entry.EntrySource;
import io.streambed.entry.Schema;
import io.streambed.entry.StateSchema;
import io.streambed.error.SerializationException;
import io.streambed.flink.serial.FlinkSnapshots;
import io.streambed.flink.serial.SerializerBridge;
import io.streambed.store.FrozenView;
import io.streambed.store.KeyedStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeutils.TypeSerializer;

/**
 * The entries of one state whose lists came from a canonical savepoint while the class of their
 * elements was gone, taken apart now that somebody asks for the state.
 *
 * <p>Threading: the store's thread.
 */
public final class JoinedLists implements EntrySource {
  /** Nothing is to be built upon this view of the store. */
  private static final long NO_CHECKPOINT = -1;

  private final FrozenView view;
  private final Schema schema;

  /** By the number of a state in the view: its number here, or -1. */
  private final int[] stateOf;

  /** By the number of a state here: what wrote its elements, or null if they are apart already. */
  private final List<TypeSerializer<?>> elementsOf = new ArrayList<>();

  private JoinedLists(FrozenView view, String name, SerializerBridge bridge) {
    this.view = view;
    List<StateSchema> all = view.schema().states();
    List<StateSchema> states = new ArrayList<>();
    this.stateOf = new int[all.size()];
    for (int i = 0; i < stateOf.length; i++) {
      StateSchema state = all.get(i);
      stateOf[i] = state.name().equals(name) ? states.size() : -1;
      if (state.name().equals(name)) {
        boolean joined = FlinkSnapshots.isJoined(state.value());
        StateSchema apart =
            CanonicalSource.withValue(state, FlinkSnapshots.unmarked(state.value()));
        states.add(apart);
        elementsOf.add(joined ? bridge.restored(apart.value()) : null);
      }
    }
    this.schema = new Schema(view.schema().maxParallelism(), view.schema().key(), states);
  }

  /**
   * Takes the lists of a state apart, if they are joined and nobody has opened the state.
   *
   * @param store holds them
   * @param name the state's name
   * @param bridge restores the serializer of the elements
   * @throws io.streambed.error.IncompatibleStateException if its class is still gone; nothing has
   *     changed then
   * @throws SerializationException if an element cannot be read; the store is closed then
   */
  public static void takeApart(KeyedStore<?> store, String name, SerializerBridge bridge) {
    boolean joined =
        store.carried().stream()
            .anyMatch(state -> state.name().equals(name) && FlinkSnapshots.isJoined(state.value()));
    if (!joined) {
      return;
    }
    try (FrozenView view = store.freeze(NO_CHECKPOINT)) {
      JoinedLists lists = new JoinedLists(view, name, bridge);
      store.dropCarried(name);
      store.load(TtlSource.of(lists, bridge));
    } catch (IOException e) {
      store.close();
      throw new UncheckedIOException(e);
    } catch (SerializationException e) {
      store.close();
      throw e;
    }
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public EntryCursor entries(int keyGroup) {
    EntryCursor from = view.entries(keyGroup);
    return new EntryCursor() {
      private final ByteReader in = new ByteReader();
      private final ByteView joined = new ByteView();
      private final ByteWriter run = new ByteWriter();

      @Override
      public boolean advance() throws IOException {
        do {
          if (!from.advance()) {
            return false;
          }
        } while (stateOf[from.state()] < 0);
        if (elementsOf.get(state()) != null) {
          takeApart(entry(), elementsOf.get(state()));
        }
        return true;
      }

      private void takeApart(Entry entry, TypeSerializer<?> elements) {
        in.set(entry.value);
        run.reset();
        try {
          CanonicalSource.takeApart(in.readSized(joined).toByteArray(), elements, run);
        } catch (IOException | RuntimeException e) {
          throw new SerializationException(
              "a list of state \"" + schema.states().get(state()).name() + "\"",
              "it cannot be read: " + e,
              e);
        }
        entry.value.set(run.array(), 0, run.position());
      }

      @Override
      public int state() {
        return stateOf[from.state()];
      }

      @Override
      public Entry entry() {
        return from.entry();
      }
    };
  }
}
