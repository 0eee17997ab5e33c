package io.streambed.testkit.model;

import static io.streambed.testkit.model.Comparison.same;

import io.streambed.keyed.KeyAndNamespace;
import io.streambed.keyed.KeyedStateView;
import io.streambed.state.StateQuery;
import io.streambed.testkit.store.SampleTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Looks into a job from outside: as it is, and as it was when a view was taken, each beside a copy
 * of the model. Views are gone with their job.
 */
final class Views<K, N, U, V> {
  private static final int MAX_OPEN = 3;

  /** What a step's number is divided by, before it says which kinds are looked at. */
  private static final int HALVES = 64;

  private final SampleTypes<K, N, U, V> types;
  private final Shape shape;
  private final Subtask.Declared<U, V> declared;
  private final List<View<K, N, U, V>> open = new ArrayList<>();

  private record View<K, N, U, V>(List<KeyedStateView<K>> parts, PlainJob<K, N, U, V> model) {
    void close() {
      parts.forEach(KeyedStateView::close);
    }
  }

  /** Looks one key up. */
  private interface Look {
    <R> Optional<R> of(StateQuery<R> query);
  }

  Views(SampleTypes<K, N, U, V> types, Shape shape) {
    this.types = types;
    this.shape = shape;
    this.declared = Subtask.declared(types);
  }

  /** False if many are open. */
  boolean open(StoreJob<K, N, U, V> job, PlainJob<K, N, U, V> model) {
    if (open.size() == MAX_OPEN) {
      return false;
    }
    job.subtasks.forEach(Subtask::openAll);
    open.add(
        new View<>(
            job.subtasks.stream().map(each -> each.backend.freeze()).toList(), model.copy()));
    return true;
  }

  /** False if none is open. */
  boolean close(int choice) {
    if (open.isEmpty()) {
      return false;
    }
    open.remove(choice % open.size()).close();
    return true;
  }

  /** The job has ended. */
  void end() {
    open.forEach(View::close);
    open.clear();
  }

  /** Looks into the job as it is. */
  void now(
      StoreJob<K, N, U, V> job, PlainJob<K, N, U, V> model, Step step, KeyAndNamespace<K, N> cell) {
    Subtask<K, N, U, V> subtask = job.subtasks.get(job.indexOf(cell.key()));
    subtask.openAll();
    look(
        "now",
        new Look() {
          @Override
          public <R> Optional<R> of(StateQuery<R> query) {
            return subtask.backend.query(query, cell.key()).get();
          }
        },
        model,
        step,
        cell);
  }

  /** Looks into any view, a new one if none is open. */
  void look(
      StoreJob<K, N, U, V> job, PlainJob<K, N, U, V> model, Step step, KeyAndNamespace<K, N> cell) {
    if (open.isEmpty()) {
      open(job, model);
    }
    View<K, N, U, V> view = open.get(step.number() % open.size());
    KeyedStateView<K> part = view.parts.get(job.indexOf(cell.key()));
    look(
        "a view",
        new Look() {
          @Override
          public <R> Optional<R> of(StateQuery<R> query) {
            return part.query(query, cell.key());
          }
        },
        view.model,
        step,
        cell);
  }

  private void look(
      String where, Look look, PlainJob<K, N, U, V> model, Step step, KeyAndNamespace<K, N> cell) {
    String what = where + ", of " + cell + ", ";
    // Half of the kinds each time, chosen apart from view and user key.
    if (step.number() / HALVES % 2 == 0) {
      lookAtSingleValues(what, look, model, cell);
    } else {
      lookAtCollections(what, look, model, step, cell);
    }
  }

  private void lookAtSingleValues(
      String what, Look look, PlainJob<K, N, U, V> model, KeyAndNamespace<K, N> cell) {
    compare(what, look, StateQuery.of(declared.value()), cell, model.value.get(cell));
    compare(what, look, StateQuery.of(declared.reduce()), cell, model.reduce.get(cell));
    V aggregate = model.aggregate.get(cell);
    compare(
        what,
        look,
        StateQuery.of(declared.aggregate()),
        cell,
        aggregate == null ? null : aggregate.toString());
  }

  private void lookAtCollections(
      String what, Look look, PlainJob<K, N, U, V> model, Step step, KeyAndNamespace<K, N> cell) {
    compare(what, look, StateQuery.of(declared.list()), cell, model.list.get(cell));
    Map<U, V> map = model.map.get(cell);
    compare(what, look, StateQuery.of(declared.map()), cell, map);
    U userKey = types.userKeys().at(step.number() / MAX_OPEN % shape.userKeys());
    compare(
        what,
        look,
        StateQuery.ofEntry(declared.map(), userKey),
        cell,
        map == null ? null : map.get(userKey));
  }

  private <R> void compare(
      String what, Look look, StateQuery<R> query, KeyAndNamespace<K, N> cell, R expected) {
    StateQuery<R> here = query.in(types.namespaces().serializer(), cell.namespace());
    same(() -> what + query, look.of(here).orElse(null), expected);
  }
}
