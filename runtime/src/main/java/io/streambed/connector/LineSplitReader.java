package io.streambed.connector;

import io.streambed.error.IncompatibleStateException;
import io.streambed.error.MalformedDataException;
import io.streambed.job.SplitReader;

/** Reads the lines of one split, and past those of the others, whose times it needs. */
final class LineSplitReader<T> implements SplitReader<Line<T>> {
  private static final long NO_TIME = Long.MIN_VALUE;

  private final TextLines lines;
  private final int split;
  private final LineFileOptions options;
  private final LineParser<T> parser;
  private long number;
  private long lastTimeMillis = NO_TIME;
  private long offset;

  LineSplitReader(TextLines lines, int split, LineFileOptions options, LineParser<T> parser) {
    this.lines = lines;
    this.split = split;
    this.options = options;
    this.parser = parser;
  }

  void begin(long startOffset) {
    if (options.header().isPresent()) {
      readHeader(options.header().get());
    }
    while (number + 1 < startOffset) {
      if (advance() == null) {
        throw new IncompatibleStateException(
            "input " + lines.name(),
            "line " + startOffset + " as the next one to read",
            "a file of " + number + " lines",
            "Restore with the file that the checkpoint was taken over.");
      }
    }
    offset = startOffset;
  }

  private void readHeader(String header) {
    String first = lines.next();
    number = 1;
    if (!header.equals(first)) {
      throw new MalformedDataException(
          lines.name()
              + (first == null ? " is empty" : ", line 1, is not the expected header")
              + ": it must begin with \""
              + header
              + "\"");
    }
  }

  @Override
  public Line<T> next() {
    Line<T> line;
    do {
      line = advance();
    } while (line != null && !mine(line.number()));
    if (line == null) {
      return null;
    }
    if (options.failOnRejected() && line instanceof Line.Rejected<T> rejected) {
      throw new RejectedLineException(lines.name(), rejected.number(), rejected.reason());
    }
    offset = number + 1;
    return line;
  }

  private boolean mine(long line) {
    return (line - 1) / LineFileSource.BLOCK_LINES % options.splits() == split;
  }

  /** Goes to the file's next line, of whatever split; null at the end. */
  private Line<T> advance() {
    String text = lines.next();
    if (text == null) {
      return null;
    }
    number++;
    if (lines.cut()) {
      return new Line.Rejected<>(number, "longer than " + LineFileSource.MAX_LINE_BYTES + " bytes");
    }
    Line<T> line = parser.parse(number, text);
    if (line instanceof Line.Accepted<T> accepted) {
      if (accepted.timestampMillis() < lastTimeMillis) {
        return new Line.Rejected<>(number, "goes back in time");
      }
      lastTimeMillis = accepted.timestampMillis();
    }
    return line;
  }

  /** That of the line given last, or, that being rejected, of the last one accepted before it. */
  @Override
  public long timestampMillis() {
    return lastTimeMillis;
  }

  @Override
  public long watermark() {
    return lastTimeMillis == NO_TIME ? NO_TIME : lastTimeMillis - 1;
  }

  @Override
  public long offset() {
    return offset;
  }

  @Override
  public void close() {
    lines.close();
  }

  void closeAfter(RuntimeException failure) {
    try {
      close();
    } catch (RuntimeException suppressed) {
      failure.addSuppressed(suppressed);
    }
  }
}
