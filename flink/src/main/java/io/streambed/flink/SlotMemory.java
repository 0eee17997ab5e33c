package io.streambed.flink;

import io.streambed.error.MemoryBudgetException;
import io.streambed.store.MemoryBudget;
import org.apache.flink.runtime.memory.MemoryAllocationException;
import org.apache.flink.runtime.memory.MemoryManager;
import org.apache.flink.runtime.memory.OpaqueMemoryResource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one keyed backend uses of its slot's managed memory. All backends of a slot share one
 * budget: the first acquires the memory from Flink, and the last that is closed gives it back.
 *
 * <p>Threading: any thread.
 */
final class SlotMemory implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SlotMemory.class);

  /** Flink knows by this name which backends of a slot share the memory. */
  private static final String RESOURCE = "state-streambed-managed-memory";

  private static final String REMEDY =
      "Raise taskmanager.memory.managed.size or taskmanager.memory.managed.fraction, give the"
          + " TaskManager fewer slots, or raise the weight of STATE_BACKEND in"
          + " taskmanager.memory.managed.consumer-weights.";

  private final OpaqueMemoryResource<Shared> shared;

  private SlotMemory(OpaqueMemoryResource<Shared> shared) {
    this.shared = shared;
  }

  /** The budget, as Flink keeps it for a slot. */
  private record Shared(MemoryBudget budget) implements AutoCloseable {
    /** Logs a leak: Flink ends the TaskManager if this throws while it cleans up after a task. */
    @Override
    public void close() {
      if (budget.leasedBytes() != 0) {
        LOG.error(
            "{} bytes of managed memory are given back to Flink, but nobody has freed them. This is"
                + " a bug in Streambed; please report it with this message.",
            budget.leasedBytes());
      }
    }
  }

  /** No managed memory: for stores that do not want any. */
  static SlotMemory none() {
    MemoryBudget unbounded = MemoryBudget.unbounded();
    return new SlotMemory(new OpaqueMemoryResource<>(new Shared(unbounded), 0, () -> {}));
  }

  /**
   * Acquires managed memory, or shares what another backend of the slot has acquired.
   *
   * @param memory of the slot
   * @param fraction the part of it that is for keyed state, above 0 and at most 1
   * @throws MemoryBudgetException if others have reserved the slot's managed memory
   * @throws IllegalStateException if the thread is interrupted, as by a cancellation of the task
   * @throws IllegalArgumentException if the fraction is 0, because the cluster's configuration
   *     gives state no weight
   */
  static SlotMemory acquire(MemoryManager memory, double fraction) {
    try {
      return new SlotMemory(
          memory.getSharedMemoryResourceForManagedMemory(
              RESOURCE, bytes -> new Shared(new MemoryBudget(bytes, REMEDY)), fraction));
    } catch (MemoryAllocationException e) {
      throw failure(memory.computeMemorySize(fraction), e);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("acquiring managed memory throws " + e, e);
    }
  }

  /** Flink reports by the same exception that there is too little, and that it was interrupted. */
  private static RuntimeException failure(long bytes, MemoryAllocationException e) {
    if (Thread.currentThread().isInterrupted()) {
      return new IllegalStateException(
          "The task was interrupted as it acquired managed memory.", e);
    }
    String reason =
        e.getCause() == null ? e.getMessage() : e.getMessage() + " " + e.getCause().getMessage();
    MemoryBudgetException tooSmall =
        new MemoryBudgetException("Keyed state", bytes, reason.replaceFirst("\\.$", ""), REMEDY);
    tooSmall.initCause(e);
    return tooSmall;
  }

  /** What the stores of the slot share. */
  MemoryBudget budget() {
    return shared.getResourceHandle().budget();
  }

  /** Ends the use of the memory. The backend's store and its views are closed. Idempotent. */
  @Override
  public void close() {
    try {
      shared.close();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("giving managed memory back throws " + e, e);
    }
  }
}
