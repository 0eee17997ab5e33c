package io.streambed.connector;

import io.streambed.job.Source;
import io.streambed.job.SplitContext;
import io.streambed.job.SplitReader;
import io.streambed.serial.Serializer;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A source over clients that can only wait for their next element: a socket, a message queue's
 * client, a result set. Each split has a thread of its own, which waits in the user's {@link
 * BlockingReader} and hands over what it gets, so that the subtask never waits and takes part in
 * checkpoints.
 *
 * <p>The thread reads ahead by at most {@value #READ_AHEAD} elements; then it waits until the job
 * has taken some. Elements that were read ahead and not taken are in no checkpoint: after a failure
 * the split is opened at the position of the last element that was.
 *
 * <p>The thread is a daemon, named after the subtask's thread and the split: {@code
 * job/operator/subtask/split}. When a split is closed, its reader is closed, the thread is
 * interrupted, and waited for for at most {@value #CLOSE_MILLIS} ms. One that still runs is left
 * behind, with a warning in the log; whatever it reads is dropped.
 *
 * <p>Threading: immutable; any thread. Cost: a thread for each split; for an element, an object,
 * and no lock unless one of the two threads waits for the other.
 *
 * @param <T> the type of the elements
 * @param <P> the type of the positions
 */
public final class BlockingSource<T, P> implements Source<T, P> {
  /** Elements that are read and not yet taken, of one split. */
  public static final int READ_AHEAD = HandOver.CAPACITY;

  /** How long the thread of a split that is closed is waited for, in milliseconds. */
  public static final long CLOSE_MILLIS = 1_000;

  private final List<String> splits;
  private final Serializer<P> positionSerializer;
  private final Opener<T, P> opener;

  /**
   * A source; nothing is opened yet.
   *
   * @param splits ids of 1 to 255 characters, all different; the same split has the same id always
   * @param positionSerializer how positions are stored in checkpoints
   * @param opener opens a split
   */
  public BlockingSource(
      List<String> splits, Serializer<P> positionSerializer, Opener<T, P> opener) {
    this.splits = List.copyOf(splits);
    this.positionSerializer = Objects.requireNonNull(positionSerializer, "positionSerializer");
    this.opener = Objects.requireNonNull(opener, "opener");
  }

  /**
   * Opens splits.
   *
   * @param <T> the type of the elements
   * @param <P> the type of the positions
   */
  @FunctionalInterface
  public interface Opener<T, P> {
    /**
     * Opens a split, on the split's own thread: it may wait, for a connection say. If the split is
     * closed meanwhile, the thread is interrupted; a reader that it gives all the same is closed.
     *
     * @param split its id; it may be one of an earlier list, which a checkpoint still knows
     * @param position where to begin: what {@link BlockingReader#position()} gave last; empty at
     *     the beginning of the split
     * @return a reader, not null
     * @throws Exception if the source cannot be read, which fails the job
     */
    BlockingReader<T, P> open(String split, Optional<P> position) throws Exception;
  }

  @Override
  public List<String> splits() {
    return splits;
  }

  @Override
  public Serializer<P> positionSerializer() {
    return positionSerializer;
  }

  /**
   * Begins to read a split, on a thread of its own.
   *
   * @param context which split, and where to begin
   * @return a reader that never waits; {@code poll} throws a {@link
   *     io.streambed.error.StreambedException} when opening or reading has failed, with the cause,
   *     after the elements that were read before
   */
  @Override
  public SplitReader<T, P> open(SplitContext<P> context) {
    BlockingSplitReader<T, P> reader = new BlockingSplitReader<>(context, opener);
    reader.start();
    return reader;
  }
}
