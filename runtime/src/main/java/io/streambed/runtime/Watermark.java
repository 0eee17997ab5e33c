package io.streambed.runtime;

/** No element at or before this time follows on its channel. */
record Watermark(long timestampMillis) {
  /** Follows the last element of a bounded input. */
  static final long END = Long.MAX_VALUE;
}
