/**
 * What {@code streambed bench}, {@code streambed memory} and {@code streambed migration} are made
 * of: JVMs that measure, and the arithmetic of what they tell.
 *
 * <p><b>Reading order.</b> {@link io.streambed.cli.bench.ForkOptions}, {@link
 * io.streambed.cli.bench.ForkProcess}, {@link io.streambed.cli.bench.ForkResult}; {@link
 * io.streambed.cli.bench.BenchReport}, {@link io.streambed.cli.bench.Spread}. For memory: {@link
 * io.streambed.cli.bench.MemoryProcess}, {@link io.streambed.cli.bench.MemoryProbe}, {@link
 * io.streambed.cli.bench.MemoryResult}. For migration: {@link io.streambed.cli.bench.MigrationRun},
 * which runs in this process.
 *
 * <p><b>Threading.</b> One thread. <b>Imports.</b> error; the probe and the run: backend, store,
 * rocksdb and what they take. Flink is on the class path of the JVMs started here, never on this
 * one's.
 */
package io.streambed.cli.bench;
