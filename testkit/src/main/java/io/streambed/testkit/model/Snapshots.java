package io.streambed.testkit.model;

import io.streambed.file.Compression;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.SnapshotOptions;
import io.streambed.snapshot.SnapshotStreams;
import io.streambed.snapshot.StreamHandle;
import io.streambed.testkit.store.MemoryStreams;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RunnableFuture;

/**
 * The snapshots of a run: under way, each with a copy of the model, and completed. Several are
 * under way at a time, and each is completed or given up in any order, and outlives the job it was
 * taken of. Of five, one is a savepoint, one a checkpoint that shares nothing, three are
 * checkpoints that may share files. Few are kept; what none of these needs is gone. The job hears
 * of their ends late, in any order, more than once or not at all.
 */
final class Snapshots<K, N, U, V> {
  private static final int MAX_UNDER_WAY = 4;
  private static final int MAX_KEPT = 3;

  final MemoryStreams streams = new MemoryStreams();
  private final Executor executor;

  /** Larger than some of the files of a store in a run, and smaller than others. */
  private static final int SMALL_BYTES = 1_200;

  private final List<UnderWay<K, N, U, V>> underWay = new ArrayList<>();
  private long newestComplete;
  private long newestAborted;
  private final List<Completed<K, N, U, V>> completed = new ArrayList<>();
  private long nextId = 1;

  private record UnderWay<K, N, U, V>(
      long id,
      StoreJob<K, N, U, V> job,
      PlainJob<K, N, U, V> model,
      List<RunnableFuture<KeyedStateHandle>> futures,
      List<CompletableFuture<Void>> running) {
    void start(Executor executor) {
      futures.forEach(future -> running.add(CompletableFuture.runAsync(future, executor)));
    }

    /** Runs the subtasks' parts, those that no thread runs yet, in any order on this thread. */
    void write(int choice) {
      List<RunnableFuture<KeyedStateHandle>> any = new ArrayList<>(futures);
      Collections.rotate(any, choice % any.size());
      any.forEach(RunnableFuture::run);
    }

    void cancel() {
      futures.forEach(future -> future.cancel(true));
      running.forEach(CompletableFuture::join);
    }
  }

  /** What a restore needs: the handles of all subtasks, and what they must give. */
  record Completed<K, N, U, V>(
      long id, List<KeyedStateHandle> handles, PlainJob<K, N, U, V> model) {
    /** The only store that can read it, or null if each can. */
    String store() {
      return handles.get(0) instanceof KeyedStateHandle.Incremental files ? files.store() : null;
    }
  }

  Snapshots(Executor executor) {
    this.executor = executor;
  }

  /** Freezes now; writes at once on another thread, or later. False if many are under way. */
  boolean begin(StoreJob<K, N, U, V> job, PlainJob<K, N, U, V> model, int choice) {
    if (underWay.size() == MAX_UNDER_WAY) {
      return false;
    }
    UnderWay<K, N, U, V> snapshot =
        new UnderWay<>(nextId++, job, model.copy(), new ArrayList<>(), new ArrayList<>());
    // In turn, so that stores find files of both sorts when they restore.
    int smallBytes = snapshot.id % 2 == 0 ? SMALL_BYTES : 0;
    SnapshotStreams own = streams.forCheckpoint(snapshot.id, smallBytes);
    SnapshotStreams into = choice % 5 < 3 ? own : own::create;
    Compression compression = choice / 5 % 2 == 0 ? Compression.NONE : Compression.DEFLATE;
    SnapshotOptions options =
        choice % 5 == 4
            ? SnapshotOptions.savepoint(compression)
            : SnapshotOptions.checkpoint(compression);
    for (Subtask<K, N, U, V> subtask : job.subtasks) {
      snapshot.futures.add(subtask.backend.snapshot(snapshot.id, into, options));
    }
    if (choice / 5 % 5 < 2) {
      snapshot.start(executor);
    }
    underWay.add(snapshot);
    return true;
  }

  /** Writes any that is under way, without completing it; false if none is. */
  boolean write(int choice) {
    if (underWay.isEmpty()) {
      return false;
    }
    underWay.get(choice % underWay.size()).write(choice / MAX_UNDER_WAY);
    return true;
  }

  /** Completes any that is under way; null if none is. */
  Completed<K, N, U, V> finish(int choice) {
    if (underWay.isEmpty()) {
      return null;
    }
    UnderWay<K, N, U, V> snapshot = underWay.remove(choice % underWay.size());
    snapshot.write(choice / MAX_UNDER_WAY);
    List<KeyedStateHandle> handles = new ArrayList<>();
    for (RunnableFuture<KeyedStateHandle> future : snapshot.futures) {
      handles.add(result(future));
    }
    streams.complete(snapshot.id, handles);
    newestComplete = Math.max(newestComplete, snapshot.id);
    Collections.rotate(handles, choice % handles.size());
    Completed<K, N, U, V> done = new Completed<>(snapshot.id, handles, snapshot.model);
    completed.add(done);
    int kept = 1 + choice / MAX_UNDER_WAY % MAX_KEPT;
    while (completed.size() > kept) {
      streams.subsume(completed.remove(0).id());
    }
    return done;
  }

  boolean isOlderUnderWay(Completed<K, N, U, V> done) {
    return underWay.stream().anyMatch(snapshot -> snapshot.id < done.id);
  }

  private static KeyedStateHandle result(RunnableFuture<KeyedStateHandle> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw new AssertionError("a snapshot failed: " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** Gives up any that is under way, perhaps in the midst of its writing; false if none is. */
  boolean cancel(int choice) {
    if (underWay.isEmpty()) {
      return false;
    }
    UnderWay<K, N, U, V> snapshot = underWay.remove(choice % underWay.size());
    switch (choice / MAX_UNDER_WAY % 3) {
      // All is written, and yet given up, as when another operator fails.
      case 0 -> snapshot.write(choice);
      // The storage gives up first, as when time is up, and refuses what comes late.
      case 1 -> streams.abort(snapshot.id);
      default -> {}
    }
    snapshot.cancel();
    streams.abort(snapshot.id);
    newestAborted = Math.max(newestAborted, snapshot.id);
    return true;
  }

  /** Any completed one, or null. */
  Completed<K, N, U, V> any(int choice) {
    return completed.isEmpty() ? null : completed.get(choice % completed.size());
  }

  /**
   * Those that are kept have their files. With none under way there are no others, but for what an
   * aborted one leaves behind until a later one is complete.
   */
  void checkFiles() {
    Set<StreamHandle> referred = new HashSet<>();
    for (Completed<K, N, U, V> snapshot : completed) {
      snapshot.handles.stream().flatMap(KeyedStateHandle::streams).forEach(referred::add);
    }
    long there = referred.stream().filter(streams::isThere).count();
    Comparison.same("files of snapshots that are kept", there, (long) referred.size());
    if (underWay.isEmpty() && newestAborted <= newestComplete) {
      Comparison.same("all files", streams.finishedStreams(), referred.size());
    }
  }

  /** Gives all up and subsumes all; then no file may be left. */
  void drop() {
    end();
    completed.forEach(snapshot -> streams.subsume(snapshot.id));
    completed.clear();
    checkFiles();
  }

  /** Ends all that are under way; then no stream may be left open. */
  void end() {
    while (!underWay.isEmpty()) {
      cancel(0);
    }
    if (streams.openStreams() != 0) {
      throw new AssertionError(streams.openStreams() + " streams were left open");
    }
  }
}
