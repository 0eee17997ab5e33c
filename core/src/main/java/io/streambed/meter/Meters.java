package io.streambed.meter;

import java.util.function.LongSupplier;

/**
 * Where whoever is measured tells what it measures. A user binds it to a library of metrics; {@link
 * #NONE} costs next to nothing.
 *
 * <p>Names are words in lower case with dots between them, from the general to the special, and end
 * with the unit where there is one: {@code snapshot.write.nanos}. What is measured of single
 * accesses to state has the names that Flink gives it, see {@link StateTracking}. The same name
 * always comes with the same keys of tags.
 *
 * <p>Threading: any thread, for this and for all that it gives.
 */
public interface Meters {
  /** Measures nothing. */
  Meters NONE =
      new Meters() {
        @Override
        public Counter counter(String name) {
          return more -> {};
        }

        @Override
        public Histogram histogram(String name) {
          return value -> {};
        }

        @Override
        public Gauge gauge(String name, LongSupplier value) {
          return () -> {};
        }

        @Override
        public Meters tagged(String key, String value) {
          return this;
        }

        @Override
        public long nanos() {
          return 0;
        }
      };

  /** Counts what happens. */
  @FunctionalInterface
  interface Counter {
    /**
     * Adds to it.
     *
     * @param more from 0
     */
    void add(long more);
  }

  /** A value that can be asked for until this is closed. */
  @FunctionalInterface
  interface Gauge extends AutoCloseable {
    /** The value is not asked for any more. Idempotent. */
    @Override
    void close();
  }

  /** Keeps how values are distributed. */
  @FunctionalInterface
  interface Histogram {
    /**
     * Takes a value.
     *
     * @param value from 0
     */
    void record(long value);
  }

  /**
   * A counter.
   *
   * @param name the same name gives the same counter
   * @return from 0 when it is first asked for
   */
  Counter counter(String name);

  /**
   * A histogram.
   *
   * @param name the same name gives the same histogram
   * @return empty when it is first asked for
   */
  Histogram histogram(String name);

  /**
   * A value that is asked for, until the gauge is closed. A second one of a name takes the place of
   * the first.
   *
   * @param name its name
   * @param value gives it; called on any thread, and quick
   * @return to be closed by whoever gives the value, before the value is gone
   */
  Gauge gauge(String name, LongSupplier value);

  /**
   * The same meters for a part of what is measured.
   *
   * @param key says what kind of part: {@code operator}, {@code subtask}
   * @param value says which one
   * @return meters that carry this beside what these carry
   */
  Meters tagged(String key, String value);

  /**
   * What these meters measure has ended, and what all do that were made of them by {@link #tagged}:
   * a job ends the meters that bear its name. They may forget what they have measured, and are not
   * used any more; whoever asks for new ones by the same tags begins anew.
   */
  default void end() {}

  /**
   * The clock of durations. It never jumps, and only differences mean something.
   *
   * @return nanoseconds
   */
  long nanos();
}
