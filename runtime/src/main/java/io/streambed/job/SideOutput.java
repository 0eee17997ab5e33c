package io.streambed.job;

import java.util.Objects;

/**
 * A second kind of results of a function: {@link ProcessContext#emit(SideOutput, Object)} gives
 * them, {@link DataStream#sideOutput} reads them. What nobody reads is dropped.
 *
 * @param name by which function and reader mean the same; unique in a function
 * @param <T> the type of the results
 */
public record SideOutput<T>(String name) {
  /** Checks that there is a name. */
  public SideOutput {
    Objects.requireNonNull(name, "name");
  }

  /**
   * Names a side output.
   *
   * @param name unique in a function
   * @param <T> the type of the results
   * @return the side output
   */
  public static <T> SideOutput<T> named(String name) {
    return new SideOutput<>(name);
  }
}
