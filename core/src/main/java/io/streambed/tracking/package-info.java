/**
 * Tracking of single accesses to keyed state: tables over other tables that measure some of the
 * calls, how long they take and how large keys and values are. The kinds of state know nothing of
 * it, but for the views of a map. Where nothing is to be measured there is no such table, and an
 * access costs what it did.
 *
 * <p>Metrics have Flink's names. A call that throws is not measured, but for the sizes of what it
 * was to write: they are taken before it. What a serializer refuses to write has the size 0 there:
 * the table then throws what it throws where nothing is measured, or takes it. Reads of many keys
 * at once, walks over all keys, and looks from outside are not measured, as in Flink.
 *
 * <p><b>Reading order.</b> {@link io.streambed.tracking.TrackedStates}, {@code Operation}, {@code
 * TrackedValueTable}. <b>Threading.</b> The task's thread. <b>Imports.</b> {@code meter}, {@code
 * store}, {@code key}, {@code serial}, {@code state}, {@code bytes}.
 */
package io.streambed.tracking;
