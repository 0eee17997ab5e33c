/**
 * Crash simulation of a whole job: a machine stops at any operation on the disk of its checkpoints,
 * or that disk fails, and a new attempt takes over what is left.
 *
 * <p>A backend is put to the test by two suites that a test class extends: {@link
 * io.streambed.testkit.crash.LineCrashContract} and {@link
 * io.streambed.testkit.crash.LineFaultContract}. The checkpoints are on a simulated disk; what the
 * stores keep elsewhere while they run is lost with the process, as it may be.
 *
 * <p><b>Reading order.</b> {@code Line} is one attempt of a job, {@code Recording} what is run once
 * before the crashes, {@code Attempt} what is run anew with each fault, {@code TakeOver} what the
 * next attempt must find. <b>Threading.</b> One thread. <b>Imports.</b> core, testkit.damage,
 * testkit.fault.
 */
package io.streambed.testkit.crash;
