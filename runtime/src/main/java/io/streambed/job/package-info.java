/**
 * What a user writes a pipeline with: a job is declared as a whole, operators, states, parallelism
 * and ids, before anything runs.
 *
 * <pre>
 * source --> map, filter, flatMap, process --> keyBy --> keyed function --> sink
 *                         a second keyed or broadcast stream --^   |--> side outputs
 * </pre>
 *
 * <p><b>Operators and steps.</b> Sources, keyed functions and sinks are operators: they have
 * subtasks, and state in checkpoints. What is between them are steps, which run in the subtasks
 * that their elements come from.
 *
 * <p><b>Rules.</b> Elements are immutable; they are handed from thread to thread, not copied.
 * Operator ids are stable: a checkpoint finds its state by them. Functions and sinks are shared by
 * all subtasks; what they open belongs to one subtask and its thread.
 *
 * <p><b>Reading order.</b> {@link io.streambed.job.JobBuilder}, {@link
 * io.streambed.job.DataStream}, {@link io.streambed.job.KeyedFunction}, {@link
 * io.streambed.job.KeyedContext}, {@link io.streambed.job.Source}, {@link io.streambed.job.Sink},
 * {@link io.streambed.job.Job}.
 *
 * <p><b>Imports.</b> state, serial, key, bytes of core.
 */
package io.streambed.job;
