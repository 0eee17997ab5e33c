package io.streambed.timer;

/**
 * A moment at which a key wants to be called, in one namespace.
 *
 * @param timestampMillis when it fires, in milliseconds of event or processing time
 * @param key the key
 * @param namespace the namespace
 * @param <K> the type of the key
 * @param <N> the type of the namespace
 */
public record KeyedTimer<K, N>(long timestampMillis, K key, N namespace) {}
