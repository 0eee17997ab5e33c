/**
 * Operator state: what one subtask holds apart from any key, in lists that are dealt out or handed
 * to all on restore, and in maps that every subtask holds in whole. It lives on the heap; it is
 * small by nature. Bytes of any length, for instance a file of a sink, go into a snapshot beside
 * it, as {@link io.streambed.operator.Attachments}.
 *
 * <p><b>Reading order.</b> {@link io.streambed.operator.OperatorStateBackend}, its states {@code
 * ElementList} and {@code BroadcastMap}, {@code WaitingState} for what was restored and not opened,
 * then the container: {@code OperatorFormat}, {@code OperatorContainerWriter}, {@link
 * io.streambed.operator.OperatorContainerReader}; and {@link io.streambed.operator.Attachments},
 * which are written into one.
 *
 * <p><b>Rules.</b> Those of package {@code state}, with these added: the aliasing rule's "before
 * the current key changes" means "before the call into the operator ends"; entries of a broadcast
 * state come in order of first insertion, and those put during an iteration are not given by it.
 *
 * <p><b>Threading.</b> A backend and its states belong to the thread of the task; the future of a
 * snapshot and a container reader to any one thread.
 *
 * <p><b>Imports.</b> snapshot, store (limits only), state, file, serial, bytes, error.
 */
package io.streambed.operator;
