package io.streambed.rocksdb;

import io.streambed.entry.Limits;
import io.streambed.entry.Schema;
import io.streambed.entry.StateSchema;
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
import java.util.function.Function;
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
      Limits.checkStates(open.size() + carried.size() + 1, schema.name());
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

  /** An open state, or null. */
  OpenState open(String name) {
    return open.get(name);
  }

  Collection<OpenState> open() {
    return open.values();
  }

  EntryForm form(StateSchema schema) {
    return new EntryForm(schema, context.serializer().fixedLength());
  }

  /** The column of a state that is opened; if this fails, what was loaded stays as it was. */
  private Column takeOver(
      List<CarriedPart> loaded, EntryForm form, Function<StateSchema, Conversion> conversion) {
    if (loaded.size() == 1 && loaded.get(0).schema().equals(form.schema())) {
      CarriedPart part = loaded.get(0);
      Conversion check = conversion.apply(part.schema());
      if (part.isUnproved()) {
        part.forEach(check::convert);
      }
      return part.column;
    }
    Column column = database.column(form.schema().name());
    try (EntryLoader loader = new EntryLoader(database)) {
      for (CarriedPart part : loaded) {
        Conversion convert = conversion.apply(part.schema());
        part.forEach(
            (keyGroup, entry) ->
                loader.load(form, column, keyGroup, convert.convert(keyGroup, entry)));
      }
      loader.finish();
    } catch (RuntimeException e) {
      try {
        database.drop(column);
      } catch (StreambedException notDropped) {
        e.addSuppressed(notDropped);
      }
      throw e;
    }
    loaded.forEach(part -> database.drop(part.column));
    return column;
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
    Conversion conversion = state.conversion.apply(written);
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

  /**
   * Gives an open state what was restored under its name: the column itself of what was written
   * under the same declaration, of the rest the converted entries.
   */
  void settle(OpenState state) {
    List<CarriedPart> parts = carried.remove(state.form.schema().name());
    if (parts == null) {
      return;
    }
    parts.stream()
        .filter(part -> part.schema().equals(state.form.schema()))
        .forEach(part -> state.column.takeOver(part.column));
    for (CarriedPart part : parts) {
      if (!part.schema().equals(state.form.schema())) {
        Conversion conversion = state.conversion.apply(part.schema());
        try (EntryLoader loader = new EntryLoader(database)) {
          part.forEach(
              (keyGroup, entry) ->
                  loader.load(
                      state.form, state.column, keyGroup, conversion.convert(keyGroup, entry)));
          loader.finish();
        }
        database.drop(part.column);
      }
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
    CarriedPart part = new CarriedPart(state.form, state.column);
    part.hasOwn();
    carried.put(name, new ArrayList<>(List.of(part)));
  }

  void dropCarried(String name) {
    List<CarriedPart> parts = carried.remove(name);
    if (parts == null) {
      throw new IllegalArgumentException("no carried state named \"" + name + "\"");
    }
    parts.forEach(part -> database.drop(part.column));
  }

  /** All states as they are frozen. */
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

  Schema schema(List<RocksFrozenView.Part> parts) {
    List<StateSchema> states = parts.stream().map(part -> part.form().schema()).toList();
    return new Schema(context.maxParallelism(), context.serializer().snapshot(), states);
  }

  /** The store is closed. */
  void clear() {
    open.clear();
    carried.clear();
  }
}
