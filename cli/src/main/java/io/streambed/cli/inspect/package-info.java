/**
 * The commands {@code inspect}, {@code verify} and {@code gc}: what lies in a checkpoint, a
 * savepoint, a directory of them, or one file of keyed state; whether it is as it was written; and
 * which files of a directory no complete checkpoint needs.
 *
 * <p><b>Reading order.</b> {@link io.streambed.cli.inspect.InspectCommand}; {@code Inspector},
 * which looks again when a running job removes what it reads; {@link
 * io.streambed.cli.inspect.CheckpointReport} and {@code OperatorReader}, {@code
 * CheckpointVerifier}, {@code Damage}; {@link io.streambed.cli.inspect.CheckpointTable}, {@code
 * DetailTable}; {@code ContainerReport}. {@link io.streambed.cli.inspect.VerifyCommand}, which uses
 * {@code Inspector} too. {@link io.streambed.cli.inspect.GcCommand}, which only speaks: {@link
 * io.streambed.checkpoint.OrphanFiles} does it.
 *
 * <p><b>Threading.</b> One thread. <b>Imports.</b> checkpoint and what it is made of; rocksdb, for
 * the files of that store; cli.console. Nothing of examples or runtime.
 */
package io.streambed.cli.inspect;
