package io.streambed.cli.flink;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Looks for what went wrong in the logs of a cluster. */
final class Logs {
  /** A log line of Flink's says its time first, then its level. */
  private static final Pattern ERROR = Pattern.compile("[0-9-]{10} [0-9:,]{12} (ERROR|FATAL) .*");

  private static final Pattern CAUSE =
      Pattern.compile("(Caused by: .*|[a-z.]+\\.[A-Z][A-Za-z$]*: .*)");

  private static final int TIME_LENGTH = "2001-01-31 23:59:59,999".length();

  private record Found(String time, String text) {}

  private Logs() {}

  /** The error logged last by any process, with the deepest cause given for it, as one line. */
  static Optional<String> lastError(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      Optional<Found> last = Optional.empty();
      for (Path file : files.filter(path -> path.toString().endsWith(".log")).toList()) {
        Optional<Found> found = lastErrorIn(file);
        if (last.isEmpty()
            || found.isPresent() && found.get().time.compareTo(last.get().time) > 0) {
          last = found;
        }
      }
      return last.map(Found::text);
    } catch (IOException e) {
      return Optional.of("(the logs cannot be read: " + e + ")");
    }
  }

  private static Optional<Found> lastErrorIn(Path file) throws IOException {
    List<String> lines =
        new String(Files.readAllBytes(file), StandardCharsets.UTF_8).lines().toList();
    for (int i = lines.size() - 1; i >= 0; i--) {
      String line = lines.get(i);
      if (ERROR.matcher(line).matches()) {
        String text = file.getFileName() + ": " + line + cause(lines, i + 1);
        return Optional.of(new Found(line.substring(0, TIME_LENGTH), text));
      }
    }
    return Optional.empty();
  }

  /** The last cause in the stack trace that begins at some line. */
  private static String cause(List<String> lines, int from) {
    String cause = "";
    for (int i = from; i < lines.size(); i++) {
      String line = lines.get(i);
      if (CAUSE.matcher(line).matches()) {
        cause = " | " + line;
      } else if (!line.startsWith("\t") && !line.isBlank()) {
        break;
      }
    }
    return cause;
  }
}
