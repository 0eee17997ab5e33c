/**
 * Streambed as a state backend of Apache Flink: {@code state.backend.type:
 * io.streambed.flink.StreambedStateBackendFactory} is all that a job sets.
 *
 * <p><b>Reading order.</b> {@link io.streambed.flink.StreambedStateBackendFactory}, {@link
 * io.streambed.flink.StreambedOptions}, {@link io.streambed.flink.StreambedStateBackend}, {@link
 * io.streambed.flink.StreambedKeyedStateBackend}, {@code KeyedStates}; {@code SlotMemory} for
 * managed memory, {@code StoreLease} and {@code TaskEnd} for when it is all freed.
 *
 * <p><b>Threading.</b> Flink's: a keyed backend belongs to its task's thread.
 *
 * <p><b>Imports.</b> core; the packages {@code serial}, {@code state} and {@code snapshot} below;
 * Flink and slf4j's API, nothing else.
 */
package io.streambed.flink;
