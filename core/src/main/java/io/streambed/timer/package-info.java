/**
 * Timers: per key and namespace, in event time and processing time, kept with the keyed state.
 *
 * <p><b>Rules.</b> A timer is its timestamp, key and namespace; registering it again changes
 * nothing. Timers fire in the order of timestamp; at equal timestamps in the order of the key's
 * bytes, shorter ones first, then of the namespace's bytes, then of the key group. A timer
 * registered at or before the current watermark fires at the next advance of the watermark, be it
 * to the same one; likewise for processing time. One registered by a firing timer, and already due,
 * fires in the same advance. A watermark lower than the current one is taken as the current one.
 * After a restore the watermark starts at its lowest value again, whatever it was when the snapshot
 * was taken: timers that fired before the snapshot are gone, all others fire when the new watermark
 * reaches them.
 *
 * <p><b>Reading order.</b> {@link io.streambed.timer.TimerService}, {@link
 * io.streambed.timer.KeyedTimer}, {@link io.streambed.timer.TimerTarget}. <b>Threading.</b> The
 * thread of the task. <b>Imports.</b> keyed, store, serial, bytes, error.
 */
package io.streambed.timer;
