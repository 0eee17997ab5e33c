/**
 * Flink's keyed state backends, and those that are plugged into it, for the cases: what Flink's
 * interfaces give, passed on. {@link io.streambed.benchmarks.flink.FlinkFork} is the main class.
 *
 * <p>One thread. Imports Flink and the cases; the backend under test comes by name, from the class
 * path of its JVM.
 */
package io.streambed.benchmarks.flink;
