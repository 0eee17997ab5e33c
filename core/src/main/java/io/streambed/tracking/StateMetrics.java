package io.streambed.tracking;

import io.streambed.bytes.ByteWriter;
import io.streambed.key.KeyContext;
import io.streambed.meter.Meters;
import io.streambed.meter.StateTracking;
import io.streambed.serial.Serializer;
import io.streambed.state.StateKind;
import io.streambed.store.TableSpec;
import java.util.HashMap;
import java.util.Map;

/**
 * What is measured of one state: its operations by name, and the sizes of what it holds.
 *
 * <p>Threading: the task's thread.
 *
 * @param <U> the type of the user keys
 * @param <V> the type of the values
 */
final class StateMetrics<U, V> {
  /**
   * The end of the names of the operation that all kinds share; Flink's name for it says no kind.
   */
  static final String CLEAR = "Clear";

  /** Of the steps of walks that are measured, every tenth is. */
  private static final int STEP_INTERVAL = 10;

  private final KeyContext<?> context;
  private final Meters meters;
  private final StateTracking tracking;
  private final StateKind kind;
  private final Serializer<Object> namespaces;

  private final Serializer<U> userKeys;
  private final Serializer<V> values;
  private final Map<String, Operation> operations = new HashMap<>();
  private final ByteWriter scratch = new ByteWriter();

  StateMetrics(
      TableSpec<?, U, V> spec, KeyContext<?> context, Meters meters, StateTracking tracking) {
    this.context = context;
    this.meters = meters.tagged("state", spec.name());
    this.tracking = tracking;
    this.kind = spec.kind();
    // Its own: the store's may hold bytes of the last call.
    @SuppressWarnings("unchecked") // Whoever hands over namespaces has them of the state's table.
    Serializer<Object> ofNamespaces = (Serializer<Object>) spec.namespace().duplicate();
    this.namespaces = ofNamespaces;
    this.userKeys = spec.userKey() == null ? null : spec.userKey().duplicate();
    this.values = spec.value().duplicate();
  }

  StateKind kind() {
    return kind;
  }

  /** What is measured of the sizes in a call. */
  enum Sizes {
    NONE,
    KEY,
    KEY_AND_VALUE
  }

  /** An operation of which the latency alone is measured. */
  Operation operation(String name) {
    return operation(name, Sizes.NONE);
  }

  /** An operation of which the latency and some sizes are measured. */
  Operation operation(String name, Sizes sizes) {
    return operation(name, name, sizes);
  }

  /** One whose sizes are told among those of another one. */
  Operation operation(String name, String nameOfSizes, Sizes sizes) {
    return operation(name, nameOfSizes, sizes, tracking.sampleInterval());
  }

  /** A step of a walk that is measured; the sizes of all steps have one name. */
  Operation step(String name, Sizes sizes) {
    return operation(name, "Iterator", sizes, Math.min(STEP_INTERVAL, tracking.sampleInterval()));
  }

  /** The same operation for the same name: it counts calls, whoever opens the state anew. */
  private Operation operation(String name, String nameOfSizes, Sizes sizes, int interval) {
    return operations.computeIfAbsent(
        name,
        each -> {
          boolean key = sizes != Sizes.NONE;
          boolean value = sizes == Sizes.KEY_AND_VALUE;
          return new Operation(
              meters,
              interval,
              tracking.latency() ? histogram(name + "Latency") : null,
              tracking.sizes() && key ? histogram(nameOfSizes + "KeySize") : null,
              tracking.sizes() && value ? histogram(nameOfSizes + "ValueSize") : null);
        });
  }

  /** Registered with its first value: most states use few of their operations. */
  private Meters.Histogram histogram(String name) {
    return new Meters.Histogram() {
      private Meters.Histogram registered;

      @Override
      public void record(long value) {
        if (registered == null) {
          registered = meters.histogram(prefix(name) + name);
        }
        registered.record(value);
      }
    };
  }

  private String prefix(String name) {
    if (name.startsWith(CLEAR)) {
      return "state";
    }
    return switch (kind) {
      case VALUE -> "valueState";
      case LIST -> "listState";
      case MAP -> "mapState";
      case REDUCING -> "reducingState";
      case AGGREGATING -> "aggregatingState";
      default -> throw new IllegalArgumentException(kind + " state is not keyed");
    };
  }

  /** The bytes of the current key and of a namespace. */
  long sizeOfKey(Object namespace) {
    return context.encoded().length() + sizeOf(namespaces, namespace);
  }

  /** The current key and a namespace are used in a call that is measured. */
  void keySize(Operation operation, Object namespace) {
    operation.keySize(sizeOfKey(namespace));
  }

  /** So are a key and namespace of some bytes, and a user key. */
  void keySize(Operation operation, long bytes, U userKey) {
    operation.keySize(bytes + sizeOf(userKeys, userKey));
  }

  /** A value is read or written in a call that is measured; nothing is told if it is null. */
  void valueSize(Operation operation, V value) {
    if (operation.measuresValueSize() && value != null) {
      operation.valueSize(sizeOf(values, value));
    }
  }

  /** The same of a list, as the sum over its elements. */
  void listSize(Operation operation, Iterable<? extends V> elements) {
    if (operation.measuresValueSize() && elements != null) {
      long bytes = 0;
      for (V element : elements) {
        bytes += sizeOf(values, element);
      }
      operation.valueSize(bytes);
    }
  }

  /**
   * What cannot be written is no error here, and has no size: the table that gets it says whether
   * it may be, by its own errors, and a table that takes it goes on as if nothing were measured.
   */
  private <T> long sizeOf(Serializer<T> serializer, T value) {
    if (value == null) {
      return 0;
    }
    scratch.trim(ByteWriter.KEPT_BYTES);
    try {
      return serializer.encode(value, scratch).length();
    } catch (RuntimeException e) {
      return 0;
    }
  }
}
