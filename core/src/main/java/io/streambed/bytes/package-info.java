/**
 * Growable output and bounds-checked input over byte arrays, and windows into them. Big-endian.
 *
 * <p>Reading order: {@link io.streambed.bytes.ByteWriter}, {@link io.streambed.bytes.ByteReader},
 * {@link io.streambed.bytes.ByteView}; {@link io.streambed.bytes.Names} apart. Threading: one
 * thread at a time. Imports: error.
 */
package io.streambed.bytes;
