/**
 * What a compression owes the files of blocks, as a suite to subclass: {@link
 * io.streambed.testkit.file.CompressionContract}.
 *
 * <p><b>Threading.</b> A test's thread. <b>Imports.</b> file, bytes, error, JUnit, AssertJ.
 */
package io.streambed.testkit.file;
