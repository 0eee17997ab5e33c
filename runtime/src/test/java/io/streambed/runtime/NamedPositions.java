package io.streambed.runtime;

import io.streambed.job.Source;
import io.streambed.job.SplitContext;
import io.streambed.job.SplitReader;
import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import java.util.List;

/** The splits of a source, with positions of another type. */
record NamedPositions(Source<Long, ?> given) implements Source<Long, String> {
  @Override
  public List<String> splits() throws Exception {
    return given.splits();
  }

  @Override
  public Serializer<String> positionSerializer() {
    return Serializers.strings();
  }

  @Override
  public SplitReader<Long, String> open(SplitContext<String> context) {
    throw new AssertionError("not reached");
  }
}
