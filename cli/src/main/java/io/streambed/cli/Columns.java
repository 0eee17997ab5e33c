package io.streambed.cli;

import java.util.ArrayList;
import java.util.List;

/** Text in columns. */
final class Columns {
  private static final String GAP = "  ";

  private final List<String[]> rows = new ArrayList<>();
  private final boolean[] numbers;

  /** One character for each column: {@code l} for text, {@code r} for numbers. */
  Columns(String alignment) {
    numbers = new boolean[alignment.length()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = alignment.charAt(i) == 'r';
    }
  }

  static String left(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }

  void row(Object... cells) {
    String[] row = new String[numbers.length];
    for (int i = 0; i < row.length; i++) {
      row[i] = cells[i].toString();
    }
    rows.add(row);
  }

  List<String> lines() {
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
