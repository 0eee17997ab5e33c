/**
 * Random jobs against a model: keyed state of every kind and timers, on any store, compared with
 * plain Java collections through snapshots, restores, rescales and changes of the store.
 *
 * <p><b>Reading order.</b> {@link io.streambed.testkit.model.ModelRunner}, {@link
 * io.streambed.testkit.model.ModelOptions}, {@link io.streambed.testkit.model.ModelReport}; inside,
 * {@code Step} and {@code Action} are what a run consists of, {@code PlainJob} is the model, {@code
 * StoreJob} the thing itself, {@code Play} does each step on both.
 *
 * <p><b>Threading.</b> The caller's thread; snapshots are written on the caller's executor as well.
 * <b>Imports.</b> core, testkit.store.
 */
package io.streambed.testkit.model;
