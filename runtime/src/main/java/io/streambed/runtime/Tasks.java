package io.streambed.runtime;

import io.streambed.backend.StateBackend;
import io.streambed.checkpoint.ClaimedCheckpoints;
import io.streambed.checkpoint.OpenedCheckpoint;
import io.streambed.job.Job;
import io.streambed.meter.Meters;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;

/**
 * The tasks of a job through its restarts: one deployment at a time, and the one before it until
 * its threads have ended. The master's thread.
 */
final class Tasks {
  private static final int SNAPSHOT_THREADS = 2;
  private static final int BACKGROUND_THREADS = 2;

  private final Job job;
  private final StateBackend backend;
  private final RunOptions options;
  private final Surroundings surroundings;

  /** Those that write snapshots, and those that work beside the tasks, of all deployments. */
  private final List<Workers> workers = new ArrayList<>();

  private Meters meters;
  private String jobId;
  private long attempt;
  private Deployment deployment;
  private Stopping stopping;
  private boolean going;

  /** Whether the tasks read of a checkpoint, or may. */
  private boolean recovering;

  private int generation;
  private int sourcesLeft;

  /**
   * What all deployments have in common.
   *
   * @param events tells what happens
   * @param clock the time of state and timers
   * @param nanos a clock that never jumps
   * @param cleanup closes streams of cancelled snapshots
   * @param reports gives the master as a deployment sees it, by the deployment's generation
   * @param queries what others ask of keyed state
   */
  record Surroundings(
      JobEvents events,
      LongSupplier clock,
      LongSupplier nanos,
      Workers cleanup,
      IntFunction<TaskServices.Master> reports,
      StateQueries queries) {}

  Tasks(Job job, StateBackend backend, RunOptions options, Surroundings surroundings) {
    this.job = job;
    this.backend = backend;
    this.options = options;
    this.surroundings = surroundings;
  }

  /** Whose checkpoints the tasks write, and who measures them: before the first deployment. */
  void of(ClaimedCheckpoints claim, Meters jobMeters) {
    meters = jobMeters;
    // Kept: later, a commit that hangs may hold the claim.
    jobId = claim.job().id().toString().substring(0, 8);
    attempt = claim.attempt();
  }

  /** Starts tasks that restore a checkpoint, or nothing if it is null; the old ones have ended. */
  void deploy(OpenedCheckpoint from) {
    generation++;
    if (from != null) {
      surroundings.events.tell(
          new JobEvent.Restoring(
              from.metadata().checkpointId(), from.location(), from.metadata().type()));
    }
    // New threads each time: a disk may hold the old ones for ever.
    workers.forEach(Workers::stop);
    workers.removeIf(old -> old.alive().isEmpty());
    Workers snapshots = new Workers(job.name() + "/snapshot", SNAPSHOT_THREADS);
    workers.add(snapshots);
    Workers background = new Workers(job.name() + "/background", BACKGROUND_THREADS);
    workers.add(background);
    TaskServices services =
        new TaskServices(
            surroundings.reports.apply(generation),
            surroundings.events,
            snapshots,
            background,
            surroundings.cleanup,
            surroundings.clock,
            surroundings.nanos,
            meters,
            options.stateTracking(),
            surroundings.queries);
    // The job's id as well: attempts begin anew in another checkpoint directory.
    var run = new Deployment.RunIdentity(jobId, jobId + "-" + attempt + "-" + generation);
    deployment = new Deployment(job, backend, from, options.allowDropped(), services, run);
    sourcesLeft = deployment.sourceSubtasks();
    recovering = from != null;
    deployment.start();
  }

  /** The deployment that runs or is about to; null if there is none. */
  Deployment running() {
    return deployment;
  }

  int generation() {
    return generation;
  }

  /** Whether the deployment of a generation runs or is about to. */
  boolean isRunning(int ofGeneration) {
    return deployment != null && ofGeneration == generation;
  }

  /** Whether the tasks have restored their state and work. */
  boolean going() {
    return going;
  }

  /** Lets the tasks work once all have restored their state. */
  void goIfReady() {
    if (!going && deployment != null && deployment.ready()) {
      going = true;
      surroundings.events.tell(new JobEvent.Running());
      deployment.go();
    }
  }

  /** Whether the tasks have read all that they restore; says so once. */
  boolean haveRecovered() {
    if (!recovering || !going || !deployment.recovered()) {
      return false;
    }
    recovering = false;
    return true;
  }

  /** A source subtask is at its end; returns whether it was the last one. */
  boolean sourceFinished(int ofGeneration) {
    return ofGeneration == generation && --sourcesLeft == 0;
  }

  /** Tells the tasks to stop; {@link #stopped()} says when they have. */
  void stop() {
    if (deployment != null) {
      stopping =
          new Stopping(deployment, options.stopTimeoutMillis(), surroundings.nanos.getAsLong());
      deployment = null;
      going = false;
    }
  }

  /** Whether all threads that were told to stop have ended; to be asked again and again. */
  boolean stopped() {
    if (stopping != null && stopping.ended(surroundings.nanos.getAsLong())) {
      stopping = null;
    }
    return stopping == null;
  }

  /** Whether threads that were told to stop have had their time, and have not ended. */
  boolean late() {
    return !stopped() && surroundings.nanos.getAsLong() - stopping.deadlineNanos() >= 0;
  }

  /** Stops what runs, waits in bounded time, and leaves behind what does not end. */
  void end(Shutdown shutdown) {
    // A count may take long, and nobody waits for it.
    surroundings.queries.stopCounting();
    stop();
    shutdown.await(() -> stopped() ? List.of() : stopping.alive());
    workers.forEach(Workers::stop);
    workers.forEach(threads -> shutdown.await(threads::alive));
  }

  /** Until when the threads that were told to stop are waited for; otherwise what is given. */
  long deadlineNanos(long otherwise) {
    return stopping == null ? otherwise : stopping.deadlineNanos();
  }
}
