package io.streambed.rocksdb;

import io.streambed.entry.Entry;
import io.streambed.entry.EntrySource;
import io.streambed.entry.Schema;
import io.streambed.entry.StateRenames;
import io.streambed.entry.StateSchema;
import io.streambed.error.InvariantViolationException;
import io.streambed.error.MalformedDataException;
import io.streambed.key.KeyContext;
import io.streambed.migration.Takeover;
import io.streambed.snapshot.EntryFilter;
import io.streambed.snapshot.FrozenFiles;
import io.streambed.snapshot.IncrementalStore;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.Recovery;
import io.streambed.snapshot.RestoreProgress;
import io.streambed.snapshot.SnapshotInputs;
import io.streambed.state.StateKind;
import io.streambed.store.FrozenView;
import io.streambed.store.KeyedStore;
import io.streambed.store.ListTable;
import io.streambed.store.MapTable;
import io.streambed.store.OrderedSet;
import io.streambed.store.QueueSpec;
import io.streambed.store.TableSpec;
import io.streambed.store.ValueTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Keyed state in one RocksDB database: the states by name, each in a column. */
final class RocksKeyedStore<K> implements KeyedStore<K>, IncrementalStore {
  private final KeyContext<K> context;
  private final RocksDatabase database;
  private final RocksStates states;
  private final int timersPerKeyGroup;

  RocksKeyedStore(KeyContext<K> context, RocksDatabase database, int timersPerKeyGroup) {
    this.context = context;
    this.database = database;
    this.states = new RocksStates(context, database);
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
        states.open(
            spec.schema(),
            written -> Takeover.checkReopened(written, spec),
            Conversions.of(context, spec),
            (form, column) -> tableOf.apply(new RocksCells<>(context, column, form, spec)));
    state.filter = () -> EntryFilter.of(spec);
    return state;
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T> OrderedSet<T> openQueue(QueueSpec<T> spec) {
    OpenState state =
        states.open(
            spec.schema(),
            written -> Takeover.checkReopened(written, spec),
            Conversions.of(spec),
            (form, column) -> new RocksOrderedSet<T>(column, context.range(), timersPerKeyGroup));
    RocksOrderedSet<T> queue = (RocksOrderedSet<T>) state.table;
    queue.reopen(spec);
    if (state.loaded == null) {
      state.loaded = queue::loaded;
      if (state.column.family() != null) {
        queue.loaded();
      }
    }
    return queue;
  }

  @Override
  public void load(EntrySource source) throws IOException {
    database.requireUsable();
    Schema schema = source.schema();
    Takeover.checkSource(schema, context.serializer(), context.maxParallelism());
    try (EntryLoader loader = new EntryLoader(database)) {
      List<EntryVisitor> targets = new ArrayList<>();
      for (StateSchema written : schema.states()) {
        targets.add(states.target(written, loader));
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
    states.open().forEach(OpenState::loaded);
  }

  @Override
  public List<StateSchema> carried() {
    database.requireUsable();
    return states.carriedParts().map(CarriedPart::schema).toList();
  }

  @Override
  public void closeState(String name) {
    database.requireUsable();
    states.close(name);
  }

  @Override
  public void dropCarried(String name) {
    database.requireUsable();
    states.dropCarried(name);
  }

  @Override
  public FrozenView freeze(long checkpointId) {
    database.requireUsable();
    List<RocksFrozenView.Part> parts = states.parts();
    List<StateSchema> schemas = parts.stream().map(part -> part.form().schema()).toList();
    return new RocksFrozenView(database, context.range(), states.schema(schemas), parts);
  }

  @Override
  public String name() {
    return RocksKeyedStoreFactory.NAME;
  }

  @Override
  public FrozenFiles freezeFiles(long checkpointId) {
    List<CarriedPart> parts = states.written();
    List<RocksManifest.Place> places = parts.stream().map(part -> part.column.place()).toList();
    List<StateSchema> schemas = parts.stream().map(CarriedPart::schema).toList();
    // Before the files, which nobody would let go of: serializers are asked, and may throw.
    RocksManifest.States frozen =
        new RocksManifest.States(
            states.schema(schemas), context.serializer().fixedLength(), places);
    return new RocksFrozenFiles(
        database.home(), database.freezeFiles(checkpointId), context.range(), frozen);
  }

  @Override
  public Schema schema(KeyedStateHandle.Incremental handle, SnapshotInputs inputs)
      throws IOException {
    return RocksManifest.open(handle, inputs).schema();
  }

  @Override
  public Recovery restore(
      List<KeyedStateHandle.Incremental> handles,
      SnapshotInputs inputs,
      RestoreProgress progress,
      StateRenames renames)
      throws IOException {
    database.requireUsable();
    return new RocksRestore(states, inputs, progress, renames).run(handles);
  }

  @Override
  public void checkInvariants() {
    database.requireUsable();
    states
        .open()
        .forEach(
            state -> {
              checkGroups(state.form, state.column);
              state.column.checkInvariants();
              if (state.table instanceof RocksOrderedSet<?> queue) {
                queue.checkInvariants();
              }
            });
    states.carriedParts().forEach(part -> checkGroups(part.form, part.column));
  }

  private void checkGroups(EntryForm form, Column column) {
    Entry entry = new Entry();
    try (EntryWalk walk =
        new EntryWalk(form, column.scan(RocksCells.EVERYTHING), RocksCells.EVERYTHING)) {
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
    context.close();
    states.clear();
    database.close();
  }
}
