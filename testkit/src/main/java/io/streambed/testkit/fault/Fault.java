package io.streambed.testkit.fault;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A failure to inject: what happens, then on which calls. For instance {@code
 * Fault.noSpace().on(WRITE).nth(3)}. Without a restriction it strikes at each call, for ever. An
 * instance counts its calls, so it belongs to one file system and is used with its lock held.
 */
public final class Fault {
  enum Effect {
    /** The call throws. */
    FAIL,
    /** The call throws after half of its bytes were written. */
    FAIL_HALFWAY,
    /** The call does nothing and reports success. */
    IGNORE,
    /** A read gives fewer bytes. */
    SHORTEN,
    /** The call does not come back until the file system is healed, and throws then. */
    HANG
  }

  private final Effect effect;
  private final Function<Operation, IOException> error;
  private final int maxBytes;
  private Predicate<Operation> matches;
  private int firstMatch = 1;
  private int lastMatch = Integer.MAX_VALUE;
  private int seen;

  private Fault(Effect effect, int maxBytes, Function<Operation, IOException> error) {
    this.effect = effect;
    this.maxBytes = maxBytes;
    this.error = error;
    this.matches = operation -> true;
  }

  /**
   * The disk is full: creates and writes throw, a write after half of its bytes.
   *
   * @return a fault on CREATE, CREATE_DIRECTORY and WRITE
   */
  public static Fault noSpace() {
    return new Fault(
            Effect.FAIL_HALFWAY, 0, op -> new IOException(op.path() + ": No space left on device"))
        .on(Operation.Kind.CREATE, Operation.Kind.CREATE_DIRECTORY, Operation.Kind.WRITE);
  }

  /**
   * The device fails. After a failed sync no later one makes those bytes or entries durable.
   *
   * @return a fault on every call
   */
  public static Fault ioError() {
    return new Fault(Effect.FAIL, 0, op -> new IOException(op.path() + ": Input/output error"));
  }

  /**
   * A file that is there is not found.
   *
   * @return a fault on OPEN
   */
  public static Fault missing() {
    return new Fault(Effect.FAIL, 0, op -> new NoSuchFileException(op.path().toString()))
        .on(Operation.Kind.OPEN);
  }

  /**
   * The user may not do that.
   *
   * @return a fault on every call
   */
  public static Fault denied() {
    return new Fault(Effect.FAIL, 0, op -> new AccessDeniedException(op.path().toString()));
  }

  /**
   * Syncs that report success and do nothing.
   *
   * @return a fault on SYNC and SYNC_DIRECTORY
   */
  public static Fault lostSync() {
    return new Fault(Effect.IGNORE, 0, op -> null)
        .on(Operation.Kind.SYNC, Operation.Kind.SYNC_DIRECTORY);
  }

  /**
   * Reads that give fewer bytes than are there.
   *
   * @param maxBytes the most that one read gives, from 1
   * @return a fault on READ
   */
  public static Fault shortReads(int maxBytes) {
    return new Fault(Effect.SHORTEN, maxBytes, op -> null).on(Operation.Kind.READ);
  }

  /**
   * A disk that does not answer, whatever interrupts the caller. Other calls go on meanwhile.
   * {@link SimulatedFileSystem#heal()} ends the wait: the call then throws and has done nothing.
   *
   * @return a fault on every call, the closing of a file among them
   */
  public static Fault hang() {
    return new Fault(
        Effect.HANG, 0, op -> new IOException(op.path() + ": the device did not answer"));
  }

  /**
   * Restricts it to some kinds of calls.
   *
   * @param kinds the kinds
   * @return this
   */
  public Fault on(Operation.Kind... kinds) {
    Set<Operation.Kind> wanted = Set.of(kinds);
    return when(operation -> wanted.contains(operation.kind()));
  }

  /**
   * Restricts it to calls of which something holds.
   *
   * @param condition what must hold
   * @return this
   */
  public Fault when(Predicate<Operation> condition) {
    matches = matches.and(condition);
    return this;
  }

  /**
   * Restricts it to one call by its place in the log.
   *
   * @param number the call's number, from 0
   * @return this
   */
  public Fault at(int number) {
    return when(operation -> operation.number() == number);
  }

  /**
   * Lets it strike once.
   *
   * @param n at which of the matching calls, from 1
   * @return this
   */
  public Fault nth(int n) {
    firstMatch = n;
    lastMatch = n;
    return this;
  }

  /**
   * Lets it strike from one call on, for ever.
   *
   * @param n the first of the matching calls, from 1
   * @return this
   */
  public Fault fromNth(int n) {
    firstMatch = n;
    return this;
  }

  boolean strikes(Operation operation) {
    if (!matches.test(operation)) {
      return false;
    }
    seen++;
    return seen >= firstMatch && seen <= lastMatch;
  }

  Effect effect() {
    return effect;
  }

  int maxBytes() {
    return maxBytes;
  }

  IOException error(Operation operation) {
    return error.apply(operation);
  }
}
