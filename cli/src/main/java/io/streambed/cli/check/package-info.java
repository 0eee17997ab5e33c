/**
 * Whether a job can be restored from a checkpoint: {@link io.streambed.cli.check.CheckCommand}
 * loads the job's class by {@code JobLoader} in a class loader of its own, lets package {@code
 * runtime} compare the declarations, and prints a {@code CheckReport}.
 *
 * <p><b>Threading.</b> The thread of the command; the job's code runs on one of its own, by which
 * threads that it leaves running are told from others. <b>Imports.</b> console, and of the library
 * what reads checkpoints and compares declarations.
 */
package io.streambed.cli.check;
