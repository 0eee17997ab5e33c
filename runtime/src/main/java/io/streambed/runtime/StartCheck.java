package io.streambed.runtime;

import io.streambed.checkpoint.OpenedCheckpoint;
import io.streambed.job.Job;
import io.streambed.snapshot.IncrementSchemas;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.store.StoreDescription.Trait;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refuses a job that does not fit the checkpoint it is to start from, before any task starts: so
 * all that does not fit is told at once, and not only what a task meets first.
 *
 * <p>Threading: the thread that calls the storage.
 */
final class StartCheck {
  private static final Logger LOG = LoggerFactory.getLogger(StartCheck.class);

  private final Job job;
  private final KeyedStoreFactory stores;
  private final RunOptions options;

  StartCheck(Job job, KeyedStoreFactory stores, RunOptions options) {
    this.job = job;
    this.stores = stores;
    this.options = options;
  }

  /**
   * Compares all declarations.
   *
   * @throws io.streambed.error.IncompatibleStateException if anything does not fit
   */
  void check(OpenedCheckpoint from) {
    IncrementSchemas increments = null;
    if (stores.description().is(Trait.INCREMENTAL)) {
      if (!(stores instanceof IncrementSchemas schemas)) {
        LOG.debug("Store {} tells declarations to its tasks only", stores.description().name());
        return;
      }
      increments = schemas;
    }
    try {
      JobCompatibility.of(job, from, stores.description().name(), increments, options)
          .check("restoring " + from.location() + " into job \"" + job.name() + "\"");
    } catch (IOException e) {
      // The tasks will read the same: they may find the storage well, and start again if not.
      LOG.warn(
          "What {} holds could not be compared with what job \"{}\" declares before its start: {}",
          from.location(),
          job.name(),
          e.toString());
    }
  }
}
