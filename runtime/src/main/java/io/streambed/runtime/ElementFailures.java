package io.streambed.runtime;

import io.streambed.error.OversizedEntryException;
import io.streambed.error.SerializationException;
import io.streambed.error.StreambedException;
import io.streambed.job.FailedElement;
import io.streambed.job.FailurePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does what a job wants done about elements that one of its functions fails for. One subtask's. */
final class ElementFailures {
  private static final Logger LOG = LoggerFactory.getLogger(ElementFailures.class);

  /** So many are logged one by one, then each tenth power. */
  private static final long ALL_WARNINGS = 10;

  private final String id;
  private final FailurePolicy policy;
  private final JobEvents events;
  private long failed;
  private long nextWarning = 1;

  ElementFailures(String id, FailurePolicy policy, JobEvents events) {
    this.id = id;
    this.policy = policy;
    this.events = events;
  }

  /**
   * Whether another element may fare better. A store or disk that fails is no fault of the element,
   * nor is what takes the function's results, whatever the function wraps it in.
   */
  private static boolean isOfElement(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      boolean typed = cause instanceof StreambedException;
      boolean ofValue =
          cause instanceof SerializationException || cause instanceof OversizedEntryException;
      if (typed && !ofValue
          || cause instanceof CancelledException
          || cause instanceof InterruptedException) {
        return false;
      }
    }
    return true;
  }

  /**
   * A function has failed for an element.
   *
   * @param output of the function
   * @throws Exception the failure, if it is to fail the subtask
   */
  void failed(Output output, Object element, long timestampMillis, Exception cause)
      throws Exception {
    if (policy instanceof FailurePolicy.Fail || !isOfElement(cause)) {
      throw cause;
    }
    failed++;
    events.elementFailed(id);
    if (policy instanceof FailurePolicy.ToSideOutput side) {
      FailedElement told = new FailedElement(element, timestampMillis, cause);
      output.emit(side.output(), told, timestampMillis);
    } else if (failed == nextWarning) {
      nextWarning = failed < ALL_WARNINGS ? failed + 1 : 10 * failed;
      LOG.warn(
          "\"{}\" failed for the element {}, which is left out. It is number {} of this subtask{}",
          id,
          Shown.shortened(element),
          failed,
          failed < ALL_WARNINGS ? "" : "; the next to be told of is number " + nextWarning,
          cause);
    }
  }
}
