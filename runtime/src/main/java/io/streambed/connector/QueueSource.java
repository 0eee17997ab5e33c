package io.streambed.connector;

import io.streambed.error.IncompatibleStateException;
import io.streambed.job.Source;
import io.streambed.job.SplitContext;
import io.streambed.job.SplitReader;
import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A queue that other threads of the same process push elements into, while a job reads them. It has
 * one split. A position is the number of the element to go on with, from 0.
 *
 * <p><b>Exactly once within the process.</b> An element is kept until a complete checkpoint holds a
 * position behind it. A job that starts again, after a failure or from its latest checkpoint, reads
 * again what that checkpoint does not hold.
 *
 * <p><b>Not across processes.</b> Elements are in memory alone. In a new process the queue begins
 * at the restored position with nothing in it: what was pushed and not acknowledged before is gone,
 * unless whoever pushed it pushes it again. {@link #awaitFirstNumber()} tells from which element
 * on.
 *
 * <p><b>Back-pressure.</b> The capacity bounds all that is kept, elements that were read and are
 * not yet in a checkpoint among them. So a full queue gets room with the next complete checkpoint:
 * it should hold what is pushed between two of them. If the job takes no checkpoints, it gets none.
 * A job that has ended makes no room any more: {@code job.result().whenComplete((result, failure)
 * -> queue.end())} lets those who wait in {@link #push} know.
 *
 * <p>The elements have no event time of their own; a {@link io.streambed.job.WatermarkStrategy} of
 * the job gives them one.
 *
 * <p>Threading: any number of threads push; one job at a time reads. Cost: a lock for each push;
 * the reader takes one for some hundred elements.
 *
 * @param <T> the type of the elements
 */
public final class QueueSource<T> implements Source<T, Long> {
  private static final String SPLIT = "queue";

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** What is kept: element n of this object, counted from 0, is in slot n modulo the capacity. */
  private final T[] slots;

  /** Numbers of elements of this object; both are behind {@link #first} in the job. */
  private long pushed;

  private long released;

  /** The number that the job gives to the first element of this object; -1 before it tells. */
  private long first = -1;

  private boolean ended;
  private QueueReader<T> reader;

  /**
   * An empty queue.
   *
   * @param capacity how many elements are kept, from 1; the room for their references is taken now
   */
  @SuppressWarnings("unchecked")
  public QueueSource(int capacity) {
    if (capacity < 1) {
      throw new IllegalArgumentException("capacity " + capacity + " is below 1");
    }
    this.slots = (T[]) new Object[capacity];
  }

  // ---- those who push

  /**
   * Adds an element, waiting while the queue is full.
   *
   * @param element immutable, not null
   * @throws InterruptedException if the thread was interrupted; the element was not added
   * @throws IllegalStateException if the queue has ended, be it during the wait
   */
  public void push(T element) throws InterruptedException {
    Objects.requireNonNull(element, "element");
    Runnable wakeUp;
    lock.lockInterruptibly();
    try {
      while (full() && !ended) {
        changed.await();
      }
      wakeUp = add(element);
    } finally {
      lock.unlock();
    }
    wakeUp.run();
  }

  /**
   * Adds an element if there is room.
   *
   * @param element immutable, not null
   * @return false if the queue is full; the element was not added then
   * @throws IllegalStateException if the queue has ended
   */
  public boolean offer(T element) {
    Objects.requireNonNull(element, "element");
    Runnable wakeUp;
    lock.lock();
    try {
      if (full() && !ended) {
        return false;
      }
      wakeUp = add(element);
    } finally {
      lock.unlock();
    }
    wakeUp.run();
    return true;
  }

  private boolean full() {
    return pushed - released == slots.length;
  }

  private Runnable add(T element) {
    if (ended) {
      throw new IllegalStateException("the queue has ended: nothing can be pushed behind its end");
    }
    slots[slot(pushed)] = element;
    pushed++;
    return wakeUp();
  }

  /** What wakes the reader up if it has asked in vain. */
  private Runnable wakeUp() {
    return reader == null ? () -> {} : reader.wakeUp();
  }

  private int slot(long number) {
    return (int) (number % slots.length);
  }

  /**
   * Ends the queue: the source is at its end when what was pushed has been read. No checkpoint
   * knows of it: in a new process a restored queue has not ended. To end it again does nothing.
   */
  public void end() {
    Runnable wakeUp;
    lock.lock();
    try {
      ended = true;
      changed.signalAll();
      wakeUp = wakeUp();
    } finally {
      lock.unlock();
    }
    wakeUp.run();
  }

  /**
   * How many elements of the job's whole life are in complete checkpoints: all with lower numbers.
   * They will never be read again.
   *
   * @return from 0, never less than before; 0 until a job has opened the queue
   */
  public long acknowledged() {
    lock.lock();
    try {
      return first < 0 ? 0 : first + released;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until a job has opened the queue, and tells which number it gives to the first element
   * that was or will be pushed into this object. After a restore in a new process this is where the
   * job goes on: whoever can make the elements again begins with that one.
   *
   * @return from 0; it is 0 for a job that begins anew, and does not change
   * @throws InterruptedException if the thread was interrupted
   */
  public long awaitFirstNumber() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (first < 0) {
        changed.await();
      }
      return first;
    } finally {
      lock.unlock();
    }
  }

  // ---- the job

  @Override
  public List<String> splits() {
    return List.of(SPLIT);
  }

  /** Numbers of elements. */
  @Override
  public Serializer<Long> positionSerializer() {
    return Serializers.longs();
  }

  /**
   * Begins to read. The first call decides which number the first element has.
   *
   * @param context the split, and the number of the element to go on with
   * @return a reader for one thread, which never waits
   * @throws IncompatibleStateException if the split is not a queue's, or if the element of that
   *     number is not kept any more or was never pushed
   * @throws IllegalStateException if another job reads the queue
   */
  @Override
  public SplitReader<T, Long> open(SplitContext<Long> context) {
    if (!context.split().equals(SPLIT)) {
      throw new IncompatibleStateException(
          "a queue", "split \"" + context.split() + "\"", "its only split", "Restore a job of it.");
    }
    long position = context.position().orElse(0L);
    lock.lock();
    try {
      if (reader != null) {
        throw new IllegalStateException(
            "the queue is being read: give each job, and each source of a job, a queue of its own");
      }
      if (first < 0) {
        first = position;
      }
      long number = position - first;
      if (number < released || number > pushed) {
        throw new IncompatibleStateException(
            "a queue",
            "element " + position + " as the next one to read",
            "elements " + (first + released) + " to " + (first + pushed) + ", which it keeps",
            "Restore the latest checkpoint, or give the job a new queue and push again from that"
                + " element on.");
      }
      // What a checkpoint that was restored holds is done.
      release(number);
      reader = new QueueReader<>(this, context.wakeUp(), position);
      changed.signalAll();
      return reader;
    } finally {
      lock.unlock();
    }
  }

  /** Copies elements from a position on; returns how many, or -1 at the end. */
  int copy(QueueReader<T> to, long position, T[] chunk) {
    lock.lock();
    try {
      long number = position - first;
      int count = (int) Math.min(pushed - number, chunk.length);
      for (int i = 0; i < count; i++) {
        chunk[i] = slots[slot(number + i)];
      }
      if (count == 0 && !ended) {
        to.askedInVain();
      }
      return count == 0 && ended ? -1 : count;
    } finally {
      lock.unlock();
    }
  }

  /** Gives the room of all elements before a position back. */
  void acknowledge(long position) {
    lock.lock();
    try {
      release(position - first);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void release(long upTo) {
    for (; released < upTo; released++) {
      slots[slot(released)] = null;
    }
  }

  /** The reader has ended; another one may come. */
  void closed(QueueReader<T> closed) {
    lock.lock();
    try {
      if (reader == closed) {
        reader = null;
      }
    } finally {
      lock.unlock();
    }
  }
}
