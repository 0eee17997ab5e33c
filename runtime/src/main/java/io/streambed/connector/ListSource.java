package io.streambed.connector;

import io.streambed.error.IncompatibleStateException;
import io.streambed.job.Poll;
import io.streambed.job.Source;
import io.streambed.job.SplitContext;
import io.streambed.job.SplitReader;
import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Elements that are there from the start, for tests and small programs: one list, or several that
 * are read side by side. The source ends when all of them have been read.
 *
 * <p>The elements have no event time of their own; a {@link io.streambed.job.WatermarkStrategy} of
 * the job gives them one. A position is the index of the element to go on with, from 0. A job that
 * is restored needs the same lists; there may be more lists behind the last one.
 *
 * <p>Threading: immutable, and so are the elements to be.
 *
 * @param <T> the type of the elements
 */
public final class ListSource<T> implements Source<T, Long> {
  private final List<List<T>> splits;

  private ListSource(List<? extends List<? extends T>> splits) {
    for (List<? extends T> split : splits) {
      if (split.stream().anyMatch(Objects::isNull)) {
        throw new NullPointerException("an element of the list is null: leave it out");
      }
    }
    this.splits = splits.stream().map(List::<T>copyOf).toList();
  }

  /**
   * A source of one split.
   *
   * @param elements what is read, in this order; none of them null
   * @param <T> the type of the elements
   * @return the source; it keeps a copy of the array
   */
  @SafeVarargs
  @SuppressWarnings("varargs")
  public static <T> ListSource<T> of(T... elements) {
    return of(Arrays.asList(elements));
  }

  /**
   * A source of one split.
   *
   * @param elements what is read, in this order; none of them null
   * @param <T> the type of the elements
   * @return the source; it keeps a copy of the list
   */
  public static <T> ListSource<T> of(List<? extends T> elements) {
    return ofSplits(List.of(elements));
  }

  /**
   * A source of several splits, named {@code "0"}, {@code "1"} and so on.
   *
   * @param splits the elements of each split, in order; none of them null
   * @param <T> the type of the elements
   * @return the source; it keeps copies of the lists
   */
  public static <T> ListSource<T> ofSplits(List<? extends List<? extends T>> splits) {
    return new ListSource<>(splits);
  }

  @Override
  public List<String> splits() {
    return IntStream.range(0, splits.size()).mapToObj(Integer::toString).toList();
  }

  /** Indexes. */
  @Override
  public Serializer<Long> positionSerializer() {
    return Serializers.longs();
  }

  /**
   * Opens a split.
   *
   * @param context which split, and the index to go on with
   * @return a reader for one thread, which never waits
   * @throws IncompatibleStateException if there is no such split, or its list ends before that
   *     index
   */
  @Override
  public SplitReader<T, Long> open(SplitContext<Long> context) {
    int split = splits().indexOf(context.split());
    if (split < 0) {
      throw new IncompatibleStateException(
          "a source of lists",
          "split \"" + context.split() + "\"",
          splits.size() + " splits, numbered from 0",
          "Restore with at least as many lists as the checkpoint was taken over.");
    }
    List<T> elements = splits.get(split);
    long position = context.position().orElse(0L);
    if (position < 0 || position > elements.size()) {
      throw new IncompatibleStateException(
          "split \"" + context.split() + "\" of a source of lists",
          "index " + position + " as the next one to read",
          "a list of " + elements.size() + " elements",
          "Restore with the lists that the checkpoint was taken over.");
    }
    return new Reader<>(elements, (int) position);
  }

  private static final class Reader<T> implements SplitReader<T, Long> {
    private final List<T> elements;
    private int next;

    Reader(List<T> elements, int next) {
      this.elements = elements;
      this.next = next;
    }

    @Override
    public Poll poll() {
      if (next == elements.size()) {
        return Poll.END;
      }
      next++;
      return Poll.ELEMENT;
    }

    @Override
    public T element() {
      return elements.get(next - 1);
    }

    @Override
    public Long position() {
      return (long) next;
    }

    @Override
    public void close() {
      // Nothing is open.
    }
  }
}
