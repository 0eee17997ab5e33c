package io.streambed.connector;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A bounded queue between one thread that puts, and waits while it is full, and one that takes, and
 * never waits. There is a lock only where the one waits; otherwise each tells the other by a
 * counter that it alone writes.
 */
final class HandOver<E> {
  static final int CAPACITY = 512;

  /** So many elements the taker takes before it gives their room back. */
  private static final int STEP = 64;

  private final E[] slots;
  private final Runnable wakeUp;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition notFull = lock.newCondition();

  /** Number of elements put; the one who puts writes it, after the slot. */
  private volatile long put;

  /** Number of elements taken, up to a step behind; the taker writes it, after the slots. */
  private volatile long taken;

  private volatile boolean putterWaits;
  private volatile boolean takerIdle;
  private volatile boolean closed;

  /** The taker's own: the number of the next element, and {@link #put} as it was seen last. */
  private long next;

  private long end;

  /**
   * An empty one; tells the taker by {@code wakeUp} of an element that it had asked for in vain.
   */
  @SuppressWarnings("unchecked")
  HandOver(Runnable wakeUp) {
    this.slots = (E[]) new Object[CAPACITY];
    this.wakeUp = wakeUp;
  }

  /** Adds an element, waiting while there is no room; false if nobody takes it any more. */
  boolean put(E element) throws InterruptedException {
    long number = put;
    if (full(number)) {
      awaitRoom(number);
    }
    if (closed) {
      return false;
    }
    slots[slot(number)] = element;
    put = number + 1;
    // The taker sets its flag, then looks at the counter again: one of the two sees the other.
    if (takerIdle) {
      takerIdle = false;
      wakeUp.run();
    }
    return true;
  }

  private boolean full(long number) {
    return number - taken >= CAPACITY;
  }

  private void awaitRoom(long number) throws InterruptedException {
    lock.lock();
    try {
      putterWaits = true;
      while (full(number) && !closed) {
        notFull.await();
      }
    } finally {
      putterWaits = false;
      lock.unlock();
    }
  }

  /** The next element, or null if there is none now: then the taker is woken for the next one. */
  E take() {
    if (next == end && !hasMore()) {
      return null;
    }
    int slot = slot(next);
    E element = slots[slot];
    slots[slot] = null;
    next++;
    if (next % STEP == 0) {
      giveRoomBack();
    }
    return element;
  }

  private boolean hasMore() {
    giveRoomBack();
    end = put;
    if (next == end) {
      takerIdle = true;
      end = put;
      if (next == end) {
        return false;
      }
      takerIdle = false;
    }
    return true;
  }

  private void giveRoomBack() {
    taken = next;
    if (putterWaits) {
      lock.lock();
      try {
        notFull.signal();
      } finally {
        lock.unlock();
      }
    }
  }

  private static int slot(long number) {
    return (int) (number % CAPACITY);
  }

  /** Nothing is taken any more: ends the wait of the one who puts. Any thread. */
  void close() {
    closed = true;
    lock.lock();
    try {
      notFull.signal();
    } finally {
      lock.unlock();
    }
  }
}
