package io.streambed.fuzz;

import java.io.IOException;
import java.util.List;

/** One decoder of bytes from disk, which a fuzzer gives its inputs to. */
public interface FuzzTarget {
  /**
   * Inputs that a fuzzer begins with: what the project's own writers write, and a few lies.
   *
   * @return a new list
   * @throws IOException if they cannot be made
   */
  List<byte[]> seeds() throws IOException;

  /**
   * Decodes one input. Where the decoder is behind checksums, the input is what the checksums
   * cover, and the target computes them.
   *
   * @param input any bytes
   * @throws io.streambed.error.StreambedException if the decoder refuses the input
   * @throws IOException if the decoder says that storage failed, as it may of a file that is not
   *     there
   */
  void run(byte[] input) throws IOException;
}
