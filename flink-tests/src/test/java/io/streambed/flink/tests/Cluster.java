package io.streambed.flink.tests;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.client.JobStatusMessage;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store.CloseableResource;

/** Two TaskManagers of four slots in this JVM: one cluster for all test classes. */
final class Cluster implements BeforeAllCallback, AfterEachCallback {
  private static final int TASK_MANAGERS = 2;
  private static final int SLOTS_EACH = 4;
  private static final long PATIENCE_SECONDS = 60;
  private static final long POLL_NANOS = 5_000_000;

  private Running running;

  /** A cluster that runs, until JUnit has run everything. */
  private record Running(MiniCluster cluster) implements CloseableResource {
    @Override
    public void close() throws Exception {
      cluster.close();
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    running =
        context
            .getRoot()
            .getStore(Namespace.create(Cluster.class))
            .getOrComputeIfAbsent(Running.class, type -> new Running(start()), Running.class);
  }

  /** Ends what a failed test left running. */
  @Override
  public void afterEach(ExtensionContext context) {
    for (JobStatusMessage job : await(get().listJobs())) {
      if (!job.getJobState().isGloballyTerminalState()) {
        await(get().cancelJob(job.getJobId()));
        await(get().requestJobResult(job.getJobId()));
      }
    }
  }

  private static MiniCluster start() {
    Configuration configuration = new Configuration();
    RecordedMetrics.addTo(configuration);
    return start(configuration, TASK_MANAGERS);
  }

  /** Starts a cluster of its own for a test; the caller closes it. */
  static MiniCluster start(Configuration configuration, int taskManagers) {
    MiniCluster cluster =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration)
                .setNumTaskManagers(taskManagers)
                .setNumSlotsPerTaskManager(SLOTS_EACH)
                .withRandomPorts()
                .build());
    try {
      cluster.start();
    } catch (Exception e) {
      throw new IllegalStateException("the cluster does not start", e);
    }
    return cluster;
  }

  MiniCluster get() {
    return running.cluster;
  }

  /** Waits for what the cluster promised. */
  static <T> T await(CompletableFuture<T> promise) {
    try {
      return promise.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (TimeoutException e) {
      throw new IllegalStateException("not done within " + PATIENCE_SECONDS + " seconds", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Waits until something holds. */
  static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(what + ": not within " + PATIENCE_SECONDS + " seconds");
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }
}
