package io.streambed.flink.state;

import java.util.function.LongSupplier;
import org.apache.flink.runtime.state.ttl.TtlTimeProvider;

/**
 * Flink's rule of expiry for timestamps: one has expired once as much time as the duration has
 * passed since.
 *
 * @param time Flink's clock for TTL
 * @param millis the duration, at least 1
 */
public record ExpiryRule(TtlTimeProvider time, long millis) implements LongSupplier {
  /** The least timestamp that has not expired now. */
  @Override
  public long getAsLong() {
    long now = time.currentTimestamp();
    long expired = now - millis;
    // Before there was time enough for anything to expire, the difference is below all numbers.
    return expired > now ? Long.MIN_VALUE : expired + 1;
  }
}
