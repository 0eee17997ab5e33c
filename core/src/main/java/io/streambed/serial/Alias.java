package io.streambed.serial;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The former names of a component of a record, of a constant of an enum, or of the class of a
 * sealed type's case. State that was written under one of them is read into what bears the
 * annotation:
 *
 * <pre>
 * record Order(String id, &#64;Alias({"amount", "cents"}) long priceCents) {}
 *
 * enum Status { OPEN, &#64;Alias("SENT") SHIPPED }
 *
 * &#64;Alias("CreditCard")
 * record Card(String number) implements Payment {}
 * </pre>
 *
 * <p>A former name must be neither the name of a present part nor a former name of two parts: the
 * serializer of such a type cannot be made, since what was written under the name could be of
 * either. State that knows two names of one part, a former one and the present one for instance, is
 * incompatible: one of the two values would be lost.
 *
 * <p>An alias is needed until no checkpoint or savepoint is restored any more that was taken before
 * the renaming.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.RECORD_COMPONENT, ElementType.FIELD, ElementType.TYPE})
public @interface Alias {
  /**
   * All former names: of a class the simple ones.
   *
   * @return names, in any order
   */
  String[] value();
}
