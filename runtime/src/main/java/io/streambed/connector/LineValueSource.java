package io.streambed.connector;

import io.streambed.job.Poll;
import io.streambed.job.Source;
import io.streambed.job.SplitContext;
import io.streambed.job.SplitReader;
import io.streambed.serial.Serializer;
import java.io.IOException;
import java.util.List;

/** The values of a {@link LineFileSource} that fails on rejected lines, without their lines. */
final class LineValueSource<T> implements Source<T, Long> {
  private final LineFileSource<T> lines;

  LineValueSource(LineFileSource<T> lines) {
    this.lines = lines;
  }

  @Override
  public List<String> splits() {
    return lines.splits();
  }

  @Override
  public Serializer<Long> positionSerializer() {
    return lines.positionSerializer();
  }

  @Override
  public SplitReader<T, Long> open(SplitContext<Long> context) {
    SplitReader<Line<T>, Long> reader = lines.open(context);
    return new SplitReader<>() {
      @Override
      public Poll poll() throws Exception {
        return reader.poll();
      }

      @Override
      public T element() {
        return ((Line.Accepted<T>) reader.element()).value();
      }

      @Override
      public Long position() {
        return reader.position();
      }

      @Override
      public void close() throws IOException {
        reader.close();
      }
    };
  }
}
