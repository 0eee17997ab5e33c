/**
 * A real Flink cluster of child processes on this machine's loopback interface, and the REST
 * interface by which it is driven. Flink is on the children's class path only, never on this one.
 *
 * <p><b>Reading order.</b> {@link io.streambed.cli.flink.ClusterOptions}, {@link
 * io.streambed.cli.flink.FlinkCluster}, {@code ClusterConfig}, {@code MemoryFlags}, {@code
 * FlinkProcess}; {@link io.streambed.cli.flink.FlinkJob}, {@code RestClient}; {@link
 * io.streambed.cli.flink.Waiting}, {@code Logs}; {@link io.streambed.cli.flink.JobJar}.
 *
 * <p><b>Threading.</b> One thread; a shutdown hook stops the processes if this one is told to end.
 * <b>Imports.</b> error.
 */
package io.streambed.cli.flink;
