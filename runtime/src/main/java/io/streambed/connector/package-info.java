/**
 * Sources and sinks over files, for the pipelines of package {@code job}.
 *
 * <p><b>Reading order.</b> {@link io.streambed.connector.LineFileSource}, {@link
 * io.streambed.connector.LineParser}, {@link io.streambed.connector.Line}; {@link
 * io.streambed.connector.FileSink}.
 *
 * <p><b>Threading.</b> Sources and sinks are shared by all subtasks; the readers and writers they
 * open belong to one thread each. <b>Imports.</b> job, and of core file and error.
 */
package io.streambed.connector;
