/**
 * State backends: a store of keyed state and a storage of checkpoints under one name, and the
 * backends of a subtask made from them.
 *
 * <p><b>Reading order.</b> {@link io.streambed.backend.Store}, {@link
 * io.streambed.backend.StateBackend}, {@link io.streambed.backend.KeyedBackendOptions}.
 * <b>Threading.</b> Any thread; what is made belongs to its task. <b>Imports.</b> All of core;
 * nothing of core imports this.
 */
package io.streambed.backend;
