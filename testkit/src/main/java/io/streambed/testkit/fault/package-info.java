/**
 * A simulated file system that fails on demand and shows what a crash leaves behind.
 *
 * <p>Record one run on a {@link io.streambed.testkit.fault.SimulatedFileSystem}; then each {@code
 * crash(operation, survival)} gives the disk as a machine finds it that stopped there, without
 * another run. Faults are injected by {@link io.streambed.testkit.fault.Fault}.
 *
 * <p>Reading order: {@code SimulatedFileSystem}, {@link io.streambed.testkit.fault.Survival},
 * {@code Fault}, {@link io.streambed.testkit.fault.Operation}, {@code Disk}. Threading: the file
 * system is safe for many threads, but only one thread at a time makes a run that can be repeated.
 * Imports: core's file.
 */
package io.streambed.testkit.fault;
