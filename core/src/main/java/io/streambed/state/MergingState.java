package io.streambed.state;

/**
 * Appending state whose contents under several namespaces can be merged into one, as session
 * windows do.
 *
 * @param <IN> the type of what is added
 * @param <OUT> the type of what is given
 */
public interface MergingState<IN, OUT> extends AppendingState<IN, OUT> {}
