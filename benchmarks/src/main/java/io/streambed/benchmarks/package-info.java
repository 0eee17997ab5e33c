/**
 * Measures keyed state backends, and checks every answer they give.
 *
 * <p>In reading order: {@link io.streambed.benchmarks.Case} names what is measured; {@link
 * io.streambed.benchmarks.Backend} is what the cases use of a backend; {@link
 * io.streambed.benchmarks.Workload} fills a state of one kind and makes an {@link
 * io.streambed.benchmarks.Operation} for a case, in batches; {@link
 * io.streambed.benchmarks.Harness} times batches once {@link io.streambed.benchmarks.WarmUp} is
 * over; {@link io.streambed.benchmarks.Fork} is what a JVM does that measures one backend, and
 * prints lines for whoever started it. The packages below this one implement the backend: once over
 * Flink's interfaces, once over Streambed's own.
 *
 * <p>One thread. Imports neither Flink nor Streambed. Flink's interfaces declare {@code throws
 * Exception}, and so do the methods here that call them.
 */
package io.streambed.benchmarks;
