/**
 * What Streambed measures, in a registry of Micrometer: {@link
 * io.streambed.micrometer.MicrometerMeters} is given to {@code RunOptions.withMeters}.
 *
 * <p><b>Threading.</b> Any thread. <b>Imports.</b> {@code meter}, and Micrometer, which no other
 * package sees.
 */
package io.streambed.micrometer;
