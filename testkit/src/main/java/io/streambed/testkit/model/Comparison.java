package io.streambed.testkit.model;

import io.streambed.keyed.KeyAndNamespace;
import io.streambed.keyed.KeyedKind;
import io.streambed.testkit.store.SampleTypes;
import io.streambed.timer.KeyedTimer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;

/** Compares everything a job holds with the model. */
final class Comparison<K, N, U, V> {
  private final StoreJob<K, N, U, V> job;
  private final PlainJob<K, N, U, V> model;
  private final SampleTypes<K, N, U, V> types;

  Comparison(StoreJob<K, N, U, V> job, PlainJob<K, N, U, V> model, SampleTypes<K, N, U, V> types) {
    this.job = job;
    this.model = model;
    this.types = types;
  }

  static void same(String what, Object actual, Object expected) {
    if (!Objects.equals(actual, expected)) {
      throw new AssertionError(what + ": expected " + expected + " but was " + actual);
    }
  }

  void everything() {
    job.subtasks.forEach(Subtask::openAll);
    compare("value", model.value, Subtask::value, s -> s.value().value());
    compare("list", model.list, Subtask::list, s -> s.list().getInternal());
    compare("map", model.map, Subtask::map, this::entries);
    compare("reduce", model.reduce, Subtask::reduce, s -> s.reduce().get());
    compare("aggregate", model.aggregate, Subtask::aggregate, s -> s.aggregate().getInternal());
    compareTimers();
    long entries = 0;
    for (Subtask<K, N, U, V> subtask : job.subtasks) {
      entries += subtask.backend.entries();
      same("carried states", subtask.backend.carried(), List.of());
      subtask.store.checkInvariants();
    }
    same("entries", entries, modelEntries());
  }

  private long modelEntries() {
    return model.value.size()
        + model.list.size()
        + model.map.values().stream().mapToLong(Map::size).sum()
        + model.reduce.size()
        + model.aggregate.size();
  }

  /** Gives a state, or what it holds, of a subtask. */
  private interface Of<K, N, U, V, R> {
    R of(Subtask<K, N, U, V> subtask);
  }

  private <C> void compare(
      String state,
      Map<KeyAndNamespace<K, N>, C> expected,
      Of<K, N, U, V, KeyedKind<K, N>> kind,
      Of<K, N, U, V, C> contents) {
    Map<KeyAndNamespace<K, N>, C> found = new HashMap<>();
    for (int i = 0; i < job.subtasks.size(); i++) {
      Subtask<K, N, U, V> subtask = job.subtasks.get(i);
      List<K> inOne = subtask.backend.getKeys(state, types.namespaces().at(1));
      for (KeyAndNamespace<K, N> cell : subtask.backend.<N>getKeysAndNamespaces(state)) {
        if (job.indexOf(cell.key()) != i) {
          throw new AssertionError(state + ": subtask " + i + " holds " + cell);
        }
        subtask.backend.setCurrentKey(cell.key());
        kind.of(subtask).setCurrentNamespace(cell.namespace());
        if (found.put(cell, contents.of(subtask)) != null) {
          throw new AssertionError(state + ": " + cell + " was met twice");
        }
        if (cell.namespace().equals(types.namespaces().at(1)) && !inOne.remove(cell.key())) {
          throw new AssertionError(state + ": getKeys does not give " + cell);
        }
      }
      same(state + ": more keys", inOne, List.of());
    }
    if (!found.equals(expected)) {
      throw new AssertionError(state + ": " + difference(found, expected));
    }
  }

  private static <C> String difference(Map<?, C> found, Map<?, C> expected) {
    Set<Object> cells = new HashSet<>(expected.keySet());
    cells.addAll(found.keySet());
    List<String> differences = new ArrayList<>();
    for (Object cell : cells) {
      if (!Objects.equals(found.get(cell), expected.get(cell))) {
        differences.add(cell + " expected " + expected.get(cell) + " but was " + found.get(cell));
      }
    }
    int count = differences.size();
    return count + " differences, for instance " + differences.subList(0, Math.min(3, count));
  }

  private Map<U, V> entries(Subtask<K, N, U, V> subtask) {
    Map<U, V> entries = new HashMap<>();
    subtask.map().entries().forEach(entry -> entries.put(entry.getKey(), entry.getValue()));
    same("is empty", subtask.map().isEmpty(), entries.isEmpty());
    return entries;
  }

  private void compareTimers() {
    Set<KeyedTimer<K, N>> found = new HashSet<>();
    long size = 0;
    for (Subtask<K, N, U, V> subtask : job.subtasks) {
      var range = subtask.backend.keyGroupRange();
      for (int group = range.first(); group <= range.last(); group++) {
        found.addAll(subtask.timers().eventTimeTimers(group));
      }
      size += subtask.timers().size();
    }
    same("event-time timers", found, model.eventTimers);
    same("number of timers", size, (long) model.eventTimers.size() + model.processingTimers.size());
  }

  /** Fails with the message of the supplier if two values differ. */
  static void same(Supplier<String> what, Object actual, Object expected) {
    if (!Objects.equals(actual, expected)) {
      same(what.get(), actual, expected);
    }
  }
}
