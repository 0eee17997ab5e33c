package io.streambed.cli;

import io.streambed.file.FileSystem;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The lines of the input that the flights job rejected, as its output lists them.
 *
 * @param input the file they are in
 * @param output the directory that lists them
 * @param lines by their numbers
 */
record RejectedSummary(Path input, Path output, List<RejectedLine> lines) {
  /** More are counted, and listed by the output. */
  private static final int SHOWN = 5;

  private static final Pattern LINE = Pattern.compile("rejected,([0-9]{1,18}),(.*)");

  /** One line: its number in the file, from 1, and what is wrong with it. */
  record RejectedLine(long number, String reason) {}

  static RejectedSummary read(FileSystem files, Path output, Path input) {
    List<RejectedLine> lines =
        OutputLines.read(files, output).lines().stream()
            .map(LINE::matcher)
            .filter(Matcher::matches)
            .map(line -> new RejectedLine(Long.parseLong(line.group(1)), line.group(2)))
            .sorted(Comparator.comparingLong(RejectedLine::number))
            .toList();
    return new RejectedSummary(input, output, lines);
  }

  @Override
  public String toString() {
    if (lines.isEmpty()) {
      return "0";
    }
    int more = lines.size() - SHOWN;
    return lines.size()
        + lines.stream()
            .limit(SHOWN)
            .map(line -> "\n  " + input + ":" + line.number() + ": " + line.reason())
            .collect(Collectors.joining())
        + (more > 0 ? "\n  and " + more + " more" : "")
        + "\n  all of them are in "
        + output;
  }
}
