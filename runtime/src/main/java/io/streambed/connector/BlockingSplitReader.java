package io.streambed.connector;

import io.streambed.error.StreambedException;
import io.streambed.job.Poll;
import io.streambed.job.SplitContext;
import io.streambed.job.SplitReader;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives what a thread of its own reads. That thread is the only one that calls the user's reader,
 * but for closing and acknowledging; the two threads share the hand-over, and nothing else changes.
 */
final class BlockingSplitReader<T, P> implements SplitReader<T, P> {
  private static final Logger LOG = LoggerFactory.getLogger(BlockingSplitReader.class);

  private final SplitContext<P> context;
  private final BlockingSource.Opener<T, P> opener;
  private final HandOver<Item<T, P>> handOver;
  private final Thread thread;

  /** What the user has opened; null before that, and once somebody has begun to close it. */
  private final AtomicReference<BlockingReader<T, P>> opened = new AtomicReference<>();

  private volatile boolean closed;

  /** The subtask's: what was polled last, and where to go on after the last element. */
  private Item<T, P> current;

  private P position;

  /** What was read together; the last one has no element, and the failure if there was one. */
  private record Item<T, P>(T element, long timestampMillis, P position, Throwable failure) {
    static <T, P> Item<T, P> last(Throwable failure) {
      return new Item<>(null, NO_TIMESTAMP, null, failure);
    }
  }

  BlockingSplitReader(SplitContext<P> context, BlockingSource.Opener<T, P> opener) {
    this.context = context;
    this.opener = opener;
    this.handOver = new HandOver<>(context.wakeUp());
    this.position = context.position().orElse(null);
    this.thread = new Thread(this::readAll, Thread.currentThread().getName() + "/" + split());
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  private String split() {
    return context.split();
  }

  // ---- the split's thread

  private void readAll() {
    Item<T, P> last;
    try {
      read();
      last = Item.last(null);
    } catch (Throwable e) {
      last = Item.last(e);
    }
    while (true) {
      try {
        handOver.put(last);
        return;
      } catch (InterruptedException e) {
        // Whoever closes this also closes the hand-over, which ends the wait. Interrupted by
        // anybody else, the thread must still tell how the split has ended.
      }
    }
  }

  private void read() throws Exception {
    BlockingReader<T, P> reader = opener.open(split(), context.position());
    if (reader == null) {
      throw new IllegalStateException("the opener gave no reader");
    }
    opened.set(reader);
    if (closed) {
      closeLate();
      return;
    }
    boolean taken = true;
    while (taken && reader.next()) {
      T element = reader.element();
      P after = reader.position();
      if (element == null || after == null) {
        throw new IllegalStateException(
            "its reader gave null as " + (element == null ? "an element" : "a position"));
      }
      taken = handOver.put(new Item<>(element, reader.timestampMillis(), after, null));
    }
  }

  /** Closes what was opened when the split was closed already. */
  private void closeLate() {
    try {
      closeOpened();
    } catch (IOException | RuntimeException e) {
      LOG.warn("Closing split \"{}\", which was closed while it was opened, failed", split(), e);
    }
  }

  private void closeOpened() throws IOException {
    BlockingReader<T, P> reader = opened.getAndSet(null);
    if (reader != null) {
      reader.close();
    }
  }

  // ---- the subtask's thread

  @Override
  public Poll poll() {
    if (current != null && current.element == null) {
      return end();
    }
    Item<T, P> next = handOver.take();
    if (next == null) {
      return Poll.IDLE;
    }
    current = next;
    if (next.element == null) {
      return end();
    }
    position = next.position;
    return Poll.ELEMENT;
  }

  private Poll end() {
    if (current.failure != null) {
      throw new StreambedException(
          "reading split \"" + split() + "\" failed: " + current.failure, current.failure);
    }
    return Poll.END;
  }

  @Override
  public T element() {
    return current.element;
  }

  @Override
  public long timestampMillis() {
    return current.timestampMillis;
  }

  @Override
  public P position() {
    return position;
  }

  @Override
  public void acknowledge(P complete) throws Exception {
    BlockingReader<T, P> reader = opened.get();
    if (reader != null) {
      reader.acknowledge(complete);
    }
  }

  @Override
  public void close() throws IOException {
    closed = true;
    handOver.close();
    try {
      closeOpened();
    } finally {
      thread.interrupt();
      awaitEnd();
    }
  }

  private void awaitEnd() {
    // A subtask that was interrupted closes its readers too, and waits for them all the same.
    boolean interrupted = Thread.interrupted();
    try {
      thread.join(BlockingSource.CLOSE_MILLIS);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (thread.isAlive()) {
      LOG.warn(
          "Thread \"{}\" has not ended {} ms after its reader was closed and it was interrupted. It"
              + " is left behind; what it reads is dropped.",
          thread.getName(),
          BlockingSource.CLOSE_MILLIS);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
