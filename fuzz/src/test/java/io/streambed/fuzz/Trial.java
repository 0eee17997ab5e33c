package io.streambed.fuzz;

import com.sun.management.ThreadMXBean;
import io.streambed.error.InvariantViolationException;
import io.streambed.error.StreambedException;
import java.io.IOException;
import java.lang.management.ManagementFactory;

/** What is asked of a decoder, whatever its input is. */
public final class Trial {
  /** The most bytes that decoding one input may allocate, garbage included. */
  static final long MAX_ALLOCATED_BYTES = 64L << 20;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Trial() {}

  /** What a target does with a file. */
  @FunctionalInterface
  public interface Action {
    /**
     * Does it.
     *
     * @throws IOException if the storage fails
     */
    void run() throws IOException;
  }

  /**
   * Decodes an input. Any outcome is right but an error that has no type of Streambed's own, a bug
   * of Streambed's own that a check has met, and much memory.
   *
   * @param target the decoder
   * @param input its input
   * @throws AssertionError if the outcome is wrong; errors without a type pass through as they are
   */
  public static void run(FuzzTarget target, byte[] input) {
    // Classes that are loaded, and made ready for the fuzzer, take memory as well, but only once.
    if (allocated(target, input) > MAX_ALLOCATED_BYTES) {
      long allocated = allocated(target, input);
      if (allocated > MAX_ALLOCATED_BYTES) {
        throw new AssertionError(
            (allocated >> 20) + " MiB were allocated for an input of " + input.length + " bytes");
      }
    }
  }

  private static long allocated(FuzzTarget target, byte[] input) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    try {
      target.run(input);
    } catch (InvariantViolationException e) {
      throw new AssertionError("a check of Streambed's own state failed", e);
    } catch (StreambedException | IOException refused) {
      // As it should.
    }
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }

  /**
   * Does something with a file, whose errors must name it.
   *
   * @param file the file's name
   * @param action what to do
   * @throws IOException if the action does
   * @throws AssertionError if an error does not name the file
   */
  public static void naming(String file, Action action) throws IOException {
    try {
      action.run();
    } catch (StreambedException e) {
      if (e.getMessage() == null || !e.getMessage().contains(file)) {
        throw new AssertionError("an error that does not name " + file, e);
      }
      throw e;
    }
  }
}
