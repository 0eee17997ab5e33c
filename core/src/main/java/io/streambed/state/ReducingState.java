package io.streambed.state;

/**
 * One value into which each added element is reduced.
 *
 * @param <T> the type of elements and value
 */
public interface ReducingState<T> extends MergingState<T, T> {}
