package io.streambed.cli.check;

import io.streambed.error.StreambedException;

/** A job's class, or one that it needs, cannot be loaded. */
final class JobLoadException extends StreambedException {
  private static final long serialVersionUID = 1L;

  JobLoadException(String message) {
    super(message);
  }
}
