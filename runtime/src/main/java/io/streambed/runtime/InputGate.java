package io.streambed.runtime;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What waits for one subtask: its channels, bounded, and its mail, which goes first.
 *
 * <p>Many threads put, one takes. A channel can be blocked while a barrier is awaited on others:
 * what comes on it then waits, and its sender with it once it is full.
 */
final class InputGate {
  private static final int CHANNEL_BATCHES = 4;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition notEmpty = lock.newCondition();
  private final Condition notFull = lock.newCondition();
  private final List<Deque<List<Object>>> channels = new ArrayList<>();
  private final List<Integer> inputs = new ArrayList<>();
  private final Deque<Runnable> mail = new ArrayDeque<>();
  private boolean[] blocked = new boolean[0];
  private int nextChannel;
  private volatile boolean closed;
  private volatile boolean awake;
  private volatile boolean hasMail;
  private boolean finished;

  /** Whether a thread waits for input, or for room in another subtask's gate. */
  static boolean isWaitedIn(Thread thread) {
    return StuckThreadException.innermost(thread.getStackTrace())
        .filter(frame -> frame.getClassName().equals(InputGate.class.getName()))
        .isPresent();
  }

  /** Adds a channel of one of the operator's inputs, before anything runs; gives its number. */
  int addChannel(int input) {
    channels.add(new ArrayDeque<>());
    inputs.add(input);
    blocked = new boolean[channels.size()];
    return channels.size() - 1;
  }

  int channels() {
    return channels.size();
  }

  /** Which of the operator's inputs a channel belongs to. */
  int inputOf(int channel) {
    return inputs.get(channel);
  }

  /**
   * Adds a batch unless the channel is full; returns whether it did, or nobody takes it any more.
   */
  boolean offer(int channel, List<Object> items) {
    lock.lock();
    try {
      if (closed) {
        throw new CancelledException();
      }
      if (isFull(channel)) {
        return false;
      }
      add(channel, items);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Adds a batch, waiting while the channel is full. */
  void put(int channel, List<Object> items) {
    lock.lock();
    try {
      while (isFull(channel) && !closed) {
        notFull.await();
      }
      if (closed) {
        throw new CancelledException();
      }
      add(channel, items);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancelledException();
    } finally {
      lock.unlock();
    }
  }

  private boolean isFull(int channel) {
    return channels.get(channel).size() >= CHANNEL_BATCHES && !finished;
  }

  private void add(int channel, List<Object> items) {
    if (!finished) {
      channels.get(channel).add(items);
      notEmpty.signal();
    }
  }

  /** Adds mail: something to be run by the subtask's thread between batches. Never waits. */
  void post(Runnable letter) {
    lock.lock();
    try {
      mail.add(letter);
      hasMail = true;
      notEmpty.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Whether mail waits for a taker that is at something long. */
  boolean hasMail() {
    return hasMail;
  }

  /** Ends the taker's wait, or its next one. Never waits; any thread. */
  void wakeUp() {
    if (awake) {
      return;
    }
    lock.lock();
    try {
      awake = true;
      notEmpty.signal();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Runs all mail; then gives the next batch of a channel that is not blocked.
   *
   * @param maxWaitMillis how long to wait for one; 0 not at all
   * @return a batch, or null if there was mail instead, none came in time, or the taker was woken
   */
  Batch take(long maxWaitMillis) {
    List<Runnable> letters;
    lock.lock();
    try {
      long left = TimeUnit.MILLISECONDS.toNanos(maxWaitMillis);
      while (true) {
        if (closed) {
          throw new CancelledException();
        }
        if (!mail.isEmpty()) {
          letters = takeMail();
          break;
        }
        Batch batch = poll();
        if (batch != null || awake || left <= 0) {
          awake = false;
          return batch;
        }
        left = notEmpty.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancelledException();
    } finally {
      lock.unlock();
    }
    run(letters);
    return null;
  }

  private Batch poll() {
    for (int i = 0; i < channels.size(); i++) {
      int channel = (nextChannel + i) % channels.size();
      if (!blocked[channel] && !channels.get(channel).isEmpty()) {
        nextChannel = channel + 1;
        Batch batch = new Batch(channel, channels.get(channel).poll());
        notFull.signalAll();
        return batch;
      }
    }
    return null;
  }

  /** Runs the mail there is, while the taker is at something long; its thread only. */
  void runMail() {
    List<Runnable> letters;
    lock.lock();
    try {
      letters = takeMail();
    } finally {
      lock.unlock();
    }
    run(letters);
  }

  private List<Runnable> takeMail() {
    List<Runnable> letters = new ArrayList<>(mail);
    mail.clear();
    hasMail = false;
    return letters;
  }

  private void run(List<Runnable> letters) {
    for (Runnable letter : letters) {
      if (closed) {
        throw new CancelledException();
      }
      letter.run();
    }
  }

  /** Lets a channel wait; the taker's thread only. */
  void block(int channel) {
    lock.lock();
    try {
      blocked[channel] = true;
    } finally {
      lock.unlock();
    }
  }

  /** Lets all channels go on; the taker's thread only. */
  void unblockAll() {
    lock.lock();
    try {
      blocked = new boolean[channels.size()];
    } finally {
      lock.unlock();
    }
  }

  /** The taker has ended: what still comes is dropped, and nobody waits to bring it. */
  void finish() {
    lock.lock();
    try {
      finished = true;
      notFull.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Ends all waiting, now and later, with a {@link CancelledException}. */
  void close() {
    lock.lock();
    try {
      closed = true;
      notEmpty.signalAll();
      notFull.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
