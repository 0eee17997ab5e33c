/**
 * Requests to a running job from other processes, and the job's answers, as small files in the
 * job's directory of checkpoints. No network: whoever may write into the directory may ask.
 *
 * <pre>
 * root/control/request-uuid     one request; the process that asks writes it
 * root/control/answer-uuid      the answer to it; the job writes it and replaces it as it gets on
 * </pre>
 *
 * <p><b>Who takes a request.</b> A request is meant for one attempt of one job: for the process
 * that holds the directory when it is written. No later one carries it out, however long the file
 * stays. To delete the file is the decision: the job deletes it and then does what it asks for, or
 * the process that asked deletes it, and then the job never does it.
 *
 * <p><b>Reading order.</b> {@link io.streambed.control.ControlRequest}, {@link
 * io.streambed.control.JobAttempt}, {@link io.streambed.control.ControlAnswer}; {@code
 * ControlFormat}; {@link io.streambed.control.OutgoingRequest}, the side that asks; {@link
 * io.streambed.control.IncomingRequests}, the job's side.
 *
 * <p><b>Threading.</b> Records are immutable; an outgoing request and the incoming requests of a
 * job belong to one thread each, which the disk may hold. <b>Imports.</b> file, bytes, error.
 */
package io.streambed.control;
