package io.streambed.job;

/**
 * An element that a function failed for, where {@link DataStream#failuresTo} takes such elements.
 *
 * @param element the element
 * @param timestampMillis its event time, in milliseconds since the epoch, or {@link
 *     SplitReader#NO_TIMESTAMP}
 * @param cause what the function threw
 */
public record FailedElement(Object element, long timestampMillis, Exception cause) {}
