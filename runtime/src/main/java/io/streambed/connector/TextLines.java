package io.streambed.connector;

import io.streambed.error.MalformedDataException;
import io.streambed.error.StorageException;
import io.streambed.file.FileInput;
import io.streambed.file.FileSystem;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.ZipException;

/**
 * A text file, plain or gzip, line by line. Memory: two of the longest lines. One thread.
 *
 * <p>Lines end with LF or CR LF; the last one may lack its end. A byte order mark of UTF-8 at the
 * file's beginning is passed over; those of UTF-16 and UTF-32 are refused.
 */
final class TextLines implements AutoCloseable {
  private static final int GZIP_MAGIC = 0x8b1f;
  private static final byte[] UTF_8_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};
  private static final byte[] BIG_ENDIAN_MARK = {(byte) 0xfe, (byte) 0xff};
  private static final byte[] LITTLE_ENDIAN_MARK = {(byte) 0xff, (byte) 0xfe};
  private static final byte[] UTF_32_MARK = {0, 0, (byte) 0xfe, (byte) 0xff};

  private final String name;
  private final InputStream bytes;
  private final byte[] buffer = new byte[2 * LineFileSource.MAX_LINE_BYTES];
  private int start;
  private int end;
  private boolean ended;
  private boolean cut;

  private TextLines(FileInput input) throws IOException {
    this.name = input.name();
    FileBytes file = new FileBytes(input);
    this.bytes = isGzip(input) ? new GzipMembers(file) : file;
    passOverMark();
  }

  static TextLines open(FileSystem files, Path path) {
    FileInput input;
    try {
      if (files.isDirectory(path)) {
        throw new StorageException(path + " is a directory; give the path of a file");
      }
      if (files.exists(path) && !files.isFile(path)) {
        throw new StorageException(
            path
                + " is a pipe or a device. A source is read again from the beginning when the job"
                + " goes back to a checkpoint: write the input to a file, and give that.");
      }
      input = files.open(path);
    } catch (NoSuchFileException e) {
      throw new StorageException("The input file " + path + " does not exist");
    } catch (IOException e) {
      throw new StorageException("Opening the input file " + path, e);
    }
    try {
      return new TextLines(input);
    } catch (IOException e) {
      RuntimeException failure = typed(path.toString(), e);
      closeAfter(input, failure);
      throw failure;
    } catch (RuntimeException e) {
      closeAfter(input, e);
      throw e;
    }
  }

  private static void closeAfter(FileInput input, RuntimeException failure) {
    try {
      input.close();
    } catch (IOException suppressed) {
      failure.addSuppressed(suppressed);
    }
  }

  private static boolean isGzip(FileInput input) throws IOException {
    byte[] magic = new byte[2];
    if (input.length() < magic.length) {
      return false;
    }
    input.readFully(0, magic, 0, magic.length);
    return ((magic[1] & 0xff) << 8 | magic[0] & 0xff) == GZIP_MAGIC;
  }

  private static RuntimeException typed(String name, IOException e) {
    if (e instanceof EOFException) {
      return new DamagedInputException(name, "a whole gzip file", "its end too early", e);
    }
    if (e instanceof ZipException) {
      return new DamagedInputException(name, "a whole gzip file", e.getMessage(), e);
    }
    return new StorageException("Reading the input file " + name, e);
  }

  private void passOverMark() throws IOException {
    end = bytes.readNBytes(buffer, 0, UTF_32_MARK.length);
    if (begins(UTF_8_MARK)) {
      start = UTF_8_MARK.length;
    } else if (begins(BIG_ENDIAN_MARK) || begins(LITTLE_ENDIAN_MARK) || begins(UTF_32_MARK)) {
      throw new MalformedDataException(
          name
              + " begins with the byte order mark of UTF-16 or UTF-32, and is to be UTF-8: convert"
              + " it, for instance with iconv -f UTF-16 -t UTF-8");
    }
  }

  private boolean begins(byte[] mark) {
    return end >= mark.length && Arrays.equals(buffer, 0, mark.length, mark, 0, mark.length);
  }

  String name() {
    return name;
  }

  /** Whether the line given last is too long, so that what was given is not the whole of it. */
  boolean cut() {
    return cut;
  }

  /** The next line without its end, or null. */
  String next() {
    cut = false;
    int from = start;
    while (true) {
      for (int i = from; i < end; i++) {
        if (buffer[i] == '\n') {
          String line = text(i);
          start = i + 1;
          return line;
        }
      }
      from = end;
      if (end - start > LineFileSource.MAX_LINE_BYTES) {
        return longLine();
      }
      int moved = start;
      if (!fill()) {
        return lastLine();
      }
      from -= moved - start;
    }
  }

  private String text(int lineEnd) {
    int length = lineEnd - start;
    if (length > 0 && buffer[lineEnd - 1] == '\r') {
      length--;
    }
    cut = length > LineFileSource.MAX_LINE_BYTES;
    return new String(buffer, start, length, StandardCharsets.UTF_8);
  }

  private String lastLine() {
    String line = start == end ? null : text(end);
    start = end;
    return line;
  }

  private String longLine() {
    while (true) {
      for (int i = start; i < end; i++) {
        if (buffer[i] == '\n') {
          start = i + 1;
          cut = true;
          return "";
        }
      }
      start = end;
      if (!fill()) {
        cut = true;
        return "";
      }
    }
  }

  /** Reads more behind what is there, which moves to the front; false at the end of the file. */
  private boolean fill() {
    System.arraycopy(buffer, start, buffer, 0, end - start);
    end -= start;
    start = 0;
    try {
      int n = ended ? -1 : bytes.read(buffer, end, buffer.length - end);
      ended = n < 0;
      end += Math.max(n, 0);
      return n > 0;
    } catch (IOException e) {
      throw typed(name, e);
    }
  }

  @Override
  public void close() {
    try {
      bytes.close();
    } catch (IOException e) {
      throw new StorageException("Closing the input file " + name, e);
    }
  }
}
