package io.streambed.migration;

import io.streambed.error.IncompatibleStateException;
import java.util.Objects;

/**
 * Why something that was written cannot be taken over.
 *
 * @param what the state, a part of it, or what else does not fit
 * @param written what the checkpoint holds
 * @param declared what the job asks for
 * @param wayOut what the user can do, in whole sentences
 */
public record Incompatibility(String what, String written, String declared, String wayOut) {
  /** Checks that all parts are there. */
  public Incompatibility {
    Objects.requireNonNull(what, "what");
    Objects.requireNonNull(written, "written");
    Objects.requireNonNull(declared, "declared");
    Objects.requireNonNull(wayOut, "wayOut");
  }

  /**
   * The same, told of whose state it is.
   *
   * @param owner such as {@code operator "counts"}
   * @return another one
   */
  public Incompatibility of(String owner) {
    return new Incompatibility(owner + ": " + what, written, declared, wayOut);
  }

  /**
   * As an exception.
   *
   * @return a new one
   */
  public IncompatibleStateException exception() {
    return new IncompatibleStateException(what, written, declared, wayOut);
  }

  @Override
  public String toString() {
    return exception().getMessage();
  }
}
