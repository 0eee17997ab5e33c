package io.streambed.connector;

import io.streambed.error.IncompatibleStateException;
import io.streambed.error.MalformedDataException;
import io.streambed.job.Poll;
import io.streambed.job.SplitReader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the lines of one split, and past those of the others, whose times it needs. */
final class LineSplitReader<T> implements SplitReader<Line<T>, Long> {
  private static final Logger LOG = LoggerFactory.getLogger(LineSplitReader.class);
  private static final long NO_TIME = Long.MIN_VALUE;

  /** So many rejected lines are told of one by one. */
  private static final long ALL_WARNINGS = 10;

  private final TextLines lines;
  private final int split;
  private final LineFileOptions options;
  private final LineParser<T> parser;
  private Line<T> element;
  private long number;
  private long lastTimeMillis = NO_TIME;
  private long offset;
  private long rejected;
  private long nextWarning = 1;

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
  public Poll poll() {
    Line<T> line;
    do {
      line = advance();
    } while (line != null && !mine(line.number()));
    if (line == null) {
      return Poll.END;
    }
    if (line instanceof Line.Rejected<T> rejected) {
      if (options.failOnRejected()) {
        throw new RejectedLineException(lines.name(), rejected.number(), rejected.reason());
      }
      warnOf(rejected);
    }
    offset = number + 1;
    element = line;
    return Poll.ELEMENT;
  }

  @Override
  public Line<T> element() {
    return element;
  }

  /** Tells of the first rejected lines, then of ever fewer: a file may be wrong as a whole. */
  private void warnOf(Line.Rejected<T> line) {
    rejected++;
    if (rejected == nextWarning) {
      LOG.warn(
          "{}, line {} is rejected: {}. It is number {} of those that split {} has rejected{}",
          lines.name(),
          line.number(),
          line.reason(),
          rejected,
          split,
          rejected < ALL_WARNINGS ? "." : "; the next to be told of is number " + 10 * rejected);
      nextWarning = rejected < ALL_WARNINGS ? rejected + 1 : 10 * rejected;
    }
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
  public Long position() {
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
