package io.streambed.runtime;

import io.streambed.error.StreambedException;

/** Event-time timers of a function register themselves anew without end, all of them due. */
public class TimersWithoutEndException extends StreambedException {
  private static final long serialVersionUID = 1L;

  TimersWithoutEndException(
      String operatorId, Object key, long timestampMillis, long renewals, boolean atTheEnd) {
    super(
        "event-time timers of operator \""
            + operatorId
            + "\" fire without end: "
            + renewals
            + " were registered by timers that fired at the same watermark, last one of key "
            + Shown.shortened(key)
            + " for "
            + timestampMillis
            + ". "
            + (atTheEnd
                ? "The input has ended and the watermark is Long.MAX_VALUE, so that each timer is"
                    + " due at once: register none in onEventTimer when KeyedContext.watermark() is"
                    + " Long.MAX_VALUE."
                : "A timer that is registered for a time that the watermark has passed is due at"
                    + " once: let onEventTimer register timers for a later time than its own."));
  }
}
