package io.streambed.connector;

import io.streambed.job.Poll;
import io.streambed.job.SplitReader;

/** Reads a {@link QueueSource}, a chunk at a time. */
final class QueueReader<T> implements SplitReader<T, Long> {
  private static final int CHUNK = 256;

  private final QueueSource<T> queue;
  private final Runnable wakeUp;
  private final T[] chunk;

  /** Elements in the chunk, and how many of them were given. */
  private int count;

  private int given;

  private T element;

  /** The number of the element after the one given last. */
  private long position;

  /** Whether it was told that there is nothing; under the queue's lock. */
  private boolean idle;

  @SuppressWarnings("unchecked")
  QueueReader(QueueSource<T> queue, Runnable wakeUp, long position) {
    this.queue = queue;
    this.wakeUp = wakeUp;
    this.position = position;
    this.chunk = (T[]) new Object[CHUNK];
  }

  /** Takes note, under the queue's lock, that the subtask is to be told of the next element. */
  void askedInVain() {
    idle = true;
  }

  /** What tells the subtask, if it is to be told; under the queue's lock, to be run outside it. */
  Runnable wakeUp() {
    boolean told = idle;
    idle = false;
    return told ? wakeUp : () -> {};
  }

  @Override
  public Poll poll() {
    if (given == count) {
      int copied = queue.copy(this, position, chunk);
      if (copied <= 0) {
        return copied < 0 ? Poll.END : Poll.IDLE;
      }
      count = copied;
      given = 0;
    }
    element = chunk[given];
    chunk[given++] = null;
    position++;
    return Poll.ELEMENT;
  }

  @Override
  public T element() {
    return element;
  }

  @Override
  public Long position() {
    return position;
  }

  @Override
  public void acknowledge(Long complete) {
    queue.acknowledge(complete);
  }

  @Override
  public void close() {
    queue.closed(this);
  }
}
