package io.streambed.heap;

import io.streambed.serial.Serializer;

/**
 * What the slots of one table's segments hold, and where. A slot has {@code longStride} words of 64
 * bits, key before value, and {@code refStride} references, key before namespace before value, each
 * as far as the layout has it. Timestamps lie apart from both.
 */
final class Layout {
  /** Of sets: each slot has an object that is the whole entry. */
  static final Layout ELEMENTS = new Layout();

  private final boolean longKeys;
  private final boolean namespaced;
  private final boolean longValues;
  private final boolean tracked;
  private final boolean stamped;

  final int longStride;
  final int refStride;

  /** Where in a slot's words the value is. */
  final int longValue;

  /** Where in a slot's references namespace and value are. */
  final int namespace;

  final int value;

  /**
   * A layout.
   *
   * @param longKeys keys are kept as 64 bits, else as objects
   * @param namespaced a namespace is part of the key
   * @param longValues values are kept as 64 bits, else as objects
   * @param tracked values are mutable objects, each with the epoch it was last copied or put in
   * @param stamped each value has a timestamp
   */
  Layout(
      boolean longKeys, boolean namespaced, boolean longValues, boolean tracked, boolean stamped) {
    this.longKeys = longKeys;
    this.namespaced = namespaced;
    this.longValues = longValues;
    this.tracked = tracked;
    this.stamped = stamped;
    this.longValue = longKeys ? 1 : 0;
    this.longStride = longValue + (longValues ? 1 : 0);
    this.namespace = longKeys ? 0 : 1;
    this.value = namespace + (namespaced ? 1 : 0);
    this.refStride = value + (longValues ? 0 : 1);
  }

  private Layout() {
    this.longKeys = false;
    this.namespaced = false;
    this.longValues = false;
    this.tracked = false;
    this.stamped = false;
    this.longValue = 0;
    this.longStride = 0;
    this.namespace = 1;
    this.value = 1;
    this.refStride = 1;
  }

  /** For single values under keys and namespaces of these serializers. */
  static Layout ofValues(
      Serializer<?> key, Serializer<?> namespace, Serializer<?> value, boolean stamped) {
    boolean longValues = value.longLane() != null;
    boolean tracked = !longValues && !value.immutable();
    return new Layout(
        key.longLane() != null, !hasSoleValue(namespace), longValues, tracked, stamped);
  }

  /** For collections under keys and namespaces of these serializers. */
  static Layout ofCollections(Serializer<?> key, Serializer<?> namespace) {
    return new Layout(key.longLane() != null, !hasSoleValue(namespace), false, false, false);
  }

  /** Whether a serializer's type has but one value, so that nothing need be kept of it. */
  private static boolean hasSoleValue(Serializer<?> serializer) {
    return serializer.fixedLength() == 0;
  }

  /** Whether 64 bits are the whole key, so that a slot needs no hash. */
  boolean direct() {
    return longKeys && !namespaced;
  }

  boolean longKeys() {
    return longKeys;
  }

  boolean namespaced() {
    return namespaced;
  }

  boolean longValues() {
    return longValues;
  }

  boolean tracked() {
    return tracked;
  }

  boolean stamped() {
    return stamped;
  }
}
