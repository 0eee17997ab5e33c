package io.streambed.flink.state;

import io.streambed.key.KeyContext;
import org.apache.flink.runtime.state.InternalKeyContext;
import org.apache.flink.runtime.state.KeyGroupRange;

/**
 * Flink's view of a store's current key. The key group is computed when it is first asked for.
 *
 * @param <K> the type of the keys
 */
public final class FlinkKeyContext<K> implements InternalKeyContext<K> {
  private final KeyContext<K> context;
  private final KeyGroupRange range;

  /**
   * A view.
   *
   * @param context the store's
   */
  public FlinkKeyContext(KeyContext<K> context) {
    this.context = context;
    this.range = new KeyGroupRange(context.range().first(), context.range().last());
  }

  /** The current key, or null if none was set. */
  @Override
  public K getCurrentKey() {
    return context.hasKey() ? context.key() : null;
  }

  /** The current key's group, or 0 if no key was set, as Flink's own contexts begin. */
  @Override
  public int getCurrentKeyGroupIndex() {
    return context.hasKey() ? context.keyGroup() : 0;
  }

  @Override
  public int getNumberOfKeyGroups() {
    return context.maxParallelism();
  }

  @Override
  public KeyGroupRange getKeyGroupRange() {
    return range;
  }

  @Override
  public void setCurrentKey(K currentKey) {
    context.setKey(currentKey);
  }

  @Override
  public void setCurrentKeyGroupIndex(int currentKeyGroupIndex) {
    context.setKeyGroup(currentKeyGroupIndex);
  }
}
