package io.streambed.cli;

import io.streambed.error.MalformedDataException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line that {@link Markers} printed.
 *
 * @param number from 1
 * @param event the event's name
 * @param details its parts
 */
record Marker(long number, String event, String details) {
  private static final Pattern LINE = Pattern.compile("@ ([0-9]{1,18}) ([A-Za-z]+)\\[(.*)\\]");

  /** The marker in a line, or null if it is another line. */
  static Marker of(String line) {
    Matcher marker = LINE.matcher(line);
    return marker.matches()
        ? new Marker(Long.parseLong(marker.group(1)), marker.group(2), marker.group(3))
        : null;
  }

  boolean is(Class<? extends Record> type) {
    return event.equals(type.getSimpleName());
  }

  /** A part that is a number. */
  long number(String part) {
    return Long.parseLong(part(part, "[0-9]{1,18}"));
  }

  /** A part that is a name without commas, as operators have them. */
  String name(String part) {
    return part(part, "[^,]*");
  }

  private String part(String name, String pattern) {
    Matcher value = Pattern.compile("(?:^|, )" + name + "=(" + pattern + ")").matcher(details);
    if (!value.find()) {
      throw new MalformedDataException("marker " + this + " has no " + name + " like " + pattern);
    }
    return value.group(1);
  }
}
