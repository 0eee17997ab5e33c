package io.streambed.heap;

import io.streambed.entry.Entry;
import io.streambed.entry.EntrySink;
import io.streambed.entry.EntrySource;
import io.streambed.entry.Limits;
import io.streambed.entry.Schema;
import io.streambed.entry.StateSchema;
import io.streambed.error.MalformedDataException;
import io.streambed.key.KeyContext;
import io.streambed.migration.Takeover;
import io.streambed.serial.SerializerSnapshot;
import io.streambed.state.StateKind;
import io.streambed.store.FrozenView;
import io.streambed.store.KeyedStore;
import io.streambed.store.ListTable;
import io.streambed.store.MapTable;
import io.streambed.store.OrderedSet;
import io.streambed.store.QueueSpec;
import io.streambed.store.StoreContext;
import io.streambed.store.TableSpec;
import io.streambed.store.ValueTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Keyed state on the Java heap: the tables by name, and the epochs they share. */
final class HeapKeyedStore<K> implements KeyedStore<K> {
  private final KeyContext<K> context;
  private final Epochs epochs = new Epochs();
  private final Map<String, HeapTable> tables = new LinkedHashMap<>();

  /** By name: one part for each declaration under which the state was written. */
  private final Map<String, List<CarriedTable>> carried = new TreeMap<>();

  HeapKeyedStore(StoreContext<K> context) {
    this.context = context.keys();
  }

  @Override
  public KeyContext<K> context() {
    return context;
  }

  @Override
  @SuppressWarnings("unchecked")
  public <N, V> ValueTable<K, N, V> openValues(TableSpec<N, ?, V> spec) {
    if (spec.kind() == StateKind.LIST || spec.kind() == StateKind.MAP) {
      throw new IllegalArgumentException(spec.kind() + " state is not one of single values");
    }
    HeapTable table =
        open(
            spec.schema(),
            open -> Takeover.checkReopened(open, spec),
            () -> new HeapValueTable<K, N, V>(context, epochs, spec));
    HeapValueTable<K, N, V> values = (HeapValueTable<K, N, V>) table;
    values.reopen(spec);
    return values;
  }

  @Override
  @SuppressWarnings("unchecked")
  public <N, E> ListTable<K, N, E> openLists(TableSpec<N, ?, E> spec) {
    requireKind(spec, StateKind.LIST);
    HeapTable table =
        open(
            spec.schema(),
            open -> Takeover.checkReopened(open, spec),
            () -> new HeapListTable<K, N, E>(context, epochs, spec));
    HeapListTable<K, N, E> lists = (HeapListTable<K, N, E>) table;
    lists.reopen(spec);
    return lists;
  }

  @Override
  @SuppressWarnings("unchecked")
  public <N, U, V> MapTable<K, N, U, V> openMaps(TableSpec<N, U, V> spec) {
    requireKind(spec, StateKind.MAP);
    HeapTable table =
        open(
            spec.schema(),
            open -> Takeover.checkReopened(open, spec),
            () -> new HeapMapTable<K, N, U, V>(context, epochs, spec));
    HeapMapTable<K, N, U, V> maps = (HeapMapTable<K, N, U, V>) table;
    maps.reopen(spec);
    return maps;
  }

  private static void requireKind(TableSpec<?, ?, ?> spec, StateKind kind) {
    if (spec.kind() != kind) {
      throw new IllegalArgumentException(
          "state \"" + spec.name() + "\" is " + spec.kind() + ", not " + kind);
    }
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T> OrderedSet<T> openQueue(QueueSpec<T> spec) {
    HeapTable table =
        open(
            spec.schema(),
            open -> Takeover.checkReopened(open, spec),
            () ->
                spec.order() == null
                    ? new HeapOrderedSet<>(epochs, context.range(), spec)
                    : new HeapObjectSet<>(epochs, context.range(), spec));
    HeapQueue<T> queue = (HeapQueue<T>) table;
    queue.reopen(spec);
    return queue;
  }

  private HeapTable open(
      StateSchema schema, Consumer<StateSchema> checkReopened, Supplier<HeapTable> maker) {
    context.requireOpen();
    HeapTable present = tables.get(schema.name());
    if (present != null) {
      checkReopened.accept(present.frozenSchema().get());
      return present;
    }
    List<CarriedTable> loaded = carried.getOrDefault(schema.name(), List.of());
    if (loaded.isEmpty()) {
      Limits.checkStates(tables.size() + carried.size() + 1, schema.name());
    }
    HeapTable table = maker.get();
    List<HeapTable.Loader> loaders = new ArrayList<>();
    for (CarriedTable part : loaded) {
      Takeover.checkShape(part.schema(), schema);
      loaders.add(table.loader(part.schema()));
    }
    try {
      for (int part = 0; part < loaders.size(); part++) {
        loaded.get(part).moveInto(loaders.get(part));
      }
    } catch (RuntimeException e) {
      // Some entries are in a table that nobody gets: a snapshot of the rest would lose them.
      close();
      throw e;
    }
    carried.remove(schema.name());
    tables.put(schema.name(), table);
    return table;
  }

  @Override
  public void load(EntrySource source) throws IOException {
    context.requireOpen();
    Schema schema = source.schema();
    Takeover.checkSource(schema, context.serializer(), context.maxParallelism());
    Map<Integer, HeapTable.Loader> loaders = new HashMap<>();
    Map<Integer, CarriedTable> kept = new HashMap<>();
    for (int state = 0; state < schema.states().size(); state++) {
      StateSchema written = schema.states().get(state);
      HeapTable table = tables.get(written.name());
      if (table != null) {
        Takeover.checkShape(written, table.frozenSchema().get());
        loaders.put(state, table.loader(written));
      } else {
        kept.put(state, carry(written));
      }
    }
    EntrySink sink =
        (keyGroup, state, entry) -> {
          if (!context.range().contains(keyGroup)) {
            throw new MalformedDataException("an entry of key group " + keyGroup);
          }
          HeapTable.Loader loader = loaders.get(state);
          if (loader != null) {
            loader.load(keyGroup, entry);
          } else if (kept.containsKey(state)) {
            kept.get(state).add(keyGroup, entry);
          } else {
            throw new MalformedDataException("an entry of state number " + state);
          }
        };
    for (int group = context.range().first(); group <= context.range().last(); group++) {
      source.read(group, sink);
    }
    kept.values().forEach(CarriedTable::seal);
  }

  /** The part for a declaration, made if there is none. */
  private CarriedTable carry(StateSchema written) {
    List<CarriedTable> parts = carried.computeIfAbsent(written.name(), name -> new ArrayList<>());
    for (CarriedTable part : parts) {
      if (part.schema().equals(written)) {
        return part;
      }
      Takeover.checkCarried(part.schema(), written);
    }
    CarriedTable part = new CarriedTable(written);
    parts.add(part);
    return part;
  }

  private Stream<CarriedTable> carriedParts() {
    return carried.values().stream().flatMap(List::stream);
  }

  @Override
  public List<StateSchema> carried() {
    context.requireOpen();
    return carriedParts().map(CarriedTable::schema).toList();
  }

  @Override
  public void closeState(String name) {
    context.requireOpen();
    HeapTable table = tables.get(name);
    if (table == null) {
      throw new IllegalArgumentException("no open state named \"" + name + "\"");
    }
    CarriedTable closed = new CarriedTable(table.frozenSchema().get());
    HeapTable.Frozen contents = table.freeze();
    Entry entry = new Entry();
    for (int group = context.range().first(); group <= context.range().last(); group++) {
      HeapTable.Walk walk = contents.walk(group);
      while (walk.advance(entry)) {
        closed.add(group, entry);
      }
    }
    closed.seal();
    tables.remove(name);
    carried.put(name, new ArrayList<>(List.of(closed)));
  }

  @Override
  public void dropCarried(String name) {
    context.requireOpen();
    if (carried.remove(name) == null) {
      throw new IllegalArgumentException("no carried state named \"" + name + "\"");
    }
  }

  @Override
  public FrozenView freeze(long checkpointId) {
    context.requireOpen();
    List<Supplier<StateSchema>> states = new ArrayList<>();
    List<HeapTable.Frozen> frozen = new ArrayList<>();
    for (HeapTable table : tables.values()) {
      states.add(table.frozenSchema());
      frozen.add(table.freeze());
    }
    carriedParts()
        .forEach(
            table -> {
              StateSchema written = table.schema();
              states.add(() -> written);
              frozen.add(table.freeze());
            });
    Supplier<SerializerSnapshot> keys = context.serializer().frozenSnapshot();
    int maxParallelism = context.maxParallelism();
    Supplier<Schema> schema =
        () -> new Schema(maxParallelism, keys.get(), states.stream().map(Supplier::get).toList());
    return new HeapFrozenView(schema, frozen, context.range(), epochs, epochs.freeze());
  }

  @Override
  public void close() {
    context.close();
    tables.values().forEach(HeapTable::close);
    tables.clear();
    carried.clear();
  }

  @Override
  public void checkInvariants() {
    tables.values().forEach(HeapTable::checkInvariants);
  }
}
