package io.streambed.runtime;

/** An element on its way between two subtasks. */
record Element(Object value, long timestampMillis) {}
