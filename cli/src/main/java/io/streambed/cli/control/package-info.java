/**
 * The commands that reach a running job through its directory: {@code savepoint} and {@code stop}.
 *
 * <p><b>Reading order.</b> {@link io.streambed.cli.control.StopCommand}, {@code JobArguments},
 * {@code Conversation}, {@code Outcome}. <b>Threading.</b> One thread. <b>Imports.</b> cli.console,
 * and of core checkpoint, control, file and error.
 */
package io.streambed.cli.control;
