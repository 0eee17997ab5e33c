package io.streambed.testkit.damage;

import io.streambed.file.FileInput;
import io.streambed.file.FileOutput;
import io.streambed.file.FileSystem;
import io.streambed.file.HeldLock;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Files in a map: no log, no faults, a copy costs one map. A file's bytes are never changed in
 * place, so two copies can be compared by reference. One thread.
 */
final class MemoryFiles implements FileSystem {
  private static final byte[] DIRECTORY = new byte[0];

  private final Map<Path, byte[]> entries;
  private boolean locked;

  MemoryFiles() {
    this(new HashMap<>());
  }

  private MemoryFiles(Map<Path, byte[]> entries) {
    this.entries = entries;
  }

  MemoryFiles copy() {
    return new MemoryFiles(new HashMap<>(entries));
  }

  /** A file's bytes, not to be changed; null if it is not there. */
  byte[] content(Path path) {
    byte[] content = entries.get(path);
    return content == DIRECTORY ? null : content;
  }

  /** Sets a file's bytes behind everyone's back; null removes it. */
  void damage(Path path, byte[] content) {
    if (content == null) {
      entries.remove(path);
    } else {
      entries.put(path, content);
    }
  }

  /** All files below a directory, sorted. */
  List<Path> filesBelow(Path directory) {
    return entries.keySet().stream()
        .filter(path -> path.startsWith(directory) && entries.get(path) != DIRECTORY)
        .sorted()
        .toList();
  }

  @Override
  public FileOutput create(Path path) throws FileAlreadyExistsException {
    if (entries.containsKey(path)) {
      throw new FileAlreadyExistsException(path.toString());
    }
    entries.put(path, new byte[0]);
    return new FileOutput(path.toString()) {
      @Override
      protected void append(byte[] source, int offset, int length) {
        byte[] old = entries.get(path);
        byte[] grown = Arrays.copyOf(old, old.length + length);
        System.arraycopy(source, offset, grown, old.length, length);
        entries.put(path, grown);
      }

      @Override
      protected void force() {}

      @Override
      protected void release() {}
    };
  }

  @Override
  public FileInput open(Path path) throws NoSuchFileException {
    byte[] content = content(path);
    if (content == null) {
      throw new NoSuchFileException(path.toString());
    }
    return FileInput.of(path.toString(), content);
  }

  @Override
  public void rename(Path from, Path to) throws NoSuchFileException {
    byte[] moved = entries.remove(from);
    if (moved == null) {
      throw new NoSuchFileException(from.toString());
    }
    entries.put(to, moved);
  }

  @Override
  public void delete(Path path) throws NoSuchFileException, DirectoryNotEmptyException {
    if (!list(path).isEmpty()) {
      throw new DirectoryNotEmptyException(path.toString());
    }
    if (entries.remove(path) == null) {
      throw new NoSuchFileException(path.toString());
    }
  }

  @Override
  public void createDirectories(Path path) {
    for (Path level = path; level.getParent() != null; level = level.getParent()) {
      entries.put(level, DIRECTORY);
    }
  }

  @Override
  public List<Path> list(Path directory) {
    return entries.keySet().stream()
        .filter(path -> directory.equals(path.getParent()))
        .sorted()
        .toList();
  }

  @Override
  public boolean exists(Path path) {
    return entries.containsKey(path);
  }

  @Override
  public boolean isDirectory(Path path) {
    return entries.get(path) == DIRECTORY;
  }

  @Override
  public void syncDirectory(Path directory) {}

  @Override
  public Optional<HeldLock> tryLock(Path path) {
    if (locked) {
      return Optional.empty();
    }
    locked = true;
    entries.putIfAbsent(path, new byte[] {});
    return Optional.of(() -> locked = false);
  }
}
