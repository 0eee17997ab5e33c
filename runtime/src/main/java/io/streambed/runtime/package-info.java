/**
 * Runs a job in this JVM: one thread per subtask, bounded channels, aligned barriers, restart from
 * the last complete checkpoint.
 *
 * <p><b>How it works.</b> {@link io.streambed.runtime.JobRunner} starts a master, whose thread
 * feeds events to the checkpoint coordinator of core and carries out its actions. Sources put
 * barriers between elements; a subtask that has a checkpoint's barrier from all its channels
 * freezes its state, sends the barrier on and goes on; the frozen state is written by a pool of
 * threads, and the master commits the checkpoint when all have written.
 *
 * <p><b>Reading order.</b> {@link io.streambed.runtime.JobRunner}, {@link
 * io.streambed.runtime.RunOptions}, {@link io.streambed.runtime.JobEvent}; then {@code JobMaster},
 * {@code Deployment}, {@code Subtask}, {@code InputGate}, {@code Output}.
 *
 * <p><b>Imports.</b> job, and of core backend, checkpoint and below.
 */
package io.streambed.runtime;
