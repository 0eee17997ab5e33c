/**
 * Sources and sinks that come in the box, for the pipelines of package {@code job}: files, and what
 * is in the same process.
 *
 * <p><b>Sources.</b>
 *
 * <ul>
 *   <li>{@link io.streambed.connector.LineFileSource}: the lines of a file, made into values by a
 *       {@link io.streambed.connector.LineParser}, or the short way by {@link
 *       io.streambed.connector.LineFileSource#of}.
 *   <li>{@link io.streambed.connector.ListSource}: elements that are there from the start.
 *   <li>{@link io.streambed.connector.BlockingSource}: clients that can only wait, on threads of
 *       their own; a user writes the {@link io.streambed.connector.BlockingReader}.
 *   <li>{@link io.streambed.connector.QueueSource}: what other threads of the process push.
 * </ul>
 *
 * <p><b>Sinks.</b>
 *
 * <ul>
 *   <li>{@link io.streambed.connector.FileSink}: files, exactly once.
 *   <li>{@link io.streambed.connector.CollectingSink}: memory, exactly once, for tests.
 *   <li>{@link io.streambed.connector.PrintSink}, {@link io.streambed.connector.ForEachSink}: a
 *       stream and a function, at least once.
 * </ul>
 *
 * <p><b>Threading.</b> Sources and sinks are shared by all subtasks; the readers and writers they
 * open belong to one thread each. BlockingSource alone makes threads. <b>Imports.</b> job, and of
 * core file, serial, bytes and error.
 */
package io.streambed.connector;
