package io.streambed.rocksdb;

import io.streambed.entry.Limits;
import io.streambed.entry.Schema;
import io.streambed.entry.StateSchema;
import io.streambed.error.IncompatibleStateException;
import io.streambed.error.StreambedException;
import io.streambed.key.KeyContext;
import io.streambed.migration.Conversion;
import io.streambed.migration.Takeover;
import io.streambed.snapshot.EntryFilter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The states of one store by name: open ones, and those that were loaded and nobody has opened. */
final class RocksStates {
  final KeyContext<?> context;
  final RocksDatabase database;
  private final Map<String, OpenState> open = new LinkedHashMap<>();

  /** By name: one part for each declaration under which the state was written. */
  private final Map<String, List<CarriedPart>> carried = new TreeMap<>();

  RocksStates(KeyContext<?> context, RocksDatabase database) {
    this.context = context;
    this.database = database;
  }

  /** The state of a declaration, opened if it is not; what was loaded for it is taken over. */
  OpenState open(
      StateSchema schema,
      Consumer<StateSchema> checkReopened,
      Conversions conversions,
      BiFunction<EntryForm, Column, Object> tableOf) {
    database.requireUsable();
    OpenState present = open.get(schema.name());
    if (present != null) {
      checkReopened.accept(present.form.schema());
      checkNotOlder(present, schema);
      present.form = form(schema);
      present.conversions = conversions;
      return present;
    }
    List<CarriedPart> loaded = carried.getOrDefault(schema.name(), List.of());
    if (loaded.isEmpty()) {
      Limits.checkStates(open.size() + carried.size() + 1, schema.name());
    }
    for (CarriedPart part : loaded) {
      Takeover.checkShape(part.schema(), schema);
    }
    EntryForm form = form(schema);
    Column column = takeOver(loaded, form, conversions);
    carried.remove(schema.name());
    OpenState opened = new OpenState(form, column, tableOf.apply(form, column), conversions);
    open.put(schema.name(), opened);
    return opened;
  }

  /** A checkpoint tells the columns of a state apart by their declarations. */
  private static void checkNotOlder(OpenState state, StateSchema requested) {
    if (state.column.migratesFrom(requested)) {
      throw new IncompatibleStateException(
          "state \"" + requested.name() + "\"",
          state.form.schema().toString(),
          requested.toString(),
          "The state is open, and being migrated from what is asked for: open it so after the"
              + " migration, or first after a restore.");
    }
  }

  /** An open state, or null. */
  OpenState open(String name) {
    return open.get(name);
  }

  Collection<OpenState> open() {
    return open.values();
  }

  EntryForm form(StateSchema schema) {
    return new EntryForm(schema, context.serializer().fixedLength(), database.path());
  }

  /** The column of a state that is opened; if this fails, what was loaded stays as it was. */
  private Column takeOver(List<CarriedPart> loaded, EntryForm form, Conversions conversions) {
    // All are asked before anything changes: one that does not fit refuses.
    loaded.forEach(part -> conversions.entries(part.schema()));
    boolean proved = loaded.stream().noneMatch(CarriedPart::isUnproved);
    CarriedPart kept = kept(loaded, form.schema(), conversions);
    if (kept != null && loaded.size() == 1) {
      if (!proved) {
        kept.forEach(conversions.entries(kept.schema())::convert);
      }
      return kept.column;
    }
    boolean moves = proved && !loaded.isEmpty() && mayMigrate(loaded, form.schema(), conversions);
    if (moves && kept != null) {
      List<CarriedPart> others = loaded.stream().filter(part -> part != kept).toList();
      migrate(others, form, conversions, kept.column);
      return kept.column;
    }
    Column made = database.column(form.schema().name());
    try {
      if (moves) {
        migrate(loaded, form, conversions, made);
      } else {
        rewrite(loaded, form, conversions, made);
      }
    } catch (RuntimeException e) {
      drop(made, e);
      throw e;
    }
    return made;
  }

  /** The part whose column goes on as the state's; null if there is none. */
  private static CarriedPart kept(
      List<CarriedPart> loaded, StateSchema schema, Conversions conversions) {
    return loaded.stream()
        .filter(part -> part.schema().equals(schema))
        .findFirst()
        .or(() -> loaded.stream().filter(part -> conversions.keepsBytes(part.schema())).findFirst())
        .orElse(null);
  }

  /**
   * Whether what was written may be migrated while the state is used. Where timestamps come or go
   * it may not: a column that is never walked to its end would keep timestamps of long ago, and the
   * next declaration with a time to live would take them for its own.
   */
  private static boolean mayMigrate(
      List<CarriedPart> parts, StateSchema schema, Conversions conversions) {
    return conversions.keepPlaces()
        && parts.stream().allMatch(part -> part.schema().expiry() == schema.expiry());
  }

  /** Begins to move what stores of RocksDB wrote; the rest is moved while the state is used. */
  private void migrate(
      List<CarriedPart> parts, EntryForm form, Conversions conversions, Column into) {
    List<OlderPart> older =
        parts.stream()
            .map(
                part ->
                    new OlderPart(
                        part, form, conversions.contents(part.schema()), context.serializer()))
            .toList();
    StateMigration.begin(into, older, database.home().migrationPace());
  }

  /** Writes all entries anew: those which nobody has proved, and those whose place may change. */
  private void rewrite(
      List<CarriedPart> parts, EntryForm form, Conversions conversions, Column into) {
    try (EntryLoader loader = new EntryLoader(database)) {
      for (CarriedPart part : parts) {
        Conversion convert = conversions.entries(part.schema());
        part.forEach(
            (keyGroup, entry) ->
                loader.load(form, into, keyGroup, convert.convert(keyGroup, entry)));
      }
      loader.finish();
    }
    parts.forEach(part -> database.drop(part.column));
  }

  /** Drops a column that was made for nothing. */
  private void drop(Column column, RuntimeException failure) {
    try {
      database.drop(column);
    } catch (StreambedException notDropped) {
      failure.addSuppressed(notDropped);
    }
  }

  /** Where a source's entries of a state go. */
  EntryVisitor target(StateSchema written, EntryLoader loader) {
    OpenState state = open.get(written.name());
    if (state == null) {
      CarriedPart part = carry(written);
      return (keyGroup, entry) -> {
        part.hasLoaded();
        loader.load(part.form, part.column, keyGroup, entry);
      };
    }
    Takeover.checkShape(written, state.form.schema());
    Conversion conversion = state.conversions.entries(written);
    return (keyGroup, entry) ->
        loader.load(state.form, state.column, keyGroup, conversion.convert(keyGroup, entry));
  }

  /** The part for a declaration, made if there is none. */
  CarriedPart carry(StateSchema written) {
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

  /** Gives an open state, in which nothing is yet, what was restored from files under its name. */
  void settle(OpenState state) {
    List<CarriedPart> parts = carried.remove(state.form.schema().name());
    if (parts == null) {
      return;
    }
    CarriedPart kept = kept(parts, state.form.schema(), state.conversions);
    if (kept != null) {
      state.column.takeOver(kept.column);
      parts.remove(kept);
    }
    if (!mayMigrate(parts, state.form.schema(), state.conversions)) {
      rewrite(parts, state.form, state.conversions, state.column);
    } else if (!parts.isEmpty()) {
      migrate(parts, state.form, state.conversions, state.column);
    }
  }

  Stream<CarriedPart> carriedParts() {
    return carried.values().stream().flatMap(List::stream);
  }

  void close(String name) {
    OpenState state = open.remove(name);
    if (state == null) {
      throw new IllegalArgumentException("no open state named \"" + name + "\"");
    }
    List<CarriedPart> parts = new ArrayList<>(written(state));
    state.column.migrating(null);
    carried.put(name, parts);
  }

  void dropCarried(String name) {
    List<CarriedPart> parts = carried.remove(name);
    if (parts == null) {
      throw new IllegalArgumentException("no carried state named \"" + name + "\"");
    }
    parts.forEach(part -> database.drop(part.column));
  }

  /** All states as a view has them: those that are open wholly under their present declaration. */
  List<RocksFrozenView.Part> parts() {
    return Stream.concat(
            open.values().stream()
                .map(
                    state ->
                        new RocksFrozenView.Part(state.form, state.column, state.filter.get())),
            carriedParts()
                .map(part -> new RocksFrozenView.Part(part.form, part.column, EntryFilter.NONE)))
        .toList();
  }

  /** What the columns hold of all states, each under the declaration that wrote it. */
  List<CarriedPart> written() {
    return Stream.concat(
            open.values().stream().flatMap(state -> written(state).stream()), carriedParts())
        .toList();
  }

  private static List<CarriedPart> written(OpenState state) {
    CarriedPart present = new CarriedPart(state.form, state.column);
    present.hasOwn();
    return Stream.concat(
            state.column.tidyOlder().stream().map(older -> older.part), Stream.of(present))
        .toList();
  }

  Schema schema(List<StateSchema> states) {
    return new Schema(context.maxParallelism(), context.serializer().snapshot(), states);
  }

  /** The store is closed. */
  void clear() {
    open.clear();
    carried.clear();
  }
}
