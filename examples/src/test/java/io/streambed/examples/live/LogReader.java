package io.streambed.examples.live;

import io.streambed.connector.BlockingReader;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Reads the lines of a {@link LogServer}; a position is the number of the next line. */
final class LogReader implements BlockingReader<String, Long> {
  private final Socket socket;
  private final BufferedReader lines;
  private String line;
  private long next;

  /** Connects, and asks for all lines from a number on. */
  LogReader(int port, long first) throws IOException {
    next = first;
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    try {
      socket.getOutputStream().write((first + "\n").getBytes(StandardCharsets.US_ASCII));
      lines =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  @Override
  public boolean next() throws IOException {
    line = lines.readLine();
    if (line == null) {
      throw new EOFException("the log server has gone before line " + next);
    }
    next++;
    return !line.equals(LogServer.END);
  }

  @Override
  public String element() {
    return line;
  }

  @Override
  public Long position() {
    return next;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
