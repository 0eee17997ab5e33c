/**
 * What a job holds, as text that can be compared: for tests that damage a checkpoint, stop a
 * machine, or rescale, and then want to know whether anything is missing.
 *
 * <p>Main type: {@link io.streambed.testkit.damage.StateDump}. Threading: the thread of the
 * backends dumped. Imports: core.
 */
package io.streambed.testkit.damage;
