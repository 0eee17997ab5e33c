package io.streambed.heap;

/**
 * Which lanes the segments of one table have.
 *
 * @param longKeys keys are kept as 64 bits, else as objects
 * @param namespaced a namespace is part of the key
 * @param longValues values are kept as 64 bits, else as objects
 * @param tracked values are mutable objects, each with the epoch it was last copied or put in
 * @param stamped each value has a timestamp
 */
record Layout(
    boolean longKeys, boolean namespaced, boolean longValues, boolean tracked, boolean stamped) {}
