package io.streambed.flink;

import org.apache.flink.runtime.state.metrics.LatencyTrackingStateConfig;
import org.apache.flink.runtime.state.metrics.SizeTrackingStateConfig;

/**
 * What Flink measures at each access to state.
 *
 * @param latency whether and how durations are measured
 * @param size whether and how sizes of keys and values are measured
 */
record Tracking(LatencyTrackingStateConfig latency, SizeTrackingStateConfig size) {}
