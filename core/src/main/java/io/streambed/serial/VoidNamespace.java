package io.streambed.serial;

/**
 * The one namespace of state that has none. Its serializer, {@link Serializers#unit()}, writes no
 * bytes.
 */
public enum VoidNamespace {
  /** The only value. */
  INSTANCE
}
