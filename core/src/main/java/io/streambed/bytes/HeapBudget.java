package io.streambed.bytes;

import io.streambed.error.LimitExceededException;

/**
 * How much of the heap the objects may take that are read from some bytes of a file. A few bytes
 * can become a large object, and compressed bytes are fewer still: without a bound a small file
 * could fill the heap. What is taken is an estimate, so that half of the heap is the bound.
 */
public final class HeapBudget {
  private static final long HEAP_BYTES = Runtime.getRuntime().maxMemory();

  /** Of the heap, so much may be taken. */
  private static final int SHARE = 2;

  /** Of the heap, so much may be one text: decoding it takes four times its bytes. */
  private static final int TEXT_SHARE = 16;

  /** A string and its array, without the characters. */
  private static final int STRING_BYTES = 40;

  private final String what;
  private long taken;

  /**
   * A budget of which the bytes themselves, which are on the heap as well, are taken.
   *
   * @param what what is read, for the message: a plural
   * @param in the bytes that it is read from
   */
  public HeapBudget(String what, ByteReader in) {
    this.what = what;
    this.taken = in.remaining();
  }

  /**
   * Takes some of it; to be called for each object that is read.
   *
   * @param bytes about so many bytes the object takes on the heap, in a collection
   * @throws LimitExceededException if too much is taken
   */
  public void take(long bytes) {
    taken += bytes;
    if (taken > HEAP_BYTES / SHARE) {
      throw tooMuch("The memory for " + what, taken, SHARE);
    }
  }

  /**
   * Reads what {@link ByteWriter#writeText} wrote, and takes what the text takes.
   *
   * @param in positioned at its first byte
   * @return the text
   * @throws io.streambed.error.MalformedDataException if the bytes end or are not UTF-8
   * @throws LimitExceededException if it is too long, or too much is taken
   */
  public String readText(ByteReader in) {
    int length = in.readLength();
    if (isTooLong(length)) {
      throw tooMuch("The size of a text in " + what, length, TEXT_SHARE);
    }
    take(STRING_BYTES + 2L * length);
    return in.readText(length);
  }

  /** Whether decoding a text of so many bytes takes more than a small part of the heap. */
  static boolean isTooLong(int bytes) {
    return bytes > HEAP_BYTES / TEXT_SHARE;
  }

  private static LimitExceededException tooMuch(String what, long bytes, int share) {
    return new LimitExceededException(
        what + ", in bytes,",
        bytes,
        HEAP_BYTES / share,
        "That is a part of the heap: give the process a larger one.");
  }
}
