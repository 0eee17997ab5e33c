package io.streambed.testkit.model;

import static io.streambed.testkit.model.Comparison.same;

import io.streambed.keyed.KeyAndNamespace;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.testkit.store.SampleTypes;
import io.streambed.timer.KeyedTimer;
import io.streambed.timer.TimerService;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** Plays the steps of one run, each on the job and on the model, until they differ. */
final class Play<K, N, U, V> {
  private static final int MAX_SUBTASKS = 8;

  private final SampleTypes<K, N, U, V> types;
  private final List<KeyedStoreFactory> factories;
  private final Shape shape;
  private final Snapshots<K, N, U, V> snapshots;
  private final TimerModel<K, N> timerModel;
  private StoreJob<K, N, U, V> job;
  private PlainJob<K, N, U, V> model = new PlainJob<>();
  private long watermark = TimerService.NO_WATERMARK;
  private long operations;
  private long completed;
  private long increments;
  private long overtaking;
  private long cancelled;
  private long restores;
  private long fromIncrements;
  private long rescales;
  private long moves;
  private long fired;
  private final Views<K, N, U, V> views;
  private long looks;

  /** The step that is being played. */
  int at;

  Play(
      SampleTypes<K, N, U, V> types,
      List<KeyedStoreFactory> factories,
      Shape shape,
      Executor executor) {
    this.types = types;
    this.factories = factories;
    this.shape = shape;
    this.snapshots = new Snapshots<>(executor);
    this.views = new Views<>(types, shape);
    this.timerModel = new TimerModel<>(types);
    this.job = new StoreJob<>(factories.get(0), types, shape.maxParallelism(), 2);
  }

  void play(List<Step> steps) {
    try {
      for (at = 0; at < steps.size(); at++) {
        operations += play(steps.get(at)) ? 1 : 0;
        if (at % 64 == 63) {
          job.subtasks.forEach(subtask -> subtask.store.checkInvariants());
        }
      }
      compare();
      snapshots.drop();
    } finally {
      snapshots.end();
      views.end();
      job.close();
    }
  }

  ModelReport report() {
    return new ModelReport(
        1,
        operations,
        completed,
        increments,
        overtaking,
        cancelled,
        restores,
        fromIncrements,
        rescales,
        moves,
        fired,
        looks);
  }

  /** False if there was nothing to do. */
  private boolean play(Step step) {
    K key = types.keys().at(step.key() % shape.keys());
    N namespace = types.namespaces().at(step.namespace() % shape.namespaces());
    switch (step.action()) {
      case EVENT_TIMER_REGISTER,
          EVENT_TIMER_DELETE,
          PROCESSING_TIMER_REGISTER,
          PROCESSING_TIMER_DELETE ->
          playTimer(step, key, namespace);
      case WATERMARK -> advanceWatermark(step.number() % 4000);
      case PROCESSING_TIME -> advanceProcessingTime(step.number() % 4000);
      case COMPARE -> compare();
      case SNAPSHOT -> {
        return snapshots.begin(job, model, step.number());
      }
      case SNAPSHOT_WRITE -> {
        return snapshots.write(step.number());
      }
      case SNAPSHOT_FINISH -> {
        Snapshots.Completed<K, N, U, V> done = snapshots.finish(step.number());
        snapshots.checkFiles();
        overtaking += done != null && snapshots.isOlderUnderWay(done) ? 1 : 0;
        completed += done != null ? 1 : 0;
        increments += done != null && done.store() != null ? 1 : 0;
        return done != null;
      }
      case SNAPSHOT_CANCEL -> {
        boolean done = snapshots.cancel(step.number());
        snapshots.checkFiles();
        cancelled += done ? 1 : 0;
        return done;
      }
      case RESTORE -> {
        return restore(step);
      }
      case LOOK -> views.now(job, model, step, new KeyAndNamespace<>(key, namespace));
      case VIEW_OPEN -> {
        return views.open(job, model);
      }
      case VIEW_LOOK -> {
        views.look(job, model, step, new KeyAndNamespace<>(key, namespace));
        looks++;
      }
      case VIEW_CLOSE -> {
        return views.close(step.number());
      }
      default ->
          new StatePlay<>(types, job, model, shape)
              .play(step, new KeyAndNamespace<>(key, namespace));
    }
    return true;
  }

  private void compare() {
    new Comparison<>(job, model, types).everything();
  }

  private boolean restore(Step step) {
    Snapshots.Completed<K, N, U, V> from = snapshots.any(step.key());
    if (from == null) {
      return false;
    }
    int parallelism = 1 + step.number() % MAX_SUBTASKS;
    KeyedStoreFactory factory = readerOf(from, factories.get(step.namespace() % factories.size()));
    restores++;
    fromIncrements += from.store() != null ? 1 : 0;
    rescales += parallelism != job.subtasks.size() ? 1 : 0;
    moves += factory != job.factory ? 1 : 0;
    views.end();
    job.close();
    job = new StoreJob<>(factory, types, shape.maxParallelism(), parallelism);
    int openBefore = step.number() / MAX_SUBTASKS % 3;
    if (openBefore == 0) {
      job.subtasks.forEach(Subtask::openAll);
    } else if (openBefore == 1) {
      job.subtasks.forEach(Subtask::map);
      job.subtasks.get(0).timers();
    }
    job.restore(from.handles(), snapshots.streams);
    model = from.model().copy();
    watermark = TimerService.NO_WATERMARK;
    if (step.number() % 4 != 0) {
      compare();
    }
    return true;
  }

  /** Files of a store are for that one, containers for any. */
  private KeyedStoreFactory readerOf(
      Snapshots.Completed<K, N, U, V> snapshot, KeyedStoreFactory any) {
    return factories.stream()
        .filter(factory -> factory.description().name().equals(snapshot.store()))
        .findFirst()
        .orElse(any);
  }

  private void playTimer(Step step, K key, N namespace) {
    KeyedTimer<K, N> timer = new KeyedTimer<>(step.number() % 4000 - 500, key, namespace);
    TimerService<K, N> timers = job.at(key).timers();
    long time = timer.timestampMillis();
    boolean changed;
    boolean expected;
    switch (step.action()) {
      case EVENT_TIMER_REGISTER -> {
        changed = timers.registerEventTimeTimer(namespace, time);
        expected = model.eventTimers.add(timer);
      }
      case PROCESSING_TIMER_REGISTER -> {
        changed = timers.registerProcessingTimeTimer(namespace, time);
        expected = model.processingTimers.add(timer);
      }
      case EVENT_TIMER_DELETE -> {
        KeyedTimer<K, N> any = any(model.eventTimers, step, timer);
        timers = job.at(any.key()).timers();
        changed = timers.deleteEventTimeTimer(any.namespace(), any.timestampMillis());
        expected = model.eventTimers.remove(any);
      }
      default -> {
        KeyedTimer<K, N> any = any(model.processingTimers, step, timer);
        timers = job.at(any.key()).timers();
        changed = timers.deleteProcessingTimeTimer(any.namespace(), any.timestampMillis());
        expected = model.processingTimers.remove(any);
      }
    }
    same(() -> step.action() + " of " + timer, changed, expected);
  }

  /** Mostly one that is there: chance alone would rarely meet one. */
  private KeyedTimer<K, N> any(
      Set<KeyedTimer<K, N>> timers, Step step, KeyedTimer<K, N> otherwise) {
    if (step.number() % 4 == 0 || timers.isEmpty()) {
      return otherwise;
    }
    // The least in order: a set's own order is not the same in every run.
    return timers.stream()
        .filter(timer -> timer.timestampMillis() % 7 == step.number() % 7)
        .min(timerModel.order)
        .orElse(otherwise);
  }

  private void advanceWatermark(long time) {
    watermark = Math.max(watermark, time);
    advance(
        "event-time timers of watermark " + watermark,
        model.eventTimers,
        watermark,
        timers -> timers.advanceWatermark(time));
  }

  private void advanceProcessingTime(long time) {
    advance(
        "processing-time timers of " + time,
        model.processingTimers,
        time,
        timers -> timers.advanceProcessingTime(time));
  }

  private void advance(
      String what, Set<KeyedTimer<K, N>> due, long until, Consumer<TimerService<K, N>> advance) {
    for (int i = 0; i < job.subtasks.size(); i++) {
      int index = i;
      Subtask<K, N, U, V> subtask = job.subtasks.get(i);
      subtask.fired.clear();
      advance.accept(subtask.timers());
      List<KeyedTimer<K, N>> expected =
          timerModel.fire(due, timer -> job.indexOf(timer.key()) == index, until);
      same(what, subtask.fired, expected);
      fired += expected.size();
    }
  }
}
