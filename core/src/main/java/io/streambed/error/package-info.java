/**
 * The typed errors of Streambed: what went wrong, with which thing, and the way out.
 *
 * <p>All are unchecked and extend {@link io.streambed.error.StreambedException}. A bug of the
 * caller is an {@link IllegalArgumentException} or {@link IllegalStateException} instead; a bug of
 * Streambed itself is an {@link io.streambed.error.InvariantViolationException}.
 *
 * <p>Reading order: {@code StreambedException}, {@code CorruptionException}, {@code
 * IncompatibleStateException}, {@code StorageException}. Threading: immutable. Imports: nothing.
 */
package io.streambed.error;
