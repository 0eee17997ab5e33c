package io.streambed.examples.live;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A log of numbered lines, served on a free port of the loopback interface. A client sends the
 * number of the line to begin with, and gets all lines from there on: those that are there at once,
 * the others when they are appended. While none is, the server is silent. After the last line it
 * sends {@link #END}. Any thread.
 */
final class LogServer implements AutoCloseable {
  /** Follows the last line. */
  static final String END = "END";

  private static final int KEYS = 7;

  private final ServerSocket server;
  private final List<Socket> clients = new ArrayList<>();
  private final List<Long> begins = new ArrayList<>();
  private long length;
  private boolean ended;
  private boolean closed;

  LogServer() throws IOException {
    server = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
    start(this::accept, "log-server");
  }

  /** The line of a number, without what ends it. */
  static String line(long number) {
    return number + " key-" + number % KEYS;
  }

  /** How many lines up to this one, itself included, have its key. */
  static long countOfKey(long number) {
    return number / KEYS + 1;
  }

  int port() {
    return server.getLocalPort();
  }

  /** Appends lines, one after each pause. */
  void append(int lines, long pauseMillis) throws InterruptedException {
    for (int i = 0; i < lines; i++) {
      Thread.sleep(pauseMillis);
      synchronized (this) {
        length++;
        notifyAll();
      }
    }
  }

  synchronized long length() {
    return length;
  }

  /** No line will be appended any more. */
  synchronized void end() {
    ended = true;
    notifyAll();
  }

  /** The numbers that the clients began with, in the order in which they came. */
  synchronized List<Long> begins() {
    return List.copyOf(begins);
  }

  private static void start(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    while (true) {
      try {
        Socket client = server.accept();
        synchronized (this) {
          clients.add(client);
        }
        start(() -> serve(client), "log-client-" + client.getPort());
      } catch (IOException e) {
        return; // The server was closed.
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
      OutputStream out = client.getOutputStream();
      long next = Long.parseLong(in.readLine());
      synchronized (this) {
        begins.add(next);
      }
      for (; await(next); next++) {
        send(out, line(next));
      }
      send(out, END);
    } catch (IOException | InterruptedException e) {
      // The client was killed, or the server closed: there is nobody to send lines to.
      return;
    }
  }

  private static void send(OutputStream out, String line) throws IOException {
    out.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
  }

  /** Waits for a line; false if there will be none of that number. */
  private synchronized boolean await(long number) throws InterruptedException {
    while (number >= length && !ended) {
      if (closed) {
        throw new InterruptedException("the server was closed");
      }
      wait();
    }
    return number < length;
  }

  @Override
  public void close() {
    try {
      server.close();
      synchronized (this) {
        closed = true;
        notifyAll();
        for (Socket client : clients) {
          client.close();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
