/**
 * Tests of the functions of a job, without a job: a script of elements, watermarks and the clock,
 * run step by step on the caller's thread by the subtasks that run in a job.
 *
 * <p><b>Everywhere.</b> {@link io.streambed.harness.FunctionHarness#everywhere} runs the script
 * again with a crash after each step, at several parallelisms and on several stores, and compares
 * the results. It finds what a test of results alone does not: state that is not in state.
 *
 * <p><b>Time.</b> Event time and the clock stand still between two steps. A restore brings back
 * those of the snapshot: the harness gives its last watermark again, as a source does that goes on
 * from its position.
 *
 * <p><b>Reading order.</b> {@link io.streambed.harness.FunctionHarness}, {@link
 * io.streambed.harness.HarnessSnapshot}, {@link io.streambed.harness.HarnessExtension}; then {@code
 * Run}, {@code Step}, {@code Everywhere}, {@code Difference}.
 *
 * <p><b>Threading.</b> One thread. <b>Imports.</b> runtime, job, connector, the store of bytes of
 * the testkit, and of core backend and below.
 */
package io.streambed.harness;
