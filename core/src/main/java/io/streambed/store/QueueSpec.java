package io.streambed.store;

import io.streambed.bytes.Names;
import io.streambed.entry.Expiry;
import io.streambed.entry.StateSchema;
import io.streambed.serial.Serializer;
import io.streambed.serial.SerializerSnapshot;
import io.streambed.state.StateKind;
import java.util.Comparator;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/**
 * What an ordered set holds.
 *
 * @param name the queue's name, unique within the store among states and queues
 * @param element of the elements
 * @param keyGroup gives an element's key group; the same one for elements that are equal
 * @param order the order of the elements, best a {@link NumberOrder}; it must not contradict that
 *     of their bytes within a key group. Null if the order is that of the bytes, unsigned. It does
 *     not change when the set is opened again
 * @param index a field of the elements for the store's use, or null if they have none; a store may
 *     leave it alone. It does not change when the set is opened again
 * @param <T> the type of the elements
 */
public record QueueSpec<T>(
    String name,
    Serializer<T> element,
    ToIntFunction<T> keyGroup,
    Comparator<? super T> order,
    IndexField<? super T> index) {
  /** Checks the parts. */
  public QueueSpec {
    Names.check("queue", name);
    Objects.requireNonNull(element, "element");
    Objects.requireNonNull(keyGroup, "keyGroup");
  }

  /**
   * A queue of elements without a field for the store.
   *
   * @param name the queue's name
   * @param element of the elements
   * @param keyGroup gives an element's key group
   * @param order the order of the elements
   */
  public QueueSpec(
      String name, Serializer<T> element, ToIntFunction<T> keyGroup, Comparator<? super T> order) {
    this(name, element, keyGroup, order, null);
  }

  /**
   * A queue in the order of bytes.
   *
   * @param name the queue's name
   * @param element of the elements
   * @param keyGroup gives an element's key group
   */
  public QueueSpec(String name, Serializer<T> element, ToIntFunction<T> keyGroup) {
    this(name, element, keyGroup, null, null);
  }

  /**
   * What a checkpoint keeps of this.
   *
   * @return name, kind and the serializer's snapshot
   */
  public StateSchema schema() {
    return frozenSchema().get();
  }

  /**
   * The schema of this moment, for whoever needs it later on another thread.
   *
   * @return gives what {@link #schema()} would have given at the call
   */
  public Supplier<StateSchema> frozenSchema() {
    Supplier<SerializerSnapshot> elements = element.frozenSnapshot();
    return () -> new StateSchema(name, StateKind.QUEUE, null, null, elements.get(), Expiry.NONE);
  }
}
