package io.streambed.runtime;

import io.streambed.error.StreambedException;

/** A function of the user failed; the cause is what it threw. */
public class FunctionFailedException extends StreambedException {
  private static final long serialVersionUID = 1L;

  private FunctionFailedException(String what, Exception cause) {
    super(what + ": " + cause, cause);
  }

  /** A step failed for an element. */
  static FunctionFailedException ofStep(String step, Object element, Exception cause) {
    return new FunctionFailedException(
        "step \"" + step + "\" failed for the element " + Shown.shortened(element), cause);
  }

  /** A keyed function failed for an element. */
  static FunctionFailedException ofElement(String operator, Object element, Exception cause) {
    return new FunctionFailedException(
        "the function of operator \""
            + operator
            + "\" failed for the element "
            + Shown.shortened(element),
        cause);
  }

  /** A keyed function could not be opened or closed. */
  static FunctionFailedException of(String operator, String call, Exception cause) {
    return new FunctionFailedException(
        "the function of operator \"" + operator + "\" failed in " + call, cause);
  }

  /** A keyed function failed at a timer. */
  static FunctionFailedException ofTimer(Object key, long timestampMillis, Exception cause) {
    return new FunctionFailedException(
        "the function failed at its timer "
            + timestampMillis
            + " of the key "
            + Shown.shortened(key),
        cause);
  }
}
