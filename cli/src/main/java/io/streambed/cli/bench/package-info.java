/**
 * What {@code streambed bench} is made of: JVMs that measure, and the arithmetic of what they tell.
 *
 * <p><b>Reading order.</b> {@link io.streambed.cli.bench.ForkOptions}, {@link
 * io.streambed.cli.bench.ForkProcess}, {@link io.streambed.cli.bench.ForkResult}; {@link
 * io.streambed.cli.bench.BenchReport}, {@link io.streambed.cli.bench.Spread}.
 *
 * <p><b>Threading.</b> One thread. <b>Imports.</b> error. Flink is on the class path of the JVMs
 * started here, never on this one's.
 */
package io.streambed.cli.bench;
