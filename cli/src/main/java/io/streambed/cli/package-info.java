/**
 * The command {@code streambed}: shows the engine at work, runs the flights job on a user's file,
 * and looks into checkpoints.
 *
 * <p><b>Reading order.</b> {@link io.streambed.cli.Main}; {@code RunCommand}, {@code RunReport},
 * {@code StateSize}; package {@code inspect}; {@code DemoCommand}, {@code JobProcess}, {@code
 * Marker}, {@code OutputLines}; {@code CrashLoopCommand}, {@code KillLoop}; {@code
 * FlinkDemoCommand}, {@code FlinkPlay}, {@code FlinkHome} and package {@code flink}; {@code
 * BenchCommand}, {@code BenchTable} and package {@code bench}; {@code LatencyCommand}, {@code
 * LatencyJob}; {@code MigrationCommand}; {@code CompletionCommand}.
 *
 * <p><b>Where it runs.</b> From the source tree by the launcher, or anywhere as the executable jar;
 * {@code Home} tells which.
 *
 * <p><b>Killing.</b> A job that is to be killed runs in a process of its own. It prints each {@link
 * io.streambed.runtime.JobEvent} as a line on its standard output and, step by step, waits for a
 * line on its standard input before it goes on: so it can be killed exactly there.
 *
 * <p><b>Threading.</b> Commands run on the main thread; listeners of jobs are called on many.
 * <b>Imports.</b> everything but testkit; of the examples, the flights job. What commands share is
 * in {@code console}.
 */
package io.streambed.cli;
