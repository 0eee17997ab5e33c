/**
 * The only door to files: a small file system that can be simulated, and files of framed,
 * checksummed blocks.
 *
 * <p>Reading order: {@link io.streambed.file.FileSystem}, {@link io.streambed.file.FileOutput},
 * {@link io.streambed.file.FileInput}, {@link io.streambed.file.AtomicFile}, {@link
 * io.streambed.file.LocalFileSystem}; then {@link io.streambed.file.BlockFormat}, {@link
 * io.streambed.file.BlockWriter}, {@link io.streambed.file.BlockReader}, {@link
 * io.streambed.file.Compression}. Threading: a file system is safe for many threads, an output, a
 * block writer and a block reader belong to one at a time. Imports: bytes, error.
 */
package io.streambed.file;
