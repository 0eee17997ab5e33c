package io.streambed.serial;

import java.util.Objects;

/**
 * The answer to "can this serializer take over what that configuration wrote?".
 *
 * @param <T> the type that the new serializer serves
 */
public sealed interface Compatibility<T> {

  /**
   * The bytes mean the same.
   *
   * @param <T> the type of the values
   */
  record AsIs<T>() implements Compatibility<T> {}

  /**
   * Old bytes are read by {@code reader} and written anew.
   *
   * @param reader reads what was written and gives values of the new type
   * @param <T> the type of the values
   */
  record Migrate<T>(Serializer<T> reader) implements Compatibility<T> {
    /** Checks the parts. */
    public Migrate {
      Objects.requireNonNull(reader, "reader");
    }
  }

  /**
   * The bytes cannot be taken over.
   *
   * @param reason why not, as a sentence's part
   * @param <T> the type of the values
   */
  record Incompatible<T>(String reason) implements Compatibility<T> {
    /** Checks the parts. */
    public Incompatible {
      Objects.requireNonNull(reason, "reason");
    }
  }

  /**
   * The bytes mean the same.
   *
   * @param <T> the type of the values
   * @return the answer
   */
  static <T> Compatibility<T> asIs() {
    return new AsIs<>();
  }

  /**
   * Old bytes are read by another serializer and written anew.
   *
   * @param reader reads what was written; its {@code write} is never called
   * @param <T> the type of the values
   * @return the answer
   */
  static <T> Compatibility<T> migrate(Serializer<T> reader) {
    return new Migrate<>(reader);
  }

  /**
   * The bytes cannot be taken over.
   *
   * @param reason why not, as a sentence's part
   * @param <T> the type of the values
   * @return the answer
   */
  static <T> Compatibility<T> incompatible(String reason) {
    return new Incompatible<>(reason);
  }
}
