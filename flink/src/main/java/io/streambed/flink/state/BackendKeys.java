package io.streambed.flink.state;

import io.streambed.key.KeyContext;
import java.util.Objects;
import org.apache.flink.api.common.typeutils.TypeSerializer;

/**
 * The keys of one backend.
 *
 * @param context the current key
 * @param serializer Flink's
 * @param owner the task's thread, the only one that may look into the state
 * @param <K> the type of the keys
 */
public record BackendKeys<K>(KeyContext<K> context, TypeSerializer<K> serializer, Thread owner) {
  /** Checks the parts. */
  public BackendKeys {
    Objects.requireNonNull(context, "context");
    Objects.requireNonNull(serializer, "serializer");
    Objects.requireNonNull(owner, "owner");
  }
}
