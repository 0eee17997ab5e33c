package io.streambed.serial;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The components that were removed from a record on purpose: their values in old state are dropped.
 * It is needed where a record loses components and gets others at once, which looks as if they were
 * renamed:
 *
 * <pre>
 * &#64;Removed("comment")
 * record Order(String id, long cents, String currency) {}
 * </pre>
 *
 * <p>A removed name must be neither the name of a present component nor an {@link Alias} of one.
 *
 * <p>It is for records alone. Whole values would be lost with a case of a sealed type or a constant
 * of an enum: keep those until no state holds them.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Removed {
  /**
   * The names that the removed components had when they were removed.
   *
   * @return names, in any order
   */
  String[] value();
}
