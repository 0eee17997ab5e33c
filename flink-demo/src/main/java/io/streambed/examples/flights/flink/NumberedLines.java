package io.streambed.examples.flights.flink;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * The lines of a stream of UTF-8 below its header, counted. Lines end with LF or CR LF; the last
 * one may lack its end. Memory: one line of the greatest length. One thread.
 */
final class NumberedLines implements AutoCloseable {
  /** The longest line in bytes; of longer ones nothing is given. */
  static final int MAX_LINE_BYTES = 1 << 16;

  private final String name;
  private final InputStream bytes;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private long number;
  private boolean tooLong;

  /** Lines of a named stream, which it owns from here on. */
  NumberedLines(String name, InputStream stream, String header) throws IOException {
    this.name = name;
    this.bytes = new BufferedInputStream(stream);
    if (!header.equals(next())) {
      throw new IOException(name + ", line 1, is not the expected header \"" + header + "\"");
    }
  }

  /** The next line without its end, or null; empty if it is too long. */
  String next() throws IOException {
    line.reset();
    tooLong = false;
    int b = bytes.read();
    if (b < 0) {
      return null;
    }
    while (b >= 0 && b != '\n') {
      // One byte more: it may be the CR of the line's end.
      if (line.size() <= MAX_LINE_BYTES) {
        line.write(b);
      } else {
        tooLong = true;
      }
      b = bytes.read();
    }
    number++;
    String text = line.toString(StandardCharsets.UTF_8);
    text = text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    tooLong |= line.size() > MAX_LINE_BYTES && text.length() == line.size();
    return tooLong ? "" : text;
  }

  /** The number of the line given last, from 1. */
  long number() {
    return number;
  }

  /** Whether that line is longer than allowed. */
  boolean tooLong() {
    return tooLong;
  }

  /** What is wrong with the line given last, as an error that names it. */
  IOException rejected(String reason) {
    return new IOException(name + ", line " + number + ": " + reason);
  }

  @Override
  public void close() throws IOException {
    bytes.close();
  }
}
