package io.streambed.examples.flights.flink;

import io.streambed.examples.flights.logic.Rule;
import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.file.src.reader.SimpleStreamFormat;
import org.apache.flink.core.fs.FSDataInputStream;

/**
 * A file of rules, sorted by when they become effective. A rule that cannot be read would change
 * results in silence: it is always an error.
 */
final class RuleFormat extends SimpleStreamFormat<Rule> {
  private static final long serialVersionUID = 1L;

  private final String name;

  /** The format of a file with this name. */
  RuleFormat(String name) {
    this.name = name;
  }

  @Override
  public Reader createReader(Configuration configuration, FSDataInputStream stream)
      throws IOException {
    return new Reader(new NumberedLines(name, stream, Rule.HEADER));
  }

  @Override
  public TypeInformation<Rule> getProducedType() {
    return TypeInformation.of(Rule.class);
  }

  /** Reads always from the front: Flink skips what a checkpoint has behind it. */
  static final class Reader
      implements org.apache.flink.connector.file.src.reader.StreamFormat.Reader<Rule> {
    private final NumberedLines lines;
    private long lastMillis = Long.MIN_VALUE;

    Reader(NumberedLines lines) {
      this.lines = lines;
    }

    @Override
    public Rule read() throws IOException {
      String text = lines.next();
      if (text == null) {
        return null;
      }
      Rule rule;
      try {
        rule = Rule.parse(text);
      } catch (IllegalArgumentException e) {
        throw lines.rejected(e.getMessage());
      }
      if (rule.key().effectiveMillis() < lastMillis) {
        throw lines.rejected("goes back in time");
      }
      lastMillis = rule.key().effectiveMillis();
      return rule;
    }

    @Override
    public void close() throws IOException {
      lines.close();
    }
  }
}
