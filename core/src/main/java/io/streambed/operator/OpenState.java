package io.streambed.operator;

/** A state that the job has opened. */
sealed interface OpenState permits ElementList, BroadcastMap {
  OperatorStateSchema schema();

  /** Freezes the elements, to be written by another thread while this state goes on. */
  FrozenState freeze();

  /** Lets go of the elements; whoever still holds the state is refused from now on. */
  void close();

  /** What to throw once {@link #close} was called. */
  static IllegalStateException closed(OperatorStateSchema schema) {
    return new IllegalStateException(
        "operator state \"" + schema.name() + "\" was closed with its backend");
  }
}
