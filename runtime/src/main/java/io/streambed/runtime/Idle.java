package io.streambed.runtime;

/**
 * Nothing comes on its channel for a while: until the next {@link Watermark}, the channel's
 * watermark does not hold back that of its reader.
 */
record Idle() {
  static final Idle INSTANCE = new Idle();
}
