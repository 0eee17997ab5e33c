package io.streambed.rocksdb;

import io.streambed.entry.StateSchema;
import io.streambed.key.KeyContext;
import io.streambed.migration.Conversion;
import io.streambed.migration.Takeover;
import io.streambed.store.QueueSpec;
import io.streambed.store.TableSpec;
import java.util.function.Supplier;

/** Converts entries that older declarations of one state wrote into those of its present one. */
interface Conversions {
  /**
   * Converts whole entries; every part of them is read.
   *
   * @throws io.streambed.error.IncompatibleStateException if the state cannot be taken over
   */
  Conversion entries(StateSchema written);

  /** Whether the present declaration reads the bytes that an older one wrote, as they are. */
  boolean keepsBytes(StateSchema written);

  /** Whether an entry has the same key in RocksDB before and after it is converted. */
  boolean keepPlaces();

  /**
   * Converts what entries hold that keep their place and their timestamps.
   *
   * @return gives conversions that all do the same, each for one thread
   * @throws UnsupportedOperationException unless entries {@link #keepPlaces}
   */
  Supplier<Conversion> contents(StateSchema written);

  /** Those of a table. */
  static Conversions of(KeyContext<?> context, TableSpec<?, ?, ?> spec) {
    return new Conversions() {
      @Override
      public Conversion entries(StateSchema written) {
        return Conversion.of(context, spec, written);
      }

      @Override
      public boolean keepsBytes(StateSchema written) {
        return Takeover.keepsBytes(spec, written);
      }

      @Override
      public boolean keepPlaces() {
        return true;
      }

      @Override
      public Supplier<Conversion> contents(StateSchema written) {
        return () -> Conversion.ofContents(spec, written);
      }
    };
  }

  /** Those of a queue, whose elements are their own keys. */
  static Conversions of(QueueSpec<?> spec) {
    return new Conversions() {
      @Override
      public Conversion entries(StateSchema written) {
        return Conversion.of(spec, written);
      }

      @Override
      public boolean keepsBytes(StateSchema written) {
        return spec.schema().equals(written);
      }

      @Override
      public boolean keepPlaces() {
        return false;
      }

      @Override
      public Supplier<Conversion> contents(StateSchema written) {
        throw new UnsupportedOperationException("elements of a queue are their own keys");
      }
    };
  }
}
