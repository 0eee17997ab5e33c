package io.streambed.testkit.damage;

import io.streambed.file.FileSystem;
import io.streambed.file.HeldLock;
import java.nio.file.Path;
import java.util.Optional;

/** Files elsewhere, on a file system without locks: each is granted, whoever holds it. */
public final class LocklessFiles extends DistantFiles {
  public LocklessFiles(FileSystem files) {
    super(files);
  }

  @Override
  public Optional<HeldLock> tryLock(Path path) {
    return Optional.of(() -> {});
  }
}
