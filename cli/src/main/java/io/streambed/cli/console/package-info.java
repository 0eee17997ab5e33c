/**
 * What all commands share in how they speak: exit codes, text in columns, sizes, counts and times
 * in a person's units, and how they end by a signal.
 *
 * <p><b>Threading.</b> Each object belongs to one thread. <b>Imports.</b> nothing.
 */
package io.streambed.cli.console;
