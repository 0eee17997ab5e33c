package io.streambed.job;

import java.io.IOException;

/** A reader for tests that gives one element after the other, and null at the end. */
public abstract class NumberedReader<T> implements SplitReader<T, Long> {
  private T element;

  /** The next element, or null at the end. */
  public abstract T next() throws IOException;

  /** The number of the element after the one given last. */
  public abstract long offset();

  @Override
  public Poll poll() throws IOException {
    element = next();
    return element == null ? Poll.END : Poll.ELEMENT;
  }

  @Override
  public T element() {
    return element;
  }

  @Override
  public Long position() {
    return offset();
  }

  @Override
  public void close() throws IOException {}
}
