package io.streambed.serial;

/** The answer to a null where a serializer takes none. */
final class Nulls {
  private Nulls() {}

  static <T> T present(T value, String type) {
    if (value == null) {
      throw new NullPointerException(
          "a value of serializer "
              + type
              + " must not be null; wrap the serializer with Serializers.nullable(...) to allow it");
    }
    return value;
  }
}
