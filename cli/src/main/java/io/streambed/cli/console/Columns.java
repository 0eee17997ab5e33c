package io.streambed.cli.console;

import java.util.ArrayList;
import java.util.List;

/** Text in columns. */
public final class Columns {
  private static final String GAP = "  ";

  private final List<String[]> rows = new ArrayList<>();
  private final boolean[] numbers;

  /**
   * Columns without rows.
   *
   * @param alignment one character for each column: {@code l} for text, {@code r} for numbers
   */
  public Columns(String alignment) {
    numbers = new boolean[alignment.length()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = alignment.charAt(i) == 'r';
    }
  }

  /**
   * Text filled up with blanks on its right.
   *
   * @param text the text
   * @param width the least number of characters of the result
   * @return the text itself if it is longer
   */
  public static String left(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }

  /**
   * Adds a row.
   *
   * @param cells one for each column
   */
  public void row(Object... cells) {
    String[] row = new String[numbers.length];
    for (int i = 0; i < row.length; i++) {
      row[i] = cells[i].toString();
    }
    rows.add(row);
  }

  /**
   * The rows as text.
   *
   * @return a line for each row, without blanks at its end
   */
  public List<String> lines() {
    int[] widths = new int[numbers.length];
    for (String[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        widths[i] = Math.max(widths[i], row[i].length());
      }
    }
    return rows.stream().map(row -> line(row, widths)).toList();
  }

  private String line(String[] row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < row.length; i++) {
      String padding = " ".repeat(widths[i] - row[i].length());
      line.append(i == 0 ? "" : GAP).append(numbers[i] ? padding + row[i] : row[i] + padding);
    }
    return line.toString().stripTrailing();
  }
}
