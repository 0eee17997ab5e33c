/**
 * The time of tasks: processing time, which goes by a wall clock that may jump, and the time by
 * which state expires. Clocks are handed in: nothing here makes one.
 *
 * <p><b>Reading order.</b> {@link io.streambed.time.ProcessingTime}, {@link
 * io.streambed.time.StateTime}. <b>Threading.</b> Each class says. <b>Imports.</b> Nothing of core.
 */
package io.streambed.time;
