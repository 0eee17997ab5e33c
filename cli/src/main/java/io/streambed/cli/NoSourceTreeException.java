package io.streambed.cli;

import io.streambed.error.StreambedException;

/** A command needs what is in Streambed's source tree, and nobody has told where that is. */
final class NoSourceTreeException extends StreambedException {
  private static final long serialVersionUID = 1L;

  NoSourceTreeException() {
    super(
        "This command needs Streambed's source tree, with the examples' data and what is built there:"
            + " start it with the launcher ./streambed in the tree, or set the system property "
            + Home.PROPERTY
            + " to the tree's directory.");
  }
}
