package io.streambed.runtime;

import io.streambed.job.JobOperator.Input;
import io.streambed.job.JobOperator.KeyedOperator;
import io.streambed.job.KeySelector;
import io.streambed.key.KeyGroups;
import io.streambed.serial.KeyHasher;

/** Deals elements out by the key group of their keys. Used on the sender's thread. */
final class KeyPartitioner implements Output.Partitioner {
  private final String operatorId;
  private final KeySelector<Object, Object> selector;
  private final KeyHasher<Object> hasher;
  private final int maxParallelism;
  private final int parallelism;

  /** Deals out what an operator reads on one of its inputs. */
  static Output.Partitioner of(KeyedOperator operator, Input input, int maxParallelism) {
    return input.isBroadcast()
        ? (key, value) -> Output.Partitioner.ALL
        : new KeyPartitioner(operator, input.key(), maxParallelism);
  }

  private KeyPartitioner(
      KeyedOperator operator, KeySelector<Object, Object> selector, int maxParallelism) {
    this.operatorId = operator.id();
    this.selector = selector;
    this.hasher = operator.keySerializer().keyHasher();
    this.maxParallelism = maxParallelism;
    this.parallelism = operator.parallelism();
  }

  @Override
  public Object key(Object element) {
    Object key;
    try {
      key = selector.key(element);
    } catch (Exception e) {
      throw UnusableKeyException.failed(operatorId, element, e);
    }
    if (key == null) {
      throw UnusableKeyException.none(operatorId, element);
    }
    return key;
  }

  @Override
  public int target(Object key, Object element) {
    int hash;
    try {
      hash = hasher.hash(key);
    } catch (RuntimeException e) {
      throw UnusableKeyException.unhashable(operatorId, element, key, e);
    }
    return KeyGroups.subtaskOf(KeyGroups.assign(hash, maxParallelism), maxParallelism, parallelism);
  }
}
