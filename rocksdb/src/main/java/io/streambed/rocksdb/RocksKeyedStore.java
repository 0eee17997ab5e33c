package io.streambed.rocksdb;

import io.streambed.error.InvariantViolationException;
import io.streambed.error.MalformedDataException;
import io.streambed.key.KeyContext;
import io.streambed.state.StateKind;
import io.streambed.store.CarriedState;
import io.streambed.store.Conversion;
import io.streambed.store.Entry;
import io.streambed.store.EntryFilter;
import io.streambed.store.EntrySource;
import io.streambed.store.FrozenView;
import io.streambed.store.KeyedStore;
import io.streambed.store.Limits;
import io.streambed.store.ListTable;
import io.streambed.store.MapTable;
import io.streambed.store.OrderedSet;
import io.streambed.store.QueueSpec;
import io.streambed.store.Schema;
import io.streambed.store.StateSchema;
import io.streambed.store.TableSpec;
import io.streambed.store.Takeover;
import io.streambed.store.ValueTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/** Keyed state in one RocksDB database: the states by name, each in a column. */
final class RocksKeyedStore<K> implements KeyedStore<K> {
  private final KeyContext<K> context;
  private final RocksDatabase database;
  private final int timersPerKeyGroup;
  private final Map<String, OpenState> open = new LinkedHashMap<>();

  /** By name: one part for each declaration under which the state was written. */
  private final Map<String, List<CarriedPart>> carried = new TreeMap<>();

  RocksKeyedStore(KeyContext<K> context, RocksDatabase database, int timersPerKeyGroup) {
    this.context = context;
    this.database = database;
    this.timersPerKeyGroup = timersPerKeyGroup;
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
    OpenState state = openTable(spec, cells -> new RocksValueTable<K, N, V>(cells));
    RocksValueTable<K, N, V> table = (RocksValueTable<K, N, V>) state.table;
    table.reopen(spec);
    return table;
  }

  @Override
  @SuppressWarnings("unchecked")
  public <N, E> ListTable<K, N, E> openLists(TableSpec<N, ?, E> spec) {
    requireKind(spec, StateKind.LIST);
    OpenState state = openTable(spec, cells -> new RocksListTable<K, N, E>(cells));
    RocksListTable<K, N, E> table = (RocksListTable<K, N, E>) state.table;
    table.reopen(spec);
    return table;
  }

  @Override
  @SuppressWarnings("unchecked")
  public <N, U, V> MapTable<K, N, U, V> openMaps(TableSpec<N, U, V> spec) {
    requireKind(spec, StateKind.MAP);
    OpenState state = openTable(spec, cells -> new RocksMapTable<K, N, U, V>(cells));
    RocksMapTable<K, N, U, V> table = (RocksMapTable<K, N, U, V>) state.table;
    table.reopen(spec);
    return table;
  }

  private static void requireKind(TableSpec<?, ?, ?> spec, StateKind kind) {
    if (spec.kind() != kind) {
      throw new IllegalArgumentException(
          "state \"" + spec.name() + "\" is " + spec.kind() + ", not " + kind);
    }
  }

  private <N> OpenState openTable(
      TableSpec<N, ?, ?> spec, Function<RocksCells<K, N>, Object> tableOf) {
    OpenState state =
        open(
            spec.schema(),
            written -> Takeover.checkReopened(written, spec),
            written -> Conversion.of(context, spec, written),
            (form, column) -> tableOf.apply(new RocksCells<>(context, column, form, spec)));
    state.filter = () -> EntryFilter.of(spec);
    state.namespaceBytes = spec.namespace().fixedLength();
    return state;
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T> OrderedSet<T> openQueue(QueueSpec<T> spec) {
    OpenState state =
        open(
            spec.schema(),
            written -> Takeover.checkReopened(written, spec),
            written -> Conversion.of(spec, written),
            (form, column) -> new RocksOrderedSet<T>(column, context.range(), timersPerKeyGroup));
    RocksOrderedSet<T> queue = (RocksOrderedSet<T>) state.table;
    queue.reopen(spec);
    if (state.loaded == null) {
      state.loaded = queue::loaded;
      if (state.column.handle() != null) {
        queue.loaded();
      }
    }
    return queue;
  }

  private OpenState open(
      StateSchema schema,
      Consumer<StateSchema> checkReopened,
      Function<StateSchema, Conversion> conversion,
      BiFunction<EntryForm, Column, Object> tableOf) {
    database.requireUsable();
    OpenState present = open.get(schema.name());
    if (present != null) {
      checkReopened.accept(present.form.schema());
      present.form = form(schema);
      present.conversion = conversion;
      return present;
    }
    List<CarriedPart> loaded = carried.getOrDefault(schema.name(), List.of());
    if (loaded.isEmpty()) {
      Limits.checkStates(open.size() + carried.size() + 1);
    }
    for (CarriedPart part : loaded) {
      Takeover.checkShape(part.schema(), schema);
    }
    EntryForm form = form(schema);
    Column column = takeOver(loaded, form, conversion);
    carried.remove(schema.name());
    OpenState opened = new OpenState(form, column, tableOf.apply(form, column), conversion);
    open.put(schema.name(), opened);
    return opened;
  }

  private EntryForm form(StateSchema schema) {
    return new EntryForm(schema, context.serializer().fixedLength());
  }

  /** The column of a state that is opened; if this fails, what was loaded stays as it was. */
  private Column takeOver(
      List<CarriedPart> loaded, EntryForm form, Function<StateSchema, Conversion> conversion) {
    if (loaded.size() == 1 && loaded.get(0).schema().equals(form.schema())) {
      CarriedPart part = loaded.get(0);
      Conversion check = conversion.apply(part.schema());
      forEach(part, check::convert);
      return part.column;
    }
    Column column = database.column(form.schema().name());
    try (EntryLoader loader = new EntryLoader(database)) {
      for (CarriedPart part : loaded) {
        Conversion convert = conversion.apply(part.schema());
        forEach(
            part,
            (keyGroup, entry) ->
                loader.load(form, column, keyGroup, convert.convert(keyGroup, entry)));
      }
      loader.finish();
    } catch (RuntimeException e) {
      database.drop(column);
      throw e;
    }
    loaded.forEach(part -> database.drop(part.column));
    return column;
  }

  private static void forEach(CarriedPart part, EntryVisitor visitor) {
    Entry entry = new Entry();
    try (EntryWalk walk = new EntryWalk(part.form, part.column.scan(), RocksCells.EVERYTHING)) {
      while (walk.advance(entry)) {
        visitor.visit(walk.keyGroup(), entry);
      }
    }
  }

  @FunctionalInterface
  private interface EntryVisitor {
    void visit(int keyGroup, Entry entry);
  }

  @Override
  public void load(EntrySource source) throws IOException {
    database.requireUsable();
    Schema schema = source.schema();
    Takeover.checkSource(schema, context.serializer(), context.maxParallelism());
    try (EntryLoader loader = new EntryLoader(database)) {
      List<EntryVisitor> targets = new ArrayList<>();
      for (StateSchema written : schema.states()) {
        targets.add(target(written, loader));
      }
      for (int group = context.range().first(); group <= context.range().last(); group++) {
        source.read(
            group,
            (keyGroup, state, entry) -> {
              if (!context.range().contains(keyGroup) || state < 0 || state >= targets.size()) {
                throw new MalformedDataException(
                    "an entry of key group " + keyGroup + " and state number " + state);
              }
              targets.get(state).visit(keyGroup, entry);
            });
      }
      loader.finish();
    }
    open.values().forEach(OpenState::loaded);
  }

  /** Where a source's entries of a state go. */
  private EntryVisitor target(StateSchema written, EntryLoader loader) {
    OpenState state = open.get(written.name());
    if (state == null) {
      CarriedPart part = carry(written);
      return (keyGroup, entry) -> part.added(loader.load(part.form, part.column, keyGroup, entry));
    }
    Takeover.checkShape(written, state.form.schema());
    Conversion conversion = state.conversion.apply(written);
    return (keyGroup, entry) ->
        loader.load(state.form, state.column, keyGroup, conversion.convert(keyGroup, entry));
  }

  /** The part for a declaration, made if there is none. */
  private CarriedPart carry(StateSchema written) {
    List<CarriedPart> parts = carried.computeIfAbsent(written.name(), name -> new ArrayList<>());
    for (CarriedPart part : parts) {
      if (part.schema().equals(written)) {
        return part;
      }
      Takeover.checkCarried(part.schema(), written);
    }
    CarriedPart part = new CarriedPart(form(written), database.column(written.name()));
    parts.add(part);
    return part;
  }

  private Stream<CarriedPart> carriedParts() {
    return carried.values().stream().flatMap(List::stream);
  }

  @Override
  public List<CarriedState> carried() {
    return carriedParts().map(CarriedPart::describe).toList();
  }

  @Override
  public void closeState(String name) {
    OpenState state = open.remove(name);
    if (state == null) {
      throw new IllegalArgumentException("no open state named \"" + name + "\"");
    }
    CarriedPart part = new CarriedPart(state.form, state.column);
    Entry entry = new Entry();
    try (EntryWalk walk = new EntryWalk(part.form, part.column.scan(), RocksCells.EVERYTHING)) {
      while (walk.advance(entry)) {
        part.added(
            entry.key.length()
                + entry.namespace.length()
                + entry.userKey.length()
                + entry.value.length());
      }
    }
    carried.put(name, new ArrayList<>(List.of(part)));
  }

  @Override
  public void dropCarried(String name) {
    List<CarriedPart> parts = carried.remove(name);
    if (parts == null) {
      throw new IllegalArgumentException("no carried state named \"" + name + "\"");
    }
    parts.forEach(part -> database.drop(part.column));
  }

  @Override
  public FrozenView freeze(long checkpointId) {
    database.requireUsable();
    List<RocksFrozenView.Part> parts = new ArrayList<>();
    open.values()
        .forEach(
            state ->
                parts.add(new RocksFrozenView.Part(state.form, state.column, state.filter.get())));
    carriedParts()
        .forEach(
            part -> parts.add(new RocksFrozenView.Part(part.form, part.column, EntryFilter.NONE)));
    List<StateSchema> states = parts.stream().map(part -> part.form().schema()).toList();
    Schema schema = new Schema(context.maxParallelism(), context.serializer().snapshot(), states);
    return new RocksFrozenView(database, context.range(), schema, sorted(), parts);
  }

  /** Of namespaces that nobody has opened it is not known whether they have one length. */
  private boolean sorted() {
    return open.values().stream().allMatch(state -> state.form.sorted(state.namespaceBytes))
        && carriedParts().allMatch(part -> part.form.sorted(-1));
  }

  @Override
  public void confirmed(long checkpointId) {
    // Every snapshot of this store stands alone: there is nothing to build upon.
  }

  @Override
  public void aborted(long checkpointId) {
    // As above.
  }

  @Override
  public void checkInvariants() {
    database.requireUsable();
    open.values()
        .forEach(
            state -> {
              checkGroups(state.form, state.column);
              if (state.table instanceof RocksOrderedSet<?> queue) {
                queue.checkInvariants();
              }
            });
    carriedParts().forEach(part -> checkGroups(part.form, part.column));
  }

  private void checkGroups(EntryForm form, Column column) {
    Entry entry = new Entry();
    try (EntryWalk walk = new EntryWalk(form, column.scan(), RocksCells.EVERYTHING)) {
      while (walk.advance(entry)) {
        if (!context.range().contains(walk.keyGroup())) {
          throw new InvariantViolationException(
              "an entry of state \"" + column.state() + "\" in key group " + walk.keyGroup());
        }
      }
    }
  }

  @Override
  public void close() {
    open.clear();
    carried.clear();
    database.close();
  }
}
