package io.streambed.file;

import io.streambed.bytes.ByteView;
import io.streambed.error.MalformedDataException;
import java.util.Arrays;
import java.util.ServiceLoader;

/**
 * A way to compress blocks. A file names the one it was written with; {@link #named} finds it
 * again, among {@link #NONE}, {@link #DEFLATE} and what {@link ServiceLoader} finds for this
 * interface. A provider has a public constructor without parameters.
 *
 * <p>Threading: immutable; each {@link Codec} belongs to one thread at a time.
 */
public interface Compression {
  /** Blocks as they are. */
  Compression NONE = new NoCompression();

  /** Deflate of the JDK, at its fastest level. */
  Compression DEFLATE = new DeflateCompression();

  /**
   * The name that files carry; it must mean the same format of bytes for ever.
   *
   * @return 1 to 16 characters out of a-z, 0-9 and '-'
   */
  String name();

  /**
   * How far compressed bytes can expand, so that a small hostile file cannot claim a large block.
   *
   * @param storedLength number of compressed bytes, from 0
   * @return the most raw bytes that these can give
   */
  long maxRawLength(int storedLength);

  /**
   * The working memory of one reader or writer.
   *
   * @return a new codec that the caller closes
   */
  Codec codec();

  /**
   * Finds a compression by the name in a file.
   *
   * @param name the name
   * @param known looked at first
   * @return the compression
   * @throws UnknownCompressionException if there is none of that name here
   */
  static Compression named(String name, Compression... known) {
    for (Compression given : known) {
      if (name.equals(given.name())) {
        return given;
      }
    }
    if (name.equals(NONE.name())) {
      return NONE;
    }
    if (name.equals(DEFLATE.name())) {
      return DEFLATE;
    }
    // A plugin's own loader sees what came with it; the thread's sees what the user added.
    for (ClassLoader loader :
        Arrays.asList(
            Compression.class.getClassLoader(), Thread.currentThread().getContextClassLoader())) {
      for (Compression provided : ServiceLoader.load(Compression.class, loader)) {
        if (name.equals(provided.name())) {
          return provided;
        }
      }
    }
    throw new UnknownCompressionException(name);
  }

  /** Compresses and decompresses, one thread at a time. */
  interface Codec extends AutoCloseable {
    /**
     * Compresses into an array.
     *
     * @param raw the bytes to compress, not changed
     * @param into receives the compressed bytes, from index 0
     * @param limit the most to write, up to the array's length
     * @return how many bytes were written, or -1 if they would not fit
     */
    int compress(ByteView raw, byte[] into, int limit);

    /**
     * Decompresses into an array.
     *
     * @param stored the compressed bytes
     * @param into receives the raw bytes, from index 0
     * @param rawLength how many they must be, up to the array's length
     * @throws MalformedDataException if the compressed bytes are invalid, give another number of
     *     bytes, or have some left over
     */
    void decompress(ByteView stored, byte[] into, int rawLength);

    /** Gives native memory back; a second call does nothing. */
    @Override
    void close();
  }
}
