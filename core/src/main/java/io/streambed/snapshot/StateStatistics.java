package io.streambed.snapshot;

/**
 * How much of one state a container holds.
 *
 * @param entries number of entries; a run of list elements counts as one
 * @param bytes their size before compression
 */
public record StateStatistics(long entries, long bytes) {}
