package io.streambed.testkit.store;

import io.streambed.entry.Entry;
import io.streambed.entry.EntrySource;
import io.streambed.entry.Limits;
import io.streambed.entry.Schema;
import io.streambed.entry.StateSchema;
import io.streambed.error.InvariantViolationException;
import io.streambed.error.MalformedDataException;
import io.streambed.error.MemoryBudgetException;
import io.streambed.key.KeyContext;
import io.streambed.migration.Conversion;
import io.streambed.migration.Takeover;
import io.streambed.snapshot.EntryFilter;
import io.streambed.state.StateKind;
import io.streambed.store.FrozenView;
import io.streambed.store.KeyedStore;
import io.streambed.store.ListTable;
import io.streambed.store.MapTable;
import io.streambed.store.MemoryBudget;
import io.streambed.store.OrderedSet;
import io.streambed.store.QueueSpec;
import io.streambed.store.StoreContext;
import io.streambed.store.TableSpec;
import io.streambed.store.ValueTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * All state of a store as bytes in one sorted map, see {@link KeyForm} and {@link StateForm}. What
 * was loaded and not opened lies there like all else.
 */
class ByteStore<K> implements KeyedStore<K> {
  final KeyContext<K> context;
  private final Supplier<MemoryBudget.Lease> leases;
  final LeasedEntries entries;
  private final Map<String, Open> open = new LinkedHashMap<>();
  private final Map<String, List<StateForm>> carried = new TreeMap<>();
  private int nextId;

  /** An open state. */
  private static final class Open {
    StateForm form;
    Object table;
    Function<StateSchema, Conversion> conversion;
    Supplier<EntryFilter> filter;
  }

  /**
   * An empty store.
   *
   * @param leases opens leases of memory, for the store and for each of its views
   */
  ByteStore(StoreContext<K> context, Supplier<MemoryBudget.Lease> leases) {
    this.context = context.keys();
    this.leases = leases;
    this.entries = new LeasedEntries(leases.get());
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
    Open state = openTable(spec, cells -> new ByteValueTable<>(cells, spec));
    state.filter = () -> EntryFilter.of(spec);
    ByteValueTable<K, N, V> table = (ByteValueTable<K, N, V>) state.table;
    table.reopen(spec);
    return table;
  }

  @Override
  @SuppressWarnings("unchecked")
  public <N, E> ListTable<K, N, E> openLists(TableSpec<N, ?, E> spec) {
    requireKind(spec, StateKind.LIST);
    Open state = openTable(spec, cells -> new ByteListTable<>(cells, spec));
    state.filter = () -> EntryFilter.of(spec);
    ByteListTable<K, N, E> table = (ByteListTable<K, N, E>) state.table;
    table.reopen(spec);
    return table;
  }

  @Override
  @SuppressWarnings("unchecked")
  public <N, U, V> MapTable<K, N, U, V> openMaps(TableSpec<N, U, V> spec) {
    requireKind(spec, StateKind.MAP);
    Open state = openTable(spec, cells -> new ByteMapTable<>(cells, spec));
    state.filter = () -> EntryFilter.of(spec);
    ByteMapTable<K, N, U, V> table = (ByteMapTable<K, N, U, V>) state.table;
    table.reopen(spec);
    return table;
  }

  private static void requireKind(TableSpec<?, ?, ?> spec, StateKind kind) {
    if (spec.kind() != kind) {
      throw new IllegalArgumentException(
          "state \"" + spec.name() + "\" is " + spec.kind() + ", not " + kind);
    }
  }

  private <N> Open openTable(TableSpec<N, ?, ?> spec, Function<ByteCells<K, N>, Object> tableOf) {
    return open(
        spec.schema(),
        written -> Takeover.checkReopened(written, spec),
        written -> Conversion.of(context, spec, written),
        form -> tableOf.apply(new ByteCells<>(context, entries, form, spec)));
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T> OrderedSet<T> openQueue(QueueSpec<T> spec) {
    Open state =
        open(
            spec.schema(),
            written -> Takeover.checkReopened(written, spec),
            written -> Conversion.of(spec, written),
            form -> new ByteOrderedSet<>(entries, form, context, spec));
    state.filter = () -> EntryFilter.NONE;
    ByteOrderedSet<T> queue = (ByteOrderedSet<T>) state.table;
    queue.reopen(spec);
    return queue;
  }

  private Open open(
      StateSchema schema,
      Consumer<StateSchema> checkReopened,
      Function<StateSchema, Conversion> conversion,
      Function<StateForm, Object> tableOf) {
    context.requireOpen();
    Open present = open.get(schema.name());
    if (present != null) {
      checkReopened.accept(present.form.schema());
      present.form = new StateForm(present.form.id(), schema);
      present.conversion = conversion;
      return present;
    }
    List<StateForm> loaded = carried.getOrDefault(schema.name(), List.of());
    if (loaded.isEmpty()) {
      Limits.checkStates(open.size() + carried.size() + 1, schema.name());
    }
    Open opened = new Open();
    opened.form = new StateForm(nextId++, schema);
    opened.conversion = conversion;
    opened.table = tableOf.apply(opened.form);
    if (!loaded.isEmpty()) {
      TreeMap<byte[], byte[]> converted = new TreeMap<>(Arrays::compareUnsigned);
      for (StateForm part : loaded) {
        Takeover.checkShape(part.schema(), schema);
        convert(part, opened, converted);
      }
      entries.putAll(converted);
      dropCarried(schema.name());
    }
    open.put(schema.name(), opened);
    return opened;
  }

  /**
   * Puts what is carried for a state as the opened one keeps it; if this fails, nothing is lost.
   */
  private void convert(StateForm loaded, Open opened, TreeMap<byte[], byte[]> converted) {
    Conversion conversion = opened.conversion.apply(loaded.schema());
    Entry entry = new Entry();
    for (int group = context.range().first(); group <= context.range().last(); group++) {
      for (Map.Entry<byte[], byte[]> e : loaded.in(entries, group).entrySet()) {
        loaded.read(e.getKey(), e.getValue(), entry);
        opened.form.store(group, conversion.convert(group, entry), converted);
      }
    }
  }

  @Override
  public void load(EntrySource source) throws IOException {
    context.requireOpen();
    Schema schema = source.schema();
    Takeover.checkSource(schema, context.serializer(), context.maxParallelism());
    List<StateForm> forms = new ArrayList<>();
    List<Conversion> conversions = new ArrayList<>();
    for (StateSchema written : schema.states()) {
      Open state = open.get(written.name());
      if (state != null) {
        Takeover.checkShape(written, state.form.schema());
      }
      forms.add(state != null ? state.form : carry(written));
      conversions.add(state != null ? state.conversion.apply(written) : (group, entry) -> entry);
    }
    for (int group = context.range().first(); group <= context.range().last(); group++) {
      source.read(
          group,
          (keyGroup, state, entry) -> {
            if (!context.range().contains(keyGroup) || state < 0 || state >= forms.size()) {
              throw new MalformedDataException(
                  "an entry of key group " + keyGroup + " and state number " + state);
            }
            Entry converted = conversions.get(state).convert(keyGroup, entry);
            forms.get(state).store(keyGroup, converted, entries);
          });
    }
  }

  private StateForm carry(StateSchema written) {
    List<StateForm> parts = carried.computeIfAbsent(written.name(), name -> new ArrayList<>());
    for (StateForm part : parts) {
      if (part.schema().equals(written)) {
        return part;
      }
      Takeover.checkCarried(part.schema(), written);
    }
    StateForm form = new StateForm(nextId++, written);
    parts.add(form);
    return form;
  }

  private List<StateForm> carriedParts() {
    return carried.values().stream().flatMap(List::stream).toList();
  }

  @Override
  public List<StateSchema> carried() {
    context.requireOpen();
    return carriedParts().stream().map(StateForm::schema).toList();
  }

  @Override
  public void closeState(String name) {
    context.requireOpen();
    Open state = open.remove(name);
    if (state == null) {
      throw new IllegalArgumentException("no open state named \"" + name + "\"");
    }
    carried.put(name, new ArrayList<>(List.of(state.form)));
  }

  @Override
  public void dropCarried(String name) {
    context.requireOpen();
    List<StateForm> parts = carried.remove(name);
    if (parts == null) {
      throw new IllegalArgumentException("no carried state named \"" + name + "\"");
    }
    for (StateForm form : parts) {
      for (int group = context.range().first(); group <= context.range().last(); group++) {
        form.in(entries, group).clear();
      }
    }
  }

  @Override
  public FrozenView freeze(long checkpointId) {
    context.requireOpen();
    List<ByteFrozenView.Part> parts = new ArrayList<>();
    open.values()
        .forEach(state -> parts.add(new ByteFrozenView.Part(state.form, state.filter.get())));
    carriedParts().forEach(form -> parts.add(new ByteFrozenView.Part(form, EntryFilter.NONE)));
    return frozen(parts);
  }

  /** All entries of this moment, expired ones too. */
  ByteFrozenView freezeUnfiltered() {
    context.requireOpen();
    List<ByteFrozenView.Part> parts = new ArrayList<>();
    Stream.concat(open.values().stream().map(state -> state.form), carriedParts().stream())
        .forEach(form -> parts.add(new ByteFrozenView.Part(form, EntryFilter.NONE)));
    return frozen(parts);
  }

  private ByteFrozenView frozen(List<ByteFrozenView.Part> parts) {
    List<StateSchema> states = parts.stream().map(part -> part.form().schema()).toList();
    return new ByteFrozenView(
        new Schema(context.maxParallelism(), context.serializer().snapshot(), states),
        parts,
        copy());
  }

  private LeasedEntries copy() {
    LeasedEntries copy = new LeasedEntries(leases.get());
    try {
      copy.putAll(entries);
      return copy;
    } catch (MemoryBudgetException e) {
      copy.close();
      throw e;
    }
  }

  @Override
  public void checkInvariants() {
    Map<Integer, StateForm> forms = new TreeMap<>();
    open.values().forEach(state -> forms.put(state.form.id(), state.form));
    carriedParts().forEach(form -> forms.put(form.id(), form));
    Entry entry = new Entry();
    entries.forEach(
        (key, value) -> {
          StateForm form = forms.get(KeyForm.state(key));
          if (form == null || !context.range().contains(KeyForm.keyGroup(key))) {
            throw new InvariantViolationException(
                "an entry of key group " + KeyForm.keyGroup(key) + " and no state");
          }
          form.read(key, value, entry);
        });
  }

  @Override
  public void close() {
    context.close();
    entries.close();
    open.clear();
    carried.clear();
  }
}
