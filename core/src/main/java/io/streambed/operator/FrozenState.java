package io.streambed.operator;

import io.streambed.bytes.ByteView;
import java.io.IOException;

/**
 * Elements of one state at the moment of a snapshot. It shares nothing that the task's thread still
 * changes, and serves one thread.
 */
interface FrozenState {
  OperatorStateSchema schema();

  int size();

  /** The bytes of one element, valid until the next call; asked for once, in order. */
  ByteView element(int index) throws IOException;
}
