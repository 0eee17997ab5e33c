package io.streambed.cli.console;

/** How a command ends. A process that a signal ends has 128 and the signal's number, as usual. */
public final class ExitCodes {
  /** Done. */
  public static final int OK = 0;

  /** Failed: the message names the file, state or option, and the way out. */
  public static final int FAILED = 1;

  /** The command line is wrong. */
  public static final int USAGE = 2;

  /** Two outputs differ that should be the same. */
  public static final int DIFFERS = 3;

  /** A bug in Streambed. */
  public static final int BUG = 4;

  /** {@code inspect}, {@code verify} or {@code gc} found damage. */
  public static final int DAMAGED = 5;

  /** Code of the job has failed: a function, a serializer, a source or a sink. */
  public static final int JOB_CODE = 6;

  /** {@code check} found that the job cannot be restored from the checkpoint. */
  public static final int INCOMPATIBLE = 7;

  private ExitCodes() {}
}
