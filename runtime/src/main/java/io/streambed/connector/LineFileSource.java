package io.streambed.connector;

import io.streambed.error.IncompatibleStateException;
import io.streambed.file.FileSystem;
import io.streambed.file.LocalFileSystem;
import io.streambed.job.Source;
import io.streambed.job.SplitContext;
import io.streambed.job.SplitReader;
import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * The lines of a text file, plain or gzip, in UTF-8, sorted by event time. The file must stay as it
 * is for the life of the job's state; no pipe or device will do. A byte order mark at its beginning
 * is passed over. A gzip file may have several members; whatever else is behind one is damage.
 *
 * <p>Blocks of {@value #BLOCK_LINES} lines are dealt round robin to the splits. A position is the
 * number of the line to go on with, from 1. A line whose time is before that of a line accepted
 * earlier in the file is rejected, in whatever split the two are: so which lines are rejected
 * depends on the file alone. The watermark is the time of the last line accepted, less one
 * millisecond.
 *
 * <p>Cost: every split reads and parses the whole file, since neither a compressed position nor a
 * line's number can be sought; to go on from a position it is read from the start.
 *
 * @param <T> the type of the values
 */
public final class LineFileSource<T> implements Source<Line<T>, Long> {
  /** Lines in a row that belong to the same split. */
  public static final int BLOCK_LINES = 1024;

  /** The longest line; longer ones are rejected. */
  public static final int MAX_LINE_BYTES = 1 << 16;

  private final FileSystem files;
  private final Path path;
  private final LineFileOptions options;
  private final LineParser<T> parser;

  /**
   * A source; the file is not touched yet.
   *
   * @param files the file system
   * @param path the file; it is gzip if it begins as such, whatever its name
   * @param options splits, header, and what is done about rejected lines
   * @param parser makes values of lines
   */
  public LineFileSource(
      FileSystem files, Path path, LineFileOptions options, LineParser<T> parser) {
    this.files = Objects.requireNonNull(files, "files");
    this.path = Objects.requireNonNull(path, "path");
    this.options = Objects.requireNonNull(options, "options");
    this.parser = Objects.requireNonNull(parser, "parser");
  }

  /**
   * The values of a file's lines, the short way: one split in the local file system, no header. The
   * file need not be sorted: its values have no event time until a {@link
   * io.streambed.job.WatermarkStrategy} of the job gives them one.
   *
   * @param path the file, plain or gzip
   * @param parser makes a value, not null, of a line without its end; the same for the same line,
   *     always. What it throws fails the job with a {@link RejectedLineException}, which names the
   *     line. Where such lines are to be left out, let it return the line as it is, and parse that
   *     in a {@code map} with {@code skipFailures()}
   * @param <T> the type of the values
   * @return the source
   */
  public static <T> Source<T, Long> of(Path path, Function<String, ? extends T> parser) {
    Objects.requireNonNull(parser, "parser");
    return new LineValueSource<>(
        new LineFileSource<>(
            new LocalFileSystem(),
            path,
            LineFileOptions.DEFAULT.withFailOnRejected(true),
            (number, text) -> valueOf(path, number, text, parser)));
  }

  private static <T> Line<T> valueOf(
      Path path, long number, String text, Function<String, ? extends T> parser) {
    T value;
    try {
      value = parser.apply(text);
    } catch (RuntimeException e) {
      throw refused(path, number, e.toString(), e);
    }
    if (value == null) {
      throw refused(path, number, "the parser gave null for it", null);
    }
    return new Line.Accepted<>(number, SplitReader.NO_TIMESTAMP, value);
  }

  private static RejectedLineException refused(
      Path path, long number, String reason, RuntimeException cause) {
    return new RejectedLineException(
        path.toString(),
        number,
        reason,
        "Correct it, or read lines as text and parse them in a map with skipFailures().",
        cause);
  }

  /** {@code "0/4"} to {@code "3/4"} if there are four. */
  @Override
  public List<String> splits() {
    return IntStream.range(0, options.splits()).mapToObj(this::id).toList();
  }

  private String id(int split) {
    return split + "/" + options.splits();
  }

  /** Numbers of lines. */
  @Override
  public Serializer<Long> positionSerializer() {
    return Serializers.longs();
  }

  /**
   * Opens a split. The reader throws the same errors.
   *
   * @param context which split, and the number of the line to go on with
   * @return a reader for one thread
   * @throws RejectedLineException if a line is rejected and that is an error
   * @throws io.streambed.error.StorageException if the file cannot be read, or is none
   * @throws DamagedInputException if it is truncated or damaged gzip
   * @throws io.streambed.error.MalformedDataException if it does not begin with the header, or is
   *     UTF-16 or UTF-32
   * @throws IncompatibleStateException if it ends before that line, or the split is not one of its
   *     own: the number of splits is another one now
   */
  @Override
  public SplitReader<Line<T>, Long> open(SplitContext<Long> context) {
    int split = splits().indexOf(context.split());
    if (split < 0) {
      throw new IncompatibleStateException(
          "the positions in " + path,
          "split " + context.split(),
          options.splits() + " splits",
          "Give the source the same number of splits, whatever the parallelism.");
    }
    long offset = context.position().orElse(0L);
    if (offset < 0) {
      throw new IllegalArgumentException("offset " + offset + " is below 0");
    }
    LineSplitReader<T> reader =
        new LineSplitReader<>(TextLines.open(files, path), split, options, parser);
    try {
      reader.begin(offset);
      return reader;
    } catch (RuntimeException e) {
      reader.closeAfter(e);
      throw e;
    }
  }
}
