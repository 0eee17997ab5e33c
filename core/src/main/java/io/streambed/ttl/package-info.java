/**
 * Time to live: tables that read and write the store's tables with timestamps, so that what is
 * expired counts as if it were not there. The kinds of state know nothing of it: they are given
 * such a table instead of the store's.
 *
 * <p>A value that was written at time {@code t} is expired once it is {@code t + duration}. Reading
 * looks at the timestamp that the look-up has found anyway. What is expired is removed by sweeps
 * over timestamps, a few places for each access, and left out of full snapshots; a store of files
 * that checkpoints share writes what is there, and reads it as expired after a restore.
 *
 * <p><b>Reading order.</b> {@link io.streambed.ttl.Lifetime}, {@link
 * io.streambed.ttl.ExpiringValueTable}. <b>Threading.</b> The task's thread. <b>Imports.</b> {@code
 * state}, {@code store}, {@code time}.
 */
package io.streambed.ttl;
