package io.streambed.runtime;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Threads of a job that run what they are given; a single one does it in the order given. They are
 * daemons: one that hangs does not keep the process alive.
 *
 * <p>Threading: any thread.
 */
final class Workers implements Executor {
  private final List<Thread> threads = new CopyOnWriteArrayList<>();
  private final ThreadPoolExecutor pool;

  /**
   * Threads that have not begun.
   *
   * @param name of each thread
   * @param count how many there are at most
   */
  Workers(String name, int count) {
    pool =
        new ThreadPoolExecutor(
            count,
            count,
            0,
            TimeUnit.MILLISECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = daemon(name, task);
              threads.add(thread);
              return thread;
            },
            (task, stopped) -> task.run());
  }

  /** A thread that does not keep the process alive; not started. */
  static Thread daemon(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  /** Runs a task on one of the threads; on the caller's own once they were told to stop. */
  @Override
  public void execute(Runnable task) {
    pool.execute(task);
  }

  /** Ends the threads once they have run what was given. */
  void stop() {
    pool.shutdown();
  }

  /** The threads that have not ended. */
  List<Thread> alive() {
    return threads.stream().filter(Thread::isAlive).toList();
  }
}
