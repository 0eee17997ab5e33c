package io.streambed.job;

import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import java.util.List;
import java.util.stream.IntStream;

/** A source for tests, whose splits and positions are numbers. */
public interface NumberedSource<T> extends Source<T, Long> {
  /** Number of splits. */
  int count();

  /** Opens a split at an offset, 0 for its beginning. */
  NumberedReader<T> open(int split, long offset);

  @Override
  default List<String> splits() {
    return IntStream.range(0, count()).mapToObj(Integer::toString).toList();
  }

  @Override
  default Serializer<Long> positionSerializer() {
    return Serializers.longs();
  }

  @Override
  default SplitReader<T, Long> open(SplitContext<Long> context) {
    return open(Integer.parseInt(context.split()), context.position().orElse(0L));
  }
}
