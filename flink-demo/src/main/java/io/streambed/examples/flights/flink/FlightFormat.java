package io.streambed.examples.flights.flink;

import io.streambed.examples.flights.logic.Flight;
import io.streambed.examples.flights.logic.FlightLines;
import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.file.src.reader.SimpleStreamFormat;
import org.apache.flink.core.fs.FSDataInputStream;

/**
 * A file of flights, sorted by departure. A line that goes back in time is rejected, as one that is
 * no flight is.
 */
final class FlightFormat extends SimpleStreamFormat<FlightLine> {
  private static final long serialVersionUID = 1L;

  private final String name;

  /** The format of a file with this name. */
  FlightFormat(String name) {
    this.name = name;
  }

  @Override
  public Reader createReader(Configuration configuration, FSDataInputStream stream)
      throws IOException {
    return new Reader(new NumberedLines(name, stream, FlightLines.HEADER));
  }

  @Override
  public TypeInformation<FlightLine> getProducedType() {
    return TypeInformation.of(FlightLine.class);
  }

  /** Reads always from the front: Flink skips what a checkpoint has behind it. */
  static final class Reader
      implements org.apache.flink.connector.file.src.reader.StreamFormat.Reader<FlightLine> {
    private final NumberedLines lines;
    private long lastMillis = Long.MIN_VALUE;

    Reader(NumberedLines lines) {
      this.lines = lines;
    }

    @Override
    public FlightLine read() throws IOException {
      String text = lines.next();
      if (text == null) {
        return null;
      }
      if (lines.tooLong()) {
        return rejected("longer than " + NumberedLines.MAX_LINE_BYTES + " bytes");
      }
      Flight flight;
      try {
        flight = FlightLines.parse(lines.number(), text);
      } catch (IllegalArgumentException e) {
        return rejected(e.getMessage());
      }
      if (flight.departureMillis() < lastMillis) {
        return rejected("goes back in time");
      }
      lastMillis = flight.departureMillis();
      return new FlightLine(lines.number(), lastMillis, flight, null);
    }

    private FlightLine rejected(String reason) {
      return new FlightLine(lines.number(), lastMillis, null, reason);
    }

    @Override
    public void close() throws IOException {
      lines.close();
    }
  }
}
