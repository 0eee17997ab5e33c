package io.streambed.testkit.model;

import io.streambed.file.Compression;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.SnapshotOptions;
import io.streambed.snapshot.SnapshotStreams;
import io.streambed.testkit.store.MemoryStreams;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RunnableFuture;

/**
 * The snapshots of a run: under way, each with a copy of the model, and completed. One under way
 * outlives the job it was taken of. A third of them are savepoints, a third checkpoints that share
 * nothing, a third checkpoints that may share files, which are gone with the last that needs them.
 */
final class Snapshots<K, N, U, V> {
  private static final int KEPT = 4;

  final MemoryStreams streams = new MemoryStreams();
  private final Executor executor;
  private final List<UnderWay<K, N, U, V>> underWay = new ArrayList<>();
  private final List<Completed<K, N, U, V>> completed = new ArrayList<>();
  private long nextId = 1;

  private static final class UnderWay<K, N, U, V> {
    final long id;
    final boolean shares;
    final StoreJob<K, N, U, V> job;
    final PlainJob<K, N, U, V> model;
    final List<RunnableFuture<KeyedStateHandle>> futures = new ArrayList<>();
    final List<CompletableFuture<Void>> running = new ArrayList<>();

    UnderWay(long id, boolean shares, StoreJob<K, N, U, V> job, PlainJob<K, N, U, V> model) {
      this.id = id;
      this.shares = shares;
      this.job = job;
      this.model = model;
    }

    void start(Executor executor) {
      futures.forEach(future -> running.add(CompletableFuture.runAsync(future, executor)));
    }
  }

  /** What a restore needs: the handles of all subtasks, and what they must give. */
  record Completed<K, N, U, V>(
      long id, boolean shares, List<KeyedStateHandle> handles, PlainJob<K, N, U, V> model) {
    /** The only store that can read it, or null if each can. */
    String store() {
      return handles.get(0) instanceof KeyedStateHandle.Incremental files ? files.store() : null;
    }
  }

  Snapshots(Executor executor) {
    this.executor = executor;
  }

  /** Freezes now; writes at once on another thread, or later. */
  void begin(StoreJob<K, N, U, V> job, PlainJob<K, N, U, V> model, int choice) {
    boolean shares = choice % 3 == 1;
    UnderWay<K, N, U, V> snapshot = new UnderWay<>(nextId++, shares, job, model.copy());
    SnapshotStreams into = shares ? streams.forCheckpoint(snapshot.id) : streams;
    Compression compression = choice % 2 == 0 ? Compression.NONE : Compression.DEFLATE;
    SnapshotOptions options =
        choice % 3 == 0
            ? SnapshotOptions.savepoint(compression)
            : SnapshotOptions.checkpoint(compression);
    for (Subtask<K, N, U, V> subtask : job.subtasks) {
      snapshot.futures.add(subtask.backend.snapshot(snapshot.id, 0, into, options));
    }
    if (choice % 5 < 3) {
      snapshot.start(executor);
    }
    underWay.add(snapshot);
  }

  /** Completes any that is under way; null if none is. */
  Completed<K, N, U, V> finish(int choice, StoreJob<K, N, U, V> present) {
    if (underWay.isEmpty()) {
      return null;
    }
    UnderWay<K, N, U, V> snapshot = underWay.remove(choice % underWay.size());
    if (snapshot.running.isEmpty()) {
      // The subtasks' parts in any order, on this thread.
      List<RunnableFuture<KeyedStateHandle>> any = new ArrayList<>(snapshot.futures);
      Collections.rotate(any, choice % any.size());
      any.forEach(RunnableFuture::run);
    }
    List<KeyedStateHandle> handles = new ArrayList<>();
    for (RunnableFuture<KeyedStateHandle> future : snapshot.futures) {
      handles.add(result(future));
    }
    if (snapshot.shares) {
      streams.complete(snapshot.id, handles);
    }
    if (snapshot.job == present) {
      present.subtasks.forEach(subtask -> subtask.backend.checkpointCompleted(snapshot.id));
    }
    Collections.rotate(handles, choice % handles.size());
    completed.add(new Completed<>(snapshot.id, snapshot.shares, handles, snapshot.model));
    if (completed.size() > KEPT) {
      subsumeOldest();
    }
    return completed.get(completed.size() - 1);
  }

  private void subsumeOldest() {
    Completed<K, N, U, V> oldest = completed.remove(0);
    if (oldest.shares()) {
      streams.subsume(oldest.id());
    }
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

  /** Cancels any that is under way, perhaps in the midst of its writing; false if none is. */
  boolean cancel(int choice, StoreJob<K, N, U, V> present) {
    if (underWay.isEmpty()) {
      return false;
    }
    UnderWay<K, N, U, V> snapshot = underWay.remove(choice % underWay.size());
    if (choice % 3 == 1) {
      // All is written, and yet given up, as when another operator fails.
      snapshot.futures.forEach(RunnableFuture::run);
    }
    snapshot.futures.forEach(future -> future.cancel(true));
    snapshot.running.forEach(CompletableFuture::join);
    if (snapshot.shares) {
      streams.abort(snapshot.id);
    }
    if (snapshot.job == present) {
      present.subtasks.forEach(subtask -> subtask.backend.checkpointAborted(snapshot.id));
    }
    return true;
  }

  /** Any completed one, or null. */
  Completed<K, N, U, V> any(int choice) {
    return completed.isEmpty() ? null : completed.get(choice % completed.size());
  }

  /** Cancels and subsumes all; then no shared file may be left. */
  void drop() {
    end();
    while (!completed.isEmpty()) {
      subsumeOldest();
    }
    if (streams.sharedFiles() != 0) {
      throw new AssertionError(streams.sharedFiles() + " shared files were left");
    }
  }

  /** Ends all that are under way; then no stream may be left open. */
  void end() {
    while (!underWay.isEmpty()) {
      cancel(0, null);
    }
    if (streams.openStreams() != 0) {
      throw new AssertionError(streams.openStreams() + " streams were left open");
    }
  }
}
