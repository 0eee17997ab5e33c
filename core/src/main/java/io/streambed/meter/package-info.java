/**
 * Where what is measured goes: {@link io.streambed.meter.Meters}, an interface that users bind to a
 * library of metrics; and which accesses to state are measured.
 */
package io.streambed.meter;
