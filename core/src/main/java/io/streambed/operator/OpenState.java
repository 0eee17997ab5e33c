package io.streambed.operator;

/** A state that the job has opened. */
sealed interface OpenState permits ElementList, BroadcastMap {
  OperatorStateSchema schema();

  /** Freezes the elements, to be written by another thread while this state goes on. */
  FrozenState freeze();
}
