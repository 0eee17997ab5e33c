package io.streambed.runtime;

import io.streambed.error.StreambedException;

/** The key function of an operator failed, or gave what cannot be a key. */
public class UnusableKeyException extends StreambedException {
  private static final long serialVersionUID = 1L;

  /** Of the operator whose key function it is. */
  private final String operatorId;

  private UnusableKeyException(String operatorId, String message, Throwable cause) {
    super(message, cause);
    this.operatorId = operatorId;
  }

  /**
   * Whose key function it is; the exception comes from a subtask that sends elements there.
   *
   * @return the operator's id
   */
  public String operatorId() {
    return operatorId;
  }

  /** The key function gave null. */
  static UnusableKeyException none(String operatorId, Object element) {
    return new UnusableKeyException(
        operatorId,
        "the key function of operator \""
            + operatorId
            + "\" gave null for the element "
            + Shown.shortened(element)
            + ". A key is never null: give elements without one a key of their own.",
        null);
  }

  /** The key function failed. */
  static UnusableKeyException failed(String operatorId, Object element, Exception cause) {
    return new UnusableKeyException(
        operatorId,
        "the key function of operator \""
            + operatorId
            + "\" failed for the element "
            + Shown.shortened(element)
            + ": "
            + cause,
        cause);
  }

  /** The key's serializer cannot hash it. */
  static UnusableKeyException unhashable(
      String operatorId, Object element, Object key, RuntimeException cause) {
    return new UnusableKeyException(
        operatorId,
        "the key "
            + Shown.shortened(key)
            + ", which the key function of operator \""
            + operatorId
            + "\" gave for the element "
            + Shown.shortened(element)
            + ", does not fit the key's serializer: "
            + cause
            + ". A part of a key may be null only if its serializer says so (Serializers.nullable).",
        cause);
  }
}
