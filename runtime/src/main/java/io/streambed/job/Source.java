package io.streambed.job;

import io.streambed.serial.Serializer;
import java.time.Duration;
import java.util.List;

/**
 * Where elements come from: splits, each an ordered sequence that can be read again from a position
 * on. A file, a partition of a topic and a queue are such splits. Splits are dealt out to the
 * subtasks; a checkpoint keeps for each split the position to go on from, which makes reading
 * exactly once of a source that can go back.
 *
 * <p>Threading: shared by all subtasks and used on many threads; what it opens belongs to one.
 *
 * @param <T> the type of the elements
 * @param <P> the type of the positions
 */
public interface Source<T, P> {
  /**
   * The splits that there are now. It is asked when the job begins, on a thread of its own, and
   * again at intervals if {@link #discoveryInterval()} says so. A split that is new is read from
   * its beginning; one that is no longer named is read to its end all the same.
   *
   * @return ids of 1 to 255 characters, all different; the same split has the same id always
   * @throws Exception if the source cannot tell; it fails the job, which then starts again
   */
  List<String> splits() throws Exception;

  /**
   * How often to look for new splits.
   *
   * @return zero if the splits at the beginning are all that there will ever be: only then does a
   *     source end, when all of its splits have, and only then is a split that has ended opened
   *     again when a checkpoint is restored
   */
  default Duration discoveryInterval() {
    return Duration.ZERO;
  }

  /**
   * How positions are stored in checkpoints.
   *
   * @return a serializer; the type of the positions may change over time as its {@link
   *     Serializer#resolve} allows
   */
  Serializer<P> positionSerializer();

  /**
   * Opens a split.
   *
   * @param context which split, and where to begin
   * @return a reader for one thread
   * @throws Exception if the source cannot be read
   */
  SplitReader<T, P> open(SplitContext<P> context) throws Exception;
}
