/**
 * The command {@code inspect}: what lies in a checkpoint, a savepoint, a directory of them, or one
 * file of keyed state; and whether it is as it was written.
 *
 * <p><b>Reading order.</b> {@link io.streambed.cli.inspect.InspectCommand}; {@code Inspector},
 * which looks again when a running job removes what it reads; {@link
 * io.streambed.cli.inspect.CheckpointReport} and {@code OperatorReader}, {@code
 * CheckpointVerifier}, {@code Damage}; {@link io.streambed.cli.inspect.CheckpointTable}, {@code
 * DetailTable}, {@code RetainedTable}; {@code ContainerReport}.
 *
 * <p><b>Threading.</b> One thread. <b>Imports.</b> checkpoint and what it is made of; rocksdb, for
 * the files of that store; cli.console. Nothing of examples or runtime.
 */
package io.streambed.cli.inspect;
