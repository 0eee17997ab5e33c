/**
 * Whether a job can be restored from a checkpoint: {@link io.streambed.cli.check.CheckCommand}
 * loads the job's class by {@code JobLoader} in a {@code JobClassLoader}, lets package {@code
 * runtime} compare the declarations, and prints a {@code CheckReport}.
 *
 * <p><b>Threading.</b> The thread of the command; all code of the job runs on a {@code JobThread},
 * also that of its serializers, under a {@code ProcessGuard}. <b>Imports.</b> console, and of the
 * library what reads checkpoints and compares declarations.
 */
package io.streambed.cli.check;
