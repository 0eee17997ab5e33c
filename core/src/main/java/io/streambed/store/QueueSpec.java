package io.streambed.store;

import io.streambed.serial.Serializer;
import io.streambed.state.StateKind;
import java.util.Objects;
import java.util.function.ToIntFunction;

/**
 * What an ordered set holds.
 *
 * @param name the queue's name, unique within the store among states and queues
 * @param element of the elements; the order of the set is that of their bytes, unsigned, and two
 *     elements are the same if their bytes are
 * @param keyGroup gives an element's key group
 * @param <T> the type of the elements
 */
public record QueueSpec<T>(String name, Serializer<T> element, ToIntFunction<T> keyGroup) {
  /** Checks the parts. */
  public QueueSpec {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(element, "element");
    Objects.requireNonNull(keyGroup, "keyGroup");
  }

  /**
   * What a checkpoint keeps of this.
   *
   * @return name, kind and the serializer's snapshot
   */
  public StateSchema schema() {
    return new StateSchema(name, StateKind.QUEUE, null, null, element.snapshot(), Expiry.NONE);
  }
}
