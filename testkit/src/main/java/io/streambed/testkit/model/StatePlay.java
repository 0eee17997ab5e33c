package io.streambed.testkit.model;

import static io.streambed.testkit.model.Comparison.same;

import io.streambed.keyed.KeyAndNamespace;
import io.streambed.keyed.MergingKind;
import io.streambed.keyed.ValueKind;
import io.streambed.testkit.store.SampleTypes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Plays steps of keyed state. */
final class StatePlay<K, N, U, V> {
  private static final int MANY = 200;

  private final SampleTypes<K, N, U, V> types;
  private final StoreJob<K, N, U, V> job;
  private final PlainJob<K, N, U, V> model;
  private final Shape shape;

  StatePlay(
      SampleTypes<K, N, U, V> types,
      StoreJob<K, N, U, V> job,
      PlainJob<K, N, U, V> model,
      Shape shape) {
    this.types = types;
    this.job = job;
    this.model = model;
    this.shape = shape;
  }

  void play(Step step, KeyAndNamespace<K, N> cell) {
    Subtask<K, N, U, V> subtask = job.at(cell.key());
    switch (step.action()) {
      case VALUE_MANY -> updateMany(step, cell.namespace());
      case VALUE_ALL_KEYS -> changeAllKeys(step, cell.namespace());
      case VALUE_UPDATE, VALUE_CLEAR, VALUE_READ, VALUE_CHANGE, VALUE_SPOIL -> {
        subtask.value().setCurrentNamespace(cell.namespace());
        playValue(step, cell, subtask.value());
      }
      case LIST_ADD, LIST_ADD_ALL, LIST_UPDATE, LIST_CLEAR, LIST_READ, LIST_MERGE -> {
        subtask.list().setCurrentNamespace(cell.namespace());
        playList(step, cell, subtask);
      }
      case REDUCE_ADD, REDUCE_READ, REDUCE_CLEAR, REDUCE_MERGE -> {
        subtask.reduce().setCurrentNamespace(cell.namespace());
        playReduce(step, cell, subtask);
      }
      case AGGREGATE_ADD, AGGREGATE_READ, AGGREGATE_CLEAR, AGGREGATE_MERGE -> {
        subtask.aggregate().setCurrentNamespace(cell.namespace());
        playAggregate(step, cell, subtask);
      }
      default -> {
        subtask.map().setCurrentNamespace(cell.namespace());
        playMap(step, cell, subtask);
      }
    }
    model.settle(cell);
  }

  private V value(int number) {
    return types.values().at(number);
  }

  /** The value changed, as a new object for the model. */
  private V changed(V value, int number) {
    return types.values().change(types.values().serializer().copy(value), number);
  }

  private V joined(V first, V second) {
    return types.values().join().apply(types.values().serializer().copy(first), second);
  }

  private void playValue(Step step, KeyAndNamespace<K, N> cell, ValueKind<K, N, V> state) {
    V held = state.value();
    same(() -> "value of " + cell, held, model.value.get(cell));
    switch (step.action()) {
      case VALUE_UPDATE -> {
        state.update(value(step.number()));
        model.value.put(cell, value(step.number()));
      }
      case VALUE_CLEAR -> {
        state.update(null);
        model.value.remove(cell);
      }
      case VALUE_CHANGE -> {
        if (held != null) {
          state.update(types.values().change(held, step.number()));
          model.value.put(cell, changed(model.value.get(cell), step.number()));
        }
      }
      case VALUE_SPOIL -> {
        // Changed in place and not handed back: snapshots under way must not see it.
        if (held != null) {
          types.values().change(held, step.number());
          state.update(value(step.number() + 1));
          model.value.put(cell, value(step.number() + 1));
        }
      }
      default -> {}
    }
  }

  private void updateMany(Step step, N namespace) {
    for (int i = 0; i < MANY; i++) {
      K key = types.keys().at((step.key() + i) % shape.keys());
      ValueKind<K, N, V> state = job.at(key).value();
      state.setCurrentNamespace(namespace);
      state.update(value(step.number() + i));
      model.value.put(new KeyAndNamespace<>(key, namespace), value(step.number() + i));
    }
  }

  private void changeAllKeys(Step step, N namespace) {
    for (Subtask<K, N, U, V> subtask : job.subtasks) {
      subtask.backend.applyToAllKeys(
          subtask.value(),
          "value",
          namespace,
          (key, state) -> {
            KeyAndNamespace<K, N> cell = new KeyAndNamespace<>(key, namespace);
            V held = state.value();
            same(() -> "value of " + cell, held, model.value.get(cell));
            if (chosen(key, step)) {
              state.clear();
              model.value.remove(cell);
            } else {
              state.update(types.values().change(held, step.number()));
              model.value.put(cell, changed(model.value.get(cell), step.number()));
            }
          });
    }
  }

  private boolean chosen(K key, Step step) {
    int hash = types.keys().serializer().keyHasher().hash(key);
    return Math.floorMod(hash + step.number(), 4) == 0;
  }

  private List<V> values(Step step) {
    List<V> values = new ArrayList<>();
    for (int i = 0; i < step.number() % MANY; i++) {
      values.add(value(step.number() + i));
    }
    return values;
  }

  private void playList(Step step, KeyAndNamespace<K, N> cell, Subtask<K, N, U, V> subtask) {
    var state = subtask.list();
    switch (step.action()) {
      case LIST_ADD -> {
        state.add(value(step.number()));
        model.listOf(cell).add(value(step.number()));
      }
      case LIST_ADD_ALL -> {
        state.addAll(values(step));
        model.listOf(cell).addAll(values(step));
      }
      case LIST_UPDATE -> {
        state.update(values(step));
        model.list.put(cell, values(step));
      }
      case LIST_CLEAR -> {
        state.clear();
        model.list.remove(cell);
      }
      case LIST_MERGE -> {
        List<N> sources = sources(step);
        state.mergeNamespaces(cell.namespace(), sources);
        for (N source : sources) {
          if (!source.equals(cell.namespace())) {
            List<V> moved = model.list.remove(new KeyAndNamespace<>(cell.key(), source));
            model.listOf(cell).addAll(moved == null ? List.of() : moved);
          }
        }
      }
      default -> same(() -> "list of " + cell, state.getInternal(), model.list.get(cell));
    }
  }

  /** Some namespaces, absent ones and the target perhaps among them. */
  private List<N> sources(Step step) {
    List<N> sources = new ArrayList<>();
    for (int i = 0; i < step.number() % 4; i++) {
      N source = types.namespaces().at((step.number() / 4 + i) % (shape.namespaces() + 1));
      if (!sources.contains(source)) {
        sources.add(source);
      }
    }
    return sources;
  }

  private void merge(
      Step step,
      KeyAndNamespace<K, N> cell,
      MergingKind<N, V> state,
      Map<KeyAndNamespace<K, N>, V> expected) {
    List<N> sources = sources(step);
    state.mergeNamespaces(cell.namespace(), sources);
    V merged = null;
    for (N source : sources) {
      if (!source.equals(cell.namespace())) {
        V taken = expected.remove(new KeyAndNamespace<>(cell.key(), source));
        merged = merged == null ? taken : taken == null ? merged : joined(merged, taken);
      }
    }
    if (merged != null) {
      V old = expected.get(cell);
      expected.put(cell, old == null ? merged : joined(old, merged));
    }
    same(() -> "merged " + cell, state.getInternal(), expected.get(cell));
  }

  private void playReduce(Step step, KeyAndNamespace<K, N> cell, Subtask<K, N, U, V> subtask) {
    var state = subtask.reduce();
    V old = model.reduce.get(cell);
    switch (step.action()) {
      case REDUCE_ADD -> {
        state.add(value(step.number()));
        V added = value(step.number());
        model.reduce.put(cell, old == null ? added : joined(old, added));
      }
      case REDUCE_CLEAR -> {
        state.clear();
        model.reduce.remove(cell);
      }
      case REDUCE_MERGE -> merge(step, cell, state, model.reduce);
      default -> same(() -> "reduced " + cell, state.get(), old);
    }
  }

  private void playAggregate(Step step, KeyAndNamespace<K, N> cell, Subtask<K, N, U, V> subtask) {
    var state = subtask.aggregate();
    V old = model.aggregate.get(cell);
    switch (step.action()) {
      case AGGREGATE_ADD -> {
        state.add(step.number());
        model.aggregate.put(cell, changed(old == null ? value(0) : old, step.number()));
      }
      case AGGREGATE_CLEAR -> {
        state.clear();
        model.aggregate.remove(cell);
      }
      case AGGREGATE_MERGE -> merge(step, cell, state, model.aggregate);
      default ->
          same(() -> "aggregate of " + cell, state.get(), old == null ? null : old.toString());
    }
  }

  private void playMap(Step step, KeyAndNamespace<K, N> cell, Subtask<K, N, U, V> subtask) {
    var state = subtask.map();
    Map<U, V> expected = model.mapOf(cell);
    U userKey = types.userKeys().at(step.number() % shape.userKeys());
    switch (step.action()) {
      case MAP_PUT -> {
        state.put(userKey, value(step.number()));
        expected.put(userKey, value(step.number()));
      }
      case MAP_PUT_NULL -> {
        state.put(userKey, null);
        expected.put(userKey, null);
      }
      case MAP_REMOVE -> {
        state.remove(userKey);
        expected.remove(userKey);
      }
      case MAP_CHANGE -> {
        V held = state.get(userKey);
        if (held != null) {
          state.put(userKey, types.values().change(held, step.number()));
          expected.put(userKey, changed(expected.get(userKey), step.number()));
        }
      }
      case MAP_PUT_ALL -> {
        state.putAll(manyEntries(step));
        expected.putAll(manyEntries(step));
      }
      case MAP_WALK -> walk(step, cell, subtask);
      case MAP_CLEAR -> {
        state.clear();
        expected.clear();
      }
      default -> {}
    }
    same(() -> "contains of " + cell, state.contains(userKey), expected.containsKey(userKey));
    same(() -> "map value of " + cell, state.get(userKey), expected.get(userKey));
    same(() -> "is empty of " + cell, state.isEmpty(), expected.isEmpty());
  }

  private Map<U, V> manyEntries(Step step) {
    Map<U, V> entries = new HashMap<>();
    for (int i = 0; i < 2 * MANY; i++) {
      U userKey = types.userKeys().at((step.number() + i) % shape.userKeys());
      entries.put(userKey, i % 9 == 0 ? null : value(step.number() + i));
    }
    return entries;
  }

  /** Walks over a map, removing some entries and setting others on the way. */
  private void walk(Step step, KeyAndNamespace<K, N> cell, Subtask<K, N, U, V> subtask) {
    Map<U, V> expected = model.mapOf(cell);
    Map<U, V> left = new HashMap<>(expected);
    Iterator<Map.Entry<U, V>> entries = subtask.map().entries().iterator();
    for (int i = 0; entries.hasNext(); i++) {
      Map.Entry<U, V> entry = entries.next();
      if (!left.containsKey(entry.getKey())) {
        throw new AssertionError(cell + " gives " + entry + ", twice or removed");
      }
      V before = left.remove(entry.getKey());
      if (!Objects.equals(entry.getValue(), before)) {
        same("entry " + entry.getKey() + " of " + cell, entry.getValue(), before);
      }
      if ((i + step.number()) % 5 == 0) {
        entries.remove();
        expected.remove(entry.getKey());
      } else if ((i + step.number()) % 5 == 1) {
        entry.setValue(value(i));
        expected.put(entry.getKey(), value(i));
      }
    }
    same(() -> "entries of " + cell + " that a walk did not give", left, Map.of());
  }
}
