package io.streambed.state;

/**
 * An accumulator into which elements are aggregated, and the result it gives.
 *
 * @param <IN> the type of what is added
 * @param <OUT> the type of the result
 */
public interface AggregatingState<IN, OUT> extends MergingState<IN, OUT> {}
