package io.streambed.testkit.crash;

import io.streambed.backend.FsStateBackend;
import io.streambed.testkit.damage.BackendUnderTest;

/** The heap store survives any crash. */
class LineCrashTest extends LineCrashContract {
  @Override
  protected BackendUnderTest backend() {
    return FsStateBackend::new;
  }
}
