package io.streambed.runtime;

import io.streambed.checkpoint.OpenedCheckpoint;
import io.streambed.error.StorageException;
import io.streambed.job.Job;
import io.streambed.snapshot.IncrementSchemas;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.store.StoreDescription;
import io.streambed.store.StoreDescription.Trait;
import java.io.IOException;
import java.util.List;
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
   * @throws StorageException if the storage fails: state that was not compared could begin empty
   */
  void check(OpenedCheckpoint from) {
    StoreDescription store = stores.description();
    IncrementSchemas increments =
        store.is(Trait.INCREMENTAL) && stores instanceof IncrementSchemas schemas ? schemas : null;
    JobCompatibility found;
    try {
      found = JobCompatibility.of(job, from, store.name(), increments, options);
    } catch (IOException e) {
      throw new StorageException(
          "Comparing what "
              + from.location()
              + " holds with what job \""
              + job.name()
              + "\" declares",
          e);
    }
    found.check("restoring " + from.location() + " into job \"" + job.name() + "\"");
    if (!found.unjudged().isEmpty()) {
      LOG.warn(
          "Keyed state of operators {} could not be compared with what job \"{}\" declares: the"
              + " factory of store \"{}\" does not implement IncrementSchemas. A state that was"
              + " renamed without its former name begins empty.",
          found.unjudged(),
          job.name(),
          store.name());
    }
    List<String> old = found.report().present(options.newStates());
    if (!old.isEmpty()) {
      LOG.warn(
          "States {} are said to be new, and {} holds them. Take them out of"
              + " RunOptions.withNewStates: they would begin empty without a warning if an older"
              + " checkpoint was restored that holds them under other names.",
          old,
          from.location());
    }
  }
}
