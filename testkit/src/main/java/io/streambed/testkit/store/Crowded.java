package io.streambed.testkit.store;

/**
 * A key whose hash many others share.
 *
 * @param role which of the types it stands for
 * @param id tells it from others
 */
record Crowded(String role, int id) {}
