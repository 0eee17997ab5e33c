package io.streambed.runtime;

import io.streambed.job.Job;
import io.streambed.job.JobOperator;
import io.streambed.job.JobOperator.SourceOperator;
import io.streambed.meter.Meters;
import io.streambed.snapshot.SnapshotType;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a job's events: to what measures them and the probe at once, on the thread that does the
 * thing; to the listener on a thread of its own, so that whatever the listener does harms nobody.
 * Never waits for a listener.
 *
 * <p>Threading: any thread.
 */
final class JobEvents {
  /** Events that wait for a listener that is busy; those that come when so many wait are lost. */
  static final int QUEUED = 1_000;

  /** How long the listener may take for what waits for it when the job has ended. */
  static final long LAST_EVENTS_MILLIS = 1_000;

  /** How long a listener waits at most to hear of elements read. */
  static final long READ_MILLIS = 100;

  private static final Logger LOG = LoggerFactory.getLogger(JobEvents.class);
  private static final JobEvent END = new JobEvent.Finished();

  private final String job;
  private final JobProbe probe;
  private final JobListener listener;
  private final BlockingQueue<JobEvent> queue = new ArrayBlockingQueue<>(QUEUED);

  private final Map<String, AtomicLong> recordsBySource = new ConcurrentHashMap<>();
  private final AtomicLong recordsRead = new AtomicLong();
  private final Map<String, AtomicLong> failedElements = new ConcurrentHashMap<>();

  /** What the listener has heard of {@link #recordsBySource}; its thread's own. */
  private final Map<String, Long> recordsHeard = new HashMap<>();

  private final AtomicLong lost = new AtomicLong();
  private final AtomicBoolean toldOfFailure = new AtomicBoolean();
  private final Thread thread;
  private volatile JobMetrics metrics = new JobMetrics(Meters.NONE);

  JobEvents(String job, JobProbe probe, JobListener listener) {
    this.job = job;
    this.probe = probe;
    this.listener = listener;
    this.thread = Workers.daemon(job + "/listener", this::deliver);
    if (listener != JobListener.NONE) {
      thread.start();
    }
  }

  /** From now on what is told is measured, until {@link #endMetrics}. */
  void measureWith(Meters meters) {
    metrics = new JobMetrics(meters);
  }

  /** What was measured ends. */
  void endMetrics() {
    metrics.close();
  }

  void tell(JobEvent event) {
    log(event);
    metrics.measure(event);
    probe.at(event);
    if (listener != JobListener.NONE && !queue.offer(event) && lost.getAndIncrement() == 0) {
      LOG.warn(
          "The listener of job \"{}\" does not keep up: {} events wait for it, further ones are"
              + " dropped, this one first: {}; {}",
          job,
          QUEUED,
          event,
          StuckThreadException.placeOf(thread));
    }
  }

  /** Logs what an operator wants to know of a job that does well; who finds a failure logs that. */
  private void log(JobEvent event) {
    if (event instanceof JobEvent.Restoring restoring) {
      LOG.info(
          "Job \"{}\" restores {} {} from {}",
          job,
          restoring.type() == SnapshotType.SAVEPOINT ? "savepoint" : "checkpoint",
          restoring.checkpointId(),
          restoring.location());
    } else if (event instanceof JobEvent.LocalRestore local) {
      LOG.info(
          "Job \"{}\" has read the state that subtask {} of operator \"{}\" wrote: {} bytes from"
              + " local copies, {} bytes from the checkpoint storage{}",
          job,
          local.subtask(),
          local.operatorId(),
          local.localBytes(),
          local.storageBytes(),
          local.reason().isEmpty() ? "" : ", since " + local.reason());
    } else if (event instanceof JobEvent.Running) {
      LOG.info("Job \"{}\" runs: all of its subtasks have their state", job);
    } else if (event instanceof JobEvent.CheckpointCompleted completed) {
      LOG.debug(
          "Checkpoint {} of job \"{}\" is complete after {} ms: {} bytes, of which {} were written",
          completed.checkpointId(),
          job,
          completed.millis(),
          completed.bytes(),
          completed.writtenBytes());
    } else if (event instanceof JobEvent.Finished) {
      LOG.info("Job \"{}\" has ended, and its results are visible", job);
    } else if (event instanceof JobEvent.Cancelled) {
      LOG.info("Job \"{}\" was cancelled and has ended", job);
    }
  }

  /**
   * A source has read more elements. This wakes no listener, which a source that reads much would
   * do so often that it costs: the listener looks by itself.
   */
  void read(String operatorId, long more) {
    // The sum first: whoever sees the last number of a source then sees the last sum with it.
    recordsRead.addAndGet(more);
    long now =
        recordsBySource.computeIfAbsent(operatorId, source -> new AtomicLong()).addAndGet(more);
    if (probe != JobProbe.NONE) {
      probe.at(new JobEvent.RecordsRead(operatorId, now, recordsRead.get()));
    }
  }

  /** A function has failed for an element, and the job goes on. */
  void elementFailed(String id) {
    failedElements.computeIfAbsent(id, each -> new AtomicLong()).incrementAndGet();
  }

  /** Number of elements that functions have failed for, by operator or step. */
  Map<String, Long> failedElements() {
    Map<String, Long> failed = new TreeMap<>();
    failedElements.forEach((id, count) -> failed.put(id, count.get()));
    return failed;
  }

  /** Number of elements that all sources have read. */
  long recordsRead() {
    return recordsRead.get();
  }

  /** Number of elements that each source of a job has read, in the order of the job. */
  Map<String, Long> recordsRead(Job of) {
    Map<String, Long> records = new LinkedHashMap<>();
    for (JobOperator operator : of.operators()) {
      if (operator instanceof SourceOperator) {
        AtomicLong read = recordsBySource.get(operator.id());
        records.put(operator.id(), read == null ? 0 : read.get());
      }
    }
    return records;
  }

  private void deliver() {
    try {
      for (JobEvent event = null; event != END; event = poll()) {
        if (event != null) {
          deliver(event);
        }
      }
    } catch (InterruptedException e) {
      // The job has ended, and this was given up.
      Thread.currentThread().interrupt();
    }
  }

  /** The next event, or null after a while; elements read until then have been told. */
  private JobEvent poll() throws InterruptedException {
    JobEvent event = queue.poll(READ_MILLIS, TimeUnit.MILLISECONDS);
    recordsBySource.forEach(
        (source, records) -> {
          long now = records.get();
          Long heard = recordsHeard.put(source, now);
          if (now != (heard == null ? 0 : heard)) {
            deliver(new JobEvent.RecordsRead(source, now, recordsRead.get()));
          }
        });
    return event;
  }

  private void deliver(JobEvent event) {
    try {
      listener.on(event);
    } catch (Throwable e) {
      if (toldOfFailure.compareAndSet(false, true)) {
        LOG.warn(
            "The listener of job \"{}\" failed at {}. The job goes on; later failures of the"
                + " listener are not logged.",
            job,
            event,
            e);
      }
    }
  }

  /** Nothing more will happen: waits a while until the listener has heard what has. */
  void close() {
    if (listener == JobListener.NONE || Thread.currentThread() == thread) {
      return;
    }
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LAST_EVENTS_MILLIS);
    try {
      if (queue.offer(END, LAST_EVENTS_MILLIS, TimeUnit.MILLISECONDS)) {
        TimeUnit.NANOSECONDS.timedJoin(thread, Math.max(1, deadline - System.nanoTime()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (thread.isAlive()) {
      LOG.warn(
          "The listener of job \"{}\" has not heard of the last {} events and was left behind",
          job,
          queue.size(),
          StuckThreadException.of(thread, LAST_EVENTS_MILLIS));
      thread.interrupt();
    }
    if (lost.get() > 0) {
      LOG.warn("The listener of job \"{}\" did not hear of {} events", job, lost);
    }
  }
}
