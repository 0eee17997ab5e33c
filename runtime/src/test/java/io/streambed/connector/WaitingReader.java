package io.streambed.connector;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A client for tests that waits for whatever a test gives it, and cannot be interrupted, as reading
 * a socket cannot. Position and time of an element are its number; the position is text.
 */
final class WaitingReader implements BlockingReader<String, String> {
  /** Ends the input. */
  static final Optional<String> END = Optional.empty();

  final BlockingQueue<Optional<String>> input = new LinkedBlockingQueue<>();
  final AtomicInteger read = new AtomicInteger();
  final AtomicInteger closed = new AtomicInteger();
  final Semaphore waiting = new Semaphore(0);
  final List<String> acknowledged = Collections.synchronizedList(new ArrayList<>());
  volatile Thread thread;

  private Optional<String> current;
  private long number;

  WaitingReader(Optional<String> position) {
    number = position.map(Long::parseLong).orElse(0L);
  }

  WaitingReader give(String... elements) {
    for (String element : elements) {
      input.add(Optional.of(element));
    }
    return this;
  }

  WaitingReader end() {
    input.add(END);
    return this;
  }

  @Override
  public boolean next() {
    thread = Thread.currentThread();
    if (input.isEmpty()) {
      waiting.release();
    }
    boolean interrupted = false;
    current = null;
    while (current == null) {
      try {
        current = input.take();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      thread.interrupt();
    }
    number++;
    read.incrementAndGet();
    return current.isPresent();
  }

  @Override
  public String element() {
    return current.orElseThrow();
  }

  @Override
  public String position() {
    return Long.toString(number);
  }

  @Override
  public long timestampMillis() {
    return number;
  }

  @Override
  public void acknowledge(String position) {
    acknowledged.add(position);
  }

  @Override
  public void close() {
    closed.incrementAndGet();
    end();
  }
}
