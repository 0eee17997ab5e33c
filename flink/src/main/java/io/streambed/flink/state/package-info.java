/**
 * Flink's five kinds of keyed state and its timer queue, inherited from core's kinds: what is added
 * is what Flink's interfaces ask for beyond them.
 *
 * <p><b>Reading order.</b> {@link io.streambed.flink.state.FlinkKind}, {@link
 * io.streambed.flink.state.StateBinding}, then one of the kinds; what state under TTL has between a
 * kind and the store's table, {@link io.streambed.flink.state.TtlValueTable}, and how it is cleaned
 * up, {@link io.streambed.flink.state.TtlSweep}; {@link io.streambed.flink.state.FlinkKeyContext},
 * {@link io.streambed.flink.state.TimerQueue}.
 *
 * <p><b>Threading.</b> The task's thread.
 *
 * <p><b>Imports.</b> core's keyed, store, key, serial, bytes; Flink's state interfaces.
 */
package io.streambed.flink.state;
