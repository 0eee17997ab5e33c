package io.streambed.cli.console;

import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A duration on the command line, such as {@code 500ms}, {@code 10s} or {@code 2m}.
 *
 * @param value in milliseconds, from 1
 */
public record Millis(long value) {
  private static final Pattern FORM = Pattern.compile("([0-9]{1,9})(ms|s|m|h)");

  /** Reads one; at least a millisecond. */
  public static final class Converter implements ITypeConverter<Millis> {
    /** The library makes one for each option. */
    public Converter() {}

    @Override
    public Millis convert(String text) {
      Matcher form = FORM.matcher(text);
      if (!form.matches() || Long.parseLong(form.group(1)) == 0) {
        throw new TypeConversionException(
            "'" + text + "' is no duration: use a number above 0 and ms, s, m or h, as in 500ms");
      }
      long number = Long.parseLong(form.group(1));
      return new Millis(unit(form.group(2)).toMillis(number));
    }

    private static TimeUnit unit(String name) {
      return switch (name) {
        case "ms" -> TimeUnit.MILLISECONDS;
        case "s" -> TimeUnit.SECONDS;
        case "m" -> TimeUnit.MINUTES;
        default -> TimeUnit.HOURS;
      };
    }
  }

  @Override
  public String toString() {
    return value + "ms";
  }
}
