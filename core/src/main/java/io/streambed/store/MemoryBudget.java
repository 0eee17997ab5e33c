package io.streambed.store;

import io.streambed.error.MemoryBudgetException;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A number of bytes that the stores of one process, or of one slot of Flink, share. A store opens a
 * {@link Lease}, takes memory with it in chunks, such as pages, and gives the chunks back. The
 * budget only counts: the memory itself is allocated and freed by the store.
 *
 * <p>Threading: any thread, for the budget and its leases. Each call takes one lock of the budget
 * for a few instructions; a store takes chunks so large that this does not show.
 */
public final class MemoryBudget {
  private final long totalBytes;
  private final String remedy;
  private final Set<Lease> leases = new LinkedHashSet<>();
  private long leasedBytes;

  /**
   * A budget of which nothing is leased.
   *
   * @param totalBytes how many bytes may be leased at a time, from 0
   * @param remedy the sentence that tells a user how to make the budget larger, with the name of
   *     the option; it ends the message of the error when the budget is too small
   */
  public MemoryBudget(long totalBytes, String remedy) {
    if (totalBytes < 0) {
      throw new IllegalArgumentException("a budget of " + totalBytes + " bytes");
    }
    this.totalBytes = totalBytes;
    this.remedy = Objects.requireNonNull(remedy, "remedy");
  }

  /**
   * A budget of {@link Long#MAX_VALUE} bytes, which no store can use up.
   *
   * @return a new one
   */
  public static MemoryBudget unbounded() {
    return new MemoryBudget(Long.MAX_VALUE, "This budget has no bound that could be raised.");
  }

  /**
   * How many bytes may be leased at a time.
   *
   * @return in bytes, the same at each call
   */
  public long totalBytes() {
    return totalBytes;
  }

  /**
   * How many bytes can still be leased. Others may lease them at the same time; {@link
   * Lease#tryTake} tells whether there are enough and takes them in one step.
   *
   * @return in bytes, from 0
   */
  public synchronized long freeBytes() {
    return totalBytes - leasedBytes;
  }

  /**
   * How many bytes are leased.
   *
   * @return in bytes, from 0
   */
  public synchronized long leasedBytes() {
    return leasedBytes;
  }

  /**
   * Opens a lease that holds nothing yet.
   *
   * @param holder who holds it, for messages, such as {@code store "pages" of operator "count",
   *     subtask 3}
   * @return a lease that the caller closes
   */
  public Lease open(String holder) {
    return new Lease(Objects.requireNonNull(holder, "holder"));
  }

  private String state() {
    String holders =
        leases.stream()
            .map(lease -> lease.holder + " holds " + lease.bytes)
            .collect(Collectors.joining(", "));
    return (totalBytes - leasedBytes)
        + " of a budget of "
        + totalBytes
        + " are left, "
        + (holders.isEmpty() ? "nobody holds any" : holders);
  }

  /**
   * What one holder has of a budget. What is closed holds nothing, and takes nothing any more.
   *
   * <p>Threading: any thread.
   */
  public final class Lease implements AutoCloseable {
    private final String holder;
    private long bytes;
    private boolean closed;

    private Lease(String holder) {
      this.holder = holder;
    }

    /**
     * Takes bytes, all of them or none.
     *
     * @param more how many, from 0
     * @param what they are for, such as {@code a page}, for the message
     * @throws MemoryBudgetException if the budget has fewer left
     * @throws IllegalStateException if the lease is closed
     */
    public void take(long more, String what) {
      synchronized (MemoryBudget.this) {
        if (!tryTake(more)) {
          throw new MemoryBudgetException(what + " of " + holder, more, state(), remedy);
        }
      }
    }

    /**
     * Takes bytes if the budget has them, for holders that can do with less.
     *
     * @param more how many, from 0
     * @return whether they were taken
     * @throws IllegalStateException if the lease is closed
     */
    public boolean tryTake(long more) {
      requireNotNegative(more);
      synchronized (MemoryBudget.this) {
        if (closed) {
          throw new IllegalStateException("the lease of " + holder + " is closed");
        }
        if (more > totalBytes - leasedBytes) {
          return false;
        }
        add(more);
        return true;
      }
    }

    /**
     * Gives some of the bytes back. A closed lease has given back everything, and ignores this.
     *
     * @param fewer how many, from 0
     * @throws IllegalArgumentException if the lease is open and holds fewer
     */
    public void giveBack(long fewer) {
      requireNotNegative(fewer);
      synchronized (MemoryBudget.this) {
        if (closed) {
          return;
        }
        if (fewer > bytes) {
          throw new IllegalArgumentException(
              holder + " gives back " + fewer + " bytes and holds " + bytes);
        }
        add(-fewer);
      }
    }

    private void add(long more) {
      bytes += more;
      leasedBytes += more;
      if (bytes == 0) {
        leases.remove(this);
      } else {
        leases.add(this);
      }
    }

    private static void requireNotNegative(long bytes) {
      if (bytes < 0) {
        throw new IllegalArgumentException(bytes + " bytes");
      }
    }

    /**
     * How much the holder has.
     *
     * @return in bytes, 0 if the lease is closed
     */
    public long bytes() {
      synchronized (MemoryBudget.this) {
        return bytes;
      }
    }

    /** Gives everything back. Any number of times. */
    @Override
    public void close() {
      synchronized (MemoryBudget.this) {
        add(-bytes);
        closed = true;
      }
    }
  }
}
