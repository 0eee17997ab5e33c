package io.streambed.cli;

import io.streambed.runtime.JobEvent;
import io.streambed.runtime.JobListener;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;

/**
 * Prints each event of a job as a line {@code @ number event}, for the process that started this
 * one; and, if it has an input, goes on only when a line comes from there. Ends this process if the
 * other one has gone. Any thread; one event at a time.
 */
final class Markers implements JobListener {
  private final PrintStream out;
  private final InputStream steps;
  private long number;

  /** Waits after each event if {@code steps} is not null. */
  Markers(PrintStream out, InputStream steps) {
    this.out = out;
    this.steps = steps;
  }

  @Override
  public synchronized void on(JobEvent event) {
    number++;
    out.print("@ " + number + " " + event.toString().replace('\n', ' ') + "\n");
    if (out.checkError() || !mayGoOn()) {
      Runtime.getRuntime().halt(Main.FAILED);
    }
  }

  private boolean mayGoOn() {
    if (steps == null) {
      return true;
    }
    try {
      int b = steps.read();
      while (b >= 0 && b != '\n') {
        b = steps.read();
      }
      return b >= 0;
    } catch (IOException e) {
      return false;
    }
  }
}
