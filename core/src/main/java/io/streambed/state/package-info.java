/**
 * What a user writes against: the kinds of state and their descriptors. The rules below hold on
 * every store alike.
 *
 * <p><b>Reading order.</b> {@link io.streambed.state.State}, {@link io.streambed.state.ValueState},
 * {@link io.streambed.state.ListState}, {@link io.streambed.state.MapState}, {@link
 * io.streambed.state.ReducingState}, {@link io.streambed.state.AggregatingState}, then {@link
 * io.streambed.state.StateDescriptor}, and for looks from outside {@link
 * io.streambed.state.StateQuery}.
 *
 * <p><b>Scope.</b> Keyed state is always that of the current key (and namespace): the same handle
 * shows another value once the key changes. Handles are opened once and kept.
 *
 * <p><b>Aliasing.</b> A value handed to state belongs to the state: do not change it afterwards
 * unless you get it back from the state first. A value obtained from state may be changed by the
 * caller if it is handed back ({@code update}, {@code put}) before the current key changes and
 * before the next snapshot; whether a change that is not handed back is kept is not specified.
 * Elements of a list, and entries met while iterating a map, are for reading; change a map value
 * through {@code put} or {@code Map.Entry.setValue}. Keys, user keys and namespaces never change
 * once used. No such change ever reaches a snapshot that was taken before it.
 *
 * <p><b>Null.</b> Keys, user keys, namespaces, list elements and elements to reduce or aggregate
 * are never null: {@link java.lang.NullPointerException}. {@code ValueState.update(null)} clears. A
 * map may hold null values: {@code contains} is true for them.
 *
 * <p><b>Iteration under change.</b> Iterators of a {@code MapState} never fail when the state
 * changes under them, however much of it: {@code clear()} removes every entry, and another iterator
 * may remove them as well. Each entry that is present from the start to the end of an iteration is
 * given exactly once; an entry removed before it is reached (by {@code hasNext} or {@code next}) is
 * not given; an entry that {@code hasNext} has reached is given by the following {@code next},
 * though it was removed in between; an entry put during the iteration is given at most once or not
 * at all; values are those at the time the entry is reached. Iterators, the entries that they give,
 * and what {@code entries}, {@code keys} and {@code values} return belong to the key (and
 * namespace) that was current when they were asked for. They may be used after another key became
 * current: they still read and change the map of their own key. The order of entries is not
 * specified. A list gives its elements in the order of addition; what {@code get} returned stays
 * the elements that were there at the call, whatever is added, cleared or made current later.
 *
 * <p><b>Closing.</b> Once the task's state is closed, whatever reads or changes it throws {@link
 * java.lang.IllegalStateException}: states and iterators that somebody kept, too. The elements of a
 * list that were read before stay readable.
 *
 * <p><b>Threading.</b> The thread of the task only. <b>Imports.</b> bytes, serial.
 */
package io.streambed.state;
