package io.streambed.runtime;

/**
 * An element on its way between two subtasks.
 *
 * @param key its key, null on inputs without keys
 * @param value the element
 * @param timestampMillis its event time
 */
record Element(Object key, Object value, long timestampMillis) {}
