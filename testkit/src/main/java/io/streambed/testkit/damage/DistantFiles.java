package io.streambed.testkit.damage;

import io.streambed.file.FileInput;
import io.streambed.file.FileOutput;
import io.streambed.file.FileSystem;
import io.streambed.file.HeldLock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Files elsewhere: all is passed on but links, as none leads to them from where the stores are. */
class DistantFiles implements FileSystem {
  private final FileSystem files;

  DistantFiles(FileSystem files) {
    this.files = files;
  }

  @Override
  public FileOutput create(Path path) throws IOException {
    return files.create(path);
  }

  @Override
  public FileInput open(Path path) throws IOException {
    return files.open(path);
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    files.rename(from, to);
  }

  @Override
  public void delete(Path path) throws IOException {
    files.delete(path);
  }

  @Override
  public void createDirectories(Path path) throws IOException {
    files.createDirectories(path);
  }

  @Override
  public List<Path> list(Path directory) throws IOException {
    return files.list(directory);
  }

  @Override
  public boolean exists(Path path) {
    return files.exists(path);
  }

  @Override
  public boolean isDirectory(Path path) {
    return files.isDirectory(path);
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    files.syncDirectory(directory);
  }

  @Override
  public Optional<HeldLock> tryLock(Path path) throws IOException {
    return files.tryLock(path);
  }
}
