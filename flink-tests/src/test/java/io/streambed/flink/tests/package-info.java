/**
 * Flink jobs in small clusters with Streambed as their state backend, compared with the same jobs
 * on Flink's own backends and without interruption.
 *
 * <p>Begin with {@code EveryKindJob}, the job that most tests run; then {@code Trial}, by which a
 * test says how far the source may go and where it fails, and {@code Job}, what a user does with a
 * job. A test is seeded, runs bounded input in one order, and waits for conditions only.
 */
package io.streambed.flink.tests;
