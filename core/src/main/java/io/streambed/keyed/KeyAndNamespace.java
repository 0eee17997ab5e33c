package io.streambed.keyed;

/**
 * A key and a namespace that a state holds something for.
 *
 * @param key the key
 * @param namespace the namespace
 * @param <K> the type of the key
 * @param <N> the type of the namespace
 */
public record KeyAndNamespace<K, N>(K key, N namespace) {}
