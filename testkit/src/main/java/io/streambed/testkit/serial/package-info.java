/**
 * The contract that every serializer keeps, as a suite to subclass for one's own.
 *
 * <p>Main type: {@link io.streambed.testkit.serial.SerializerContract}. Threading: a test's thread;
 * one test starts a second one. Imports: core's bytes, error and serial, JUnit, AssertJ.
 */
package io.streambed.testkit.serial;
