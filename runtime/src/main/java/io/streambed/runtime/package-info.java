/**
 * Runs a job in this JVM: one thread per subtask, bounded channels, aligned barriers, restart from
 * the last complete checkpoint.
 *
 * <p><b>How it works.</b> {@link io.streambed.runtime.Streambed} starts a master, whose thread
 * feeds events to the checkpoint coordinator of core and carries out its actions. Sources put
 * barriers between elements; a subtask that has a checkpoint's barrier from all its channels
 * freezes its state, sends the barrier on and goes on; the frozen state is written by a pool of
 * threads, and the checkpoint is committed when all have written.
 *
 * <p><b>Threads.</b> Each has one kind of work, and only some may wait for what the job does not
 * own:
 *
 * <ul>
 *   <li>{@code job/master} decides. It calls neither user code nor a disk, and waits for nobody: it
 *       looks into its inbox again within 10 ms. It alone is no daemon.
 *   <li>{@code job/OPERATOR/SUBTASK}, one for each subtask, runs user code: reader, function, sink.
 *       Others reach it by mail, which it takes between two batches and between timers.
 *   <li>{@code job/SOURCE/splits}, one for each source, asks it which splits there are.
 *   <li>{@code job/snapshot}, two for each deployment, write frozen state.
 *   <li>{@code job/storage} claims, opens, begins and commits checkpoints, one call after the
 *       other.
 *   <li>{@code job/removals} removes checkpoints that are not kept and closes what was given up.
 *   <li>{@code job/listener} tells the listener what has happened.
 *   <li>{@code job/query}, as many as are busy, make answers to queries of state and complete the
 *       futures that users wait for; {@code job/view} closes a view whose time is over.
 *   <li>{@code job/control} looks for requests in the job's directory, and answers them.
 *   <li>{@code job/savepoint}, one for each answer, completes the future that a user waits for.
 *   <li>{@code job/closing} gives the claim back at the end; {@code .../close} closes a reader
 *       whose thread waits in it.
 * </ul>
 *
 * <p><b>What hangs.</b> A checkpoint that takes longer than its time-out is given up, and the
 * reason names the thread that holds it up and where it is. Threads that are told to end have
 * {@link io.streambed.runtime.RunOptions#withStopTimeoutMillis} for it; they are interrupted, after
 * a tenth of that again, and a reader that one waits in is closed. A thread that has not ended then
 * is left behind: the job fails and names it, with its stack, in a {@link
 * io.streambed.runtime.StuckThreadException}. Tasks do not start again beside a task's thread that
 * was left behind, which may hold on to objects of the job's functions; they do beside one that
 * writes a snapshot, which has nothing but its own file. A thread that comes back after it was left
 * behind writes no state, completes no checkpoint and commits nothing: it closes what is its own. A
 * commit that does not come back fails the job for good, since nobody knows what it has done.
 *
 * <p><b>Live input.</b> A source's subtask asks its readers one after the other, the one that lags
 * behind in event time first, and takes mail in between. When none has an element it sends on what
 * it has gathered and waits for mail, for a reader that wakes it, or for 10 ms. While it is busy it
 * sends in batches, and looks between two runs of 64 elements whether one has waited for 5 ms. A
 * split that has been quiet for a while, and a channel that says that all of its sender's splits
 * have, hold no watermark back.
 *
 * <p><b>Time.</b> Intervals, pauses, delays and time-outs are measured on a monotonic clock. The
 * wall clock is for state, timers and timestamps; {@code ProcessingTime} says what becomes of a
 * jump.
 *
 * <p><b>Reading order.</b> {@link io.streambed.runtime.Streambed}, {@link
 * io.streambed.runtime.RunOptions}, {@link io.streambed.runtime.JobEvent}; then {@code JobMaster},
 * {@code CheckpointActions}, {@code Tasks}, {@code Deployment}, {@code Subtask}, {@code InputGate},
 * {@code Output}; {@code Stopping} and {@code Shutdown}; {@code StateQueries} and {@code
 * SubtaskQuestions} for looks from outside. {@link io.streambed.runtime.SteppedOperator} is apart:
 * it drives the subtasks of one keyed operator by hand, for tests.
 *
 * <p><b>Imports.</b> job, and of core backend, control, checkpoint and below.
 */
package io.streambed.runtime;
