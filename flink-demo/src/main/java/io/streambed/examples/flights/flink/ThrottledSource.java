package io.streambed.examples.flights.flink;

import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimitedSourceReader;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * A source that gives no more than some number of records in a second, all its readers together;
 * its state is that of the source within, so that a savepoint may be resumed at another rate.
 *
 * @param source the source within
 * @param recordsPerSecond the rate, above 0
 * @param <T> the type of the records
 * @param <S> the type of the splits
 * @param <C> the type of the enumerator's checkpoints
 */
record ThrottledSource<T, S extends SourceSplit, C>(Source<T, S, C> source, double recordsPerSecond)
    implements Source<T, S, C> {
  private static final long serialVersionUID = 1L;

  @Override
  public SourceReader<T, S> createReader(SourceReaderContext context) throws Exception {
    // Flink's factory method is of a raw type.
    @SuppressWarnings("unchecked")
    RateLimiterStrategy<S> rate = RateLimiterStrategy.perSecond(recordsPerSecond);
    return new RateLimitedSourceReader<>(
        source.createReader(context), rate.createRateLimiter(context.currentParallelism()));
  }

  @Override
  public Boundedness getBoundedness() {
    return source.getBoundedness();
  }

  @Override
  public SplitEnumerator<S, C> createEnumerator(SplitEnumeratorContext<S> context)
      throws Exception {
    return source.createEnumerator(context);
  }

  @Override
  public SplitEnumerator<S, C> restoreEnumerator(SplitEnumeratorContext<S> context, C checkpoint)
      throws Exception {
    return source.restoreEnumerator(context, checkpoint);
  }

  @Override
  public SimpleVersionedSerializer<S> getSplitSerializer() {
    return source.getSplitSerializer();
  }

  @Override
  public SimpleVersionedSerializer<C> getEnumeratorCheckpointSerializer() {
    return source.getEnumeratorCheckpointSerializer();
  }
}
