package io.streambed.connector;

import io.streambed.file.FileInput;
import io.streambed.file.FileOutput;
import io.streambed.file.FileSystem;
import io.streambed.file.HeldLock;
import io.streambed.testkit.fault.SimulatedFileSystem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * A file system beside which another process takes visible part files away, right before operations
 * of the user's choice. It makes durable what it sees before it takes it, as a reader must that is
 * to be right when the machine loses its power.
 */
class TakenFiles implements FileSystem {
  private static final Path TAKEN = Path.of("/taken");

  private final SimulatedFileSystem files;
  private final Path directory;
  private final IntPredicate takesBefore;
  private int operations;

  TakenFiles(SimulatedFileSystem files, Path directory, IntPredicate takesBefore) {
    this.files = files;
    this.directory = directory;
    this.takesBefore = takesBefore;
  }

  /** How many operations the user of the files has run. */
  int operations() {
    return operations;
  }

  private FileSystem next() throws IOException {
    if (takesBefore.test(operations++)) {
      take();
    }
    return files;
  }

  /** Takes all that is visible. */
  void take() throws IOException {
    if (!files.isDirectory(directory)) {
      return;
    }
    List<Path> visible =
        files.list(directory).stream()
            .filter(path -> path.getFileName().toString().startsWith("part-"))
            .toList();
    if (visible.isEmpty()) {
      return;
    }
    files.createDurableDirectories(TAKEN);
    files.syncDirectory(directory);
    for (Path path : visible) {
      // Under a name of its own: what comes twice is to be seen.
      files.rename(path, TAKEN.resolve(files.list(TAKEN).size() + "-" + path.getFileName()));
    }
    files.syncDirectory(TAKEN);
  }

  /** What was taken, line by line, sorted. */
  static List<String> lines(SimulatedFileSystem files) throws IOException {
    List<String> lines = new ArrayList<>();
    if (files.isDirectory(TAKEN)) {
      for (Path path : files.list(TAKEN)) {
        lines.addAll(Arrays.asList(FileSinkTest.read(files, path).split("\n")));
      }
    }
    lines.sort(null);
    return lines;
  }

  @Override
  public FileOutput create(Path path) throws IOException {
    return next().create(path);
  }

  @Override
  public FileInput open(Path path) throws IOException {
    return next().open(path);
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    next().rename(from, to);
  }

  @Override
  public void delete(Path path) throws IOException {
    next().delete(path);
  }

  @Override
  public void createDirectories(Path path) throws IOException {
    next().createDirectories(path);
  }

  @Override
  public List<Path> list(Path path) throws IOException {
    return next().list(path);
  }

  @Override
  public boolean exists(Path path) {
    boolean before = files.exists(path);
    try {
      // The reader comes after the answer: whoever asked acts on what was.
      next();
    } catch (IOException e) {
      throw new AssertionError("the reader takes no part in faults", e);
    }
    return before;
  }

  @Override
  public boolean isDirectory(Path path) {
    return files.isDirectory(path);
  }

  @Override
  public void syncDirectory(Path path) throws IOException {
    next().syncDirectory(path);
  }

  @Override
  public Optional<HeldLock> tryLock(Path path) throws IOException {
    return files.tryLock(path);
  }
}
