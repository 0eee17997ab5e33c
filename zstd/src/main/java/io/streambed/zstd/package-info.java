/**
 * Compresses the blocks of checkpoints and savepoints by Zstandard (RFC 8878), in the native
 * library of zstd-jni.
 *
 * <p><b>Reading order.</b> {@link io.streambed.zstd.ZstdCompression}, which users name and {@link
 * java.util.ServiceLoader} finds; {@code ZstdCodec}, owner of the native contexts; {@code
 * NativeLibrary}.
 *
 * <p><b>Threading.</b> A compression is immutable; a codec belongs to one thread at a time.
 * <b>Imports.</b> file, bytes, error, and zstd-jni.
 */
package io.streambed.zstd;
