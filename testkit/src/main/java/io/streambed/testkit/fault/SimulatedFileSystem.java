package io.streambed.testkit.fault;

import io.streambed.file.FileInput;
import io.streambed.file.FileOutput;
import io.streambed.file.FileSystem;
import io.streambed.file.HeldLock;
import io.streambed.testkit.fault.Operation.Kind;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A file system in memory that logs every operation under a number, fails on demand, and gives the
 * disk that a crash at any operation would have left. What a crash can leave is told in {@code
 * Disk}; in short, what POSIX allows. Deterministic for a run on one thread. Only the root
 * directory exists at first. Memory: about twice all bytes ever written, for the log.
 */
public final class SimulatedFileSystem implements FileSystem {
  private static final byte[] NOTHING = new byte[0];
  private static final int SECTOR_BYTES = 512;

  private enum Outcome {
    DONE,
    FAILED,
    NOTHING_DONE
  }

  /** An operation with what a replay needs. */
  private record Step(Operation operation, long file, byte[] data, Outcome outcome) {}

  private final Disk origin;
  private final Disk disk;
  private final List<Step> steps = new ArrayList<>();
  private final List<Fault> faults = new ArrayList<>();
  private final Set<Path> locked = new HashSet<>();
  private int openHandles;
  private int hanging;
  private int heals;

  /** An empty disk with sectors of 512 bytes. */
  public SimulatedFileSystem() {
    this(SECTOR_BYTES);
  }

  /**
   * An empty disk.
   *
   * @param sectorBytes how many bytes reach the disk as one, from 1
   */
  public SimulatedFileSystem(int sectorBytes) {
    this(new Disk(sectorBytes));
  }

  private SimulatedFileSystem(Disk origin) {
    this.origin = origin;
    this.disk = origin.copy();
  }

  // ---- the log and crashes

  /**
   * The operations so far.
   *
   * @return a new list in their order
   */
  public synchronized List<Operation> log() {
    return steps.stream().map(Step::operation).toList();
  }

  /**
   * The places where a crash can leave something new: the start, and after each operation that
   * changes the disk or its durable part.
   *
   * @return numbers of operations in ascending order, for {@link #crash}
   */
  public synchronized List<Integer> crashPoints() {
    List<Integer> points = new ArrayList<>(List.of(0));
    for (Step step : steps) {
      if (step.operation.changesDisk() && step.outcome != Outcome.NOTHING_DONE) {
        points.add(step.operation.number() + 1);
      }
    }
    return points;
  }

  /**
   * The disk after a crash, as a new file system with an empty log, no faults, and no locks held.
   * This one is not changed. Cost: repeats the log.
   *
   * @param atOperation right before which operation, from 0 to the size of the log (after the last)
   * @param survival what is left of the changes that were not durable then
   * @return a file system on which everything is durable
   */
  public synchronized SimulatedFileSystem crash(int atOperation, Survival survival) {
    return new SimulatedFileSystem(replay(atOperation).settle(survival));
  }

  /**
   * How many changes were not durable: sectors, file lengths and directory entries.
   *
   * @param atOperation right before which operation, from 0 to the size of the log (after the last)
   * @return their number, from 0
   */
  public synchronized int pendingCount(int atOperation) {
    return replay(atOperation).pendingCount();
  }

  private Disk replay(int atOperation) {
    Disk replayed = origin.copy();
    try {
      for (Step step : steps.subList(0, atOperation)) {
        apply(replayed, step);
      }
    } catch (IOException e) {
      throw new AssertionError("a recorded operation fails when repeated", e);
    }
    return replayed;
  }

  // ---- faults and leaks

  /**
   * Adds a fault; of several that strike at once the first added counts.
   *
   * @param fault the fault, not used before
   */
  public synchronized void inject(Fault fault) {
    faults.add(fault);
  }

  /** Removes all faults; calls that hang fail now. */
  public synchronized void heal() {
    faults.clear();
    heals++;
    notifyAll();
  }

  /**
   * Calls that hang now.
   *
   * @return their number
   */
  public synchronized int hanging() {
    return hanging;
  }

  /**
   * All files, not directories.
   *
   * @return a new list of their paths, sorted by directory and name
   */
  public synchronized List<Path> files() {
    List<Path> files = new ArrayList<>();
    collect(Path.of("").toAbsolutePath().getRoot(), files);
    return files;
  }

  private void collect(Path path, List<Path> into) {
    if (!disk.isDirectory(path)) {
      into.add(path);
      return;
    }
    try {
      for (String name : disk.list(path)) {
        collect(path.resolve(name), into);
      }
    } catch (IOException e) {
      throw new AssertionError(path + " is a directory", e);
    }
  }

  /**
   * Inputs and outputs not closed yet.
   *
   * @return their number
   */
  public synchronized int openHandles() {
    return openHandles;
  }

  // ---- the file system

  @Override
  public synchronized FileOutput create(Path path) throws IOException {
    Path at = normal(path);
    run(Kind.CREATE, at, null, -1, NOTHING);
    openHandles++;
    return new Output(at, disk.file(at).id());
  }

  @Override
  public synchronized FileInput open(Path path) throws IOException {
    Path at = normal(path);
    run(Kind.OPEN, at, null, -1, NOTHING);
    Disk.FileNode file = disk.file(at);
    openHandles++;
    return new Input(at, file);
  }

  @Override
  public synchronized void rename(Path from, Path to) throws IOException {
    run(Kind.RENAME, normal(from), normal(to), -1, NOTHING);
  }

  @Override
  public synchronized boolean link(Path existing, Path link) throws IOException {
    run(Kind.LINK, normal(existing), normal(link), -1, NOTHING);
    return true;
  }

  @Override
  public synchronized void delete(Path path) throws IOException {
    run(Kind.DELETE, normal(path), null, -1, NOTHING);
  }

  @Override
  public synchronized void createDirectories(Path path) throws IOException {
    Path at = normal(path);
    if (disk.isDirectory(at)) {
      return;
    }
    if (exists(at)) {
      throw new FileAlreadyExistsException(at.toString());
    }
    createDirectories(at.getParent());
    run(Kind.CREATE_DIRECTORY, at, null, -1, NOTHING);
  }

  @Override
  public synchronized List<Path> list(Path directory) throws IOException {
    Path at = normal(directory);
    run(Kind.LIST, at, null, -1, NOTHING);
    return disk.list(at).stream().map(directory::resolve).toList();
  }

  @Override
  public synchronized boolean exists(Path path) {
    return disk.lookup(normal(path)) != null;
  }

  @Override
  public synchronized boolean isDirectory(Path path) {
    return disk.isDirectory(normal(path));
  }

  @Override
  public synchronized void syncDirectory(Path directory) throws IOException {
    run(Kind.SYNC_DIRECTORY, normal(directory), null, -1, NOTHING);
  }

  @Override
  public synchronized Optional<HeldLock> tryLock(Path path) throws IOException {
    Path at = normal(path);
    run(Kind.LOCK, at, null, -1, NOTHING);
    return locked.add(at) ? Optional.of(new Lock(at)) : Optional.empty();
  }

  private static Path normal(Path path) {
    return path.toAbsolutePath().normalize();
  }

  // ---- running an operation

  private void run(Kind kind, Path path, Path target, long file, byte[] data) throws IOException {
    Operation operation = new Operation(steps.size(), kind, path, target, data.length);
    Fault fault = strike(operation);
    if (hangs(fault)) {
      operation = new Operation(steps.size(), kind, path, target, data.length);
    }
    Step step = new Step(operation, file, data, Outcome.DONE);
    if (fault != null) {
      step = struck(step, fault.effect());
    }
    try {
      apply(disk, step);
    } catch (IOException e) {
      step = new Step(operation, file, data, Outcome.NOTHING_DONE);
      throw e;
    } finally {
      steps.add(step);
    }
    if (step.outcome == Outcome.FAILED) {
      throw fault.error(operation);
    }
  }

  private Fault strike(Operation operation) {
    Fault first = null;
    for (Fault fault : faults) {
      // Each fault counts each call, also those at which another one strikes.
      if (fault.strikes(operation) && first == null) {
        first = fault;
      }
    }
    return first;
  }

  /** Waits for the file system to be healed if that is what the fault does; true after that. */
  private boolean hangs(Fault fault) {
    if (fault == null || fault.effect() != Fault.Effect.HANG) {
      return false;
    }
    boolean interrupted = false;
    int healsBefore = heals;
    hanging++;
    // Waiting gives the lock up: other calls go on.
    while (heals == healsBefore) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    hanging--;
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return true;
  }

  private static Step struck(Step step, Fault.Effect effect) {
    byte[] data = step.data;
    return switch (effect) {
      case FAIL, HANG -> new Step(step.operation, step.file, NOTHING, Outcome.FAILED);
      case FAIL_HALFWAY ->
          new Step(step.operation, step.file, Arrays.copyOf(data, data.length / 2), Outcome.FAILED);
      case IGNORE -> new Step(step.operation, step.file, NOTHING, Outcome.NOTHING_DONE);
      case SHORTEN -> step;
    };
  }

  private static void apply(Disk disk, Step step) throws IOException {
    Path path = step.operation.path();
    boolean done = step.outcome == Outcome.DONE;
    if (step.outcome == Outcome.NOTHING_DONE) {
      return;
    }
    switch (step.operation.kind()) {
      case WRITE -> disk.append(step.file, step.data);
      case SYNC -> disk.syncFile(step.file, done);
      case SYNC_DIRECTORY -> disk.syncDirectory(path, done);
      default -> {
        if (done) {
          applyWhole(disk, step.operation);
        }
      }
    }
  }

  private static void applyWhole(Disk disk, Operation operation) throws IOException {
    Path path = operation.path();
    switch (operation.kind()) {
      case CREATE -> disk.create(path);
      case CREATE_DIRECTORY -> disk.createDirectory(path);
      case RENAME -> disk.rename(path, operation.target());
      case LINK -> disk.link(path, operation.target());
      case DELETE -> disk.delete(path);
      case LOCK -> {
        if (disk.lookup(path) == null) {
          disk.create(path);
        }
      }
      default -> {}
    }
  }

  private synchronized int read(Input input, long position, byte[] into, int offset, int length)
      throws IOException {
    if (input.closed) {
      throw new ClosedChannelException();
    }
    Operation operation = new Operation(steps.size(), Kind.READ, input.path, null, length);
    Fault fault = strike(operation);
    if (hangs(fault)) {
      operation = new Operation(steps.size(), Kind.READ, input.path, null, length);
    }
    steps.add(new Step(operation, -1, NOTHING, Outcome.DONE));
    if (fault != null && fault.effect() != Fault.Effect.SHORTEN) {
      throw fault.error(operation);
    }
    int max = fault == null ? length : Math.min(length, fault.maxBytes());
    return input.file.read(position, into, offset, max);
  }

  private synchronized void runOnFile(Kind kind, Path path, long file, byte[] data)
      throws IOException {
    run(kind, path, null, file, data);
  }

  private synchronized void closed() {
    openHandles--;
  }

  private synchronized void closedOutput(Path path) throws IOException {
    Operation operation = new Operation(steps.size(), Kind.CLOSE, path, null, 0);
    for (Fault fault : List.copyOf(faults)) {
      if (fault.effect() == Fault.Effect.HANG && fault.strikes(operation) && hangs(fault)) {
        closed();
        throw fault.error(operation);
      }
    }
    closed();
  }

  private synchronized void unlock(Path path) {
    locked.remove(path);
  }

  private final class Output extends FileOutput {
    private final Path path;
    private final long file;

    Output(Path path, long file) {
      super(path.toString());
      this.path = path;
      this.file = file;
    }

    @Override
    protected void append(byte[] source, int offset, int length) throws IOException {
      runOnFile(Kind.WRITE, path, file, Arrays.copyOfRange(source, offset, offset + length));
    }

    @Override
    protected void force() throws IOException {
      runOnFile(Kind.SYNC, path, file, NOTHING);
    }

    @Override
    protected void release() throws IOException {
      closedOutput(path);
    }
  }

  private final class Input implements FileInput {
    private final Path path;
    private final Disk.FileNode file;
    private boolean closed;

    Input(Path path, Disk.FileNode file) {
      this.path = path;
      this.file = file;
    }

    @Override
    public long length() {
      synchronized (SimulatedFileSystem.this) {
        return file.length();
      }
    }

    @Override
    public int read(long position, byte[] into, int offset, int length) throws IOException {
      return SimulatedFileSystem.this.read(this, position, into, offset, length);
    }

    @Override
    public String name() {
      return path.toString();
    }

    @Override
    public void close() {
      synchronized (SimulatedFileSystem.this) {
        if (!closed) {
          closed = true;
          closed();
        }
      }
    }
  }

  private final class Lock implements HeldLock {
    private final Path path;
    private boolean released;

    Lock(Path path) {
      this.path = path;
    }

    @Override
    public void close() {
      if (!released) {
        released = true;
        unlock(path);
      }
    }
  }
}
