/**
 * Streambed's own keyed backend, over its stores on the heap and in RocksDB, for the cases. {@link
 * io.streambed.benchmarks.embedded.EmbeddedFork} is the main class.
 *
 * <p>One thread. Imports the cases, the keyed backend, timers, stores and meters. Flink is not on
 * the class path of a JVM that runs this: its RocksDB and Streambed's have the same class names.
 */
package io.streambed.benchmarks.embedded;
