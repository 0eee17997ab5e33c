/**
 * Measures keyed state backends through Flink's own interface, and checks every answer they give.
 *
 * <p>In reading order: {@link io.streambed.benchmarks.Case} names what is measured; {@link
 * io.streambed.benchmarks.Workload} fills a state of one kind and makes an {@link
 * io.streambed.benchmarks.Operation} for a case, in batches; {@link
 * io.streambed.benchmarks.Harness} times batches once {@link io.streambed.benchmarks.WarmUp} is
 * over; {@link io.streambed.benchmarks.Fork} is the main class of a JVM that measures one backend
 * at one size and prints lines for whoever started it.
 *
 * <p>One thread. Imports Flink and nothing of Streambed: the backend under test comes by name, from
 * the class path of its JVM. Flink's interfaces declare {@code throws Exception}, and so do the
 * methods here that call them.
 */
package io.streambed.benchmarks;
