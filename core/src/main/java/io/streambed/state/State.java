package io.streambed.state;

/** State of the current key and namespace; see the package's rules on scope, aliasing and null. */
public interface State {
  /** Removes everything held for the current key and namespace. */
  void clear();
}
