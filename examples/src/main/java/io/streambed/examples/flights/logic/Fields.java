package io.streambed.examples.flights.logic;

/** Takes lines of comma-separated fields apart. */
final class Fields {
  private Fields() {}

  static String[] split(String text, int count) {
    String[] fields = new String[count];
    int start = 0;
    for (int i = 0; i < count; i++) {
      int comma = text.indexOf(',', start);
      if (comma < 0 != (i == count - 1)) {
        throw new IllegalArgumentException("does not have " + count + " fields");
      }
      int end = comma < 0 ? text.length() : comma;
      fields[i] = text.substring(start, end);
      start = end + 1;
    }
    return fields;
  }

  /** A whole number in plain decimal digits, with a minus sign if negative. */
  static int whole(String field, String name, int least, int most) {
    int sign = field.startsWith("-") ? 1 : 0;
    int digits = field.length() - sign;
    int value = 0;
    boolean valid = digits >= 1 && digits <= 9;
    for (int i = sign; valid && i < field.length(); i++) {
      char c = field.charAt(i);
      valid = c >= '0' && c <= '9';
      value = 10 * value + c - '0';
    }
    if (!valid) {
      throw new IllegalArgumentException(name + " is not a whole number");
    }
    value = sign == 1 ? -value : value;
    if (value < least || value > most) {
      throw new IllegalArgumentException(name + " is not in " + least + " to " + most);
    }
    return value;
  }
}
