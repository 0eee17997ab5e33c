package io.streambed.benchmarks;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * A keyed state backend, keyed by Long, with what the cases use of it. An implementation passes
 * each call on and does nothing else.
 *
 * <p>These are classes, not interfaces, and a JVM that measures loads one subclass of each: the
 * compiler then knows which method a call reaches and puts its body in the caller's place, without
 * a test. What is left in the measured loop are the backend's own calls.
 */
public abstract class Backend implements AutoCloseable {
  /** Makes backends. */
  @FunctionalInterface
  public interface Opener {
    /**
     * Makes an empty one.
     *
     * @param name which
     * @param memoryBytes memory of a backend that keeps state outside the heap
     * @return the backend
     * @throws Exception whatever the backend throws
     */
    Backend open(String name, long memoryBytes) throws Exception;
  }

  /** Makes a key current for all states. */
  public abstract void setCurrentKey(Long key);

  /** Opens value state. */
  public abstract OneValue values(String name) throws Exception;

  /** Opens value state with a time to live that no measurement outlasts. */
  public abstract OneValue expiringValues(String name) throws Exception;

  /** Opens map state. */
  public abstract OneMap maps(String name) throws Exception;

  /** Opens list state. */
  public abstract OneList lists(String name) throws Exception;

  /** Opens value state with windows as namespaces. */
  public abstract WindowedValue<?> windows(String name) throws Exception;

  /** Opens a queue of timers. */
  public abstract Timers timers(String name) throws Exception;

  @Override
  public abstract void close() throws IOException;

  /** The current key's value. */
  public abstract static class OneValue {
    /** The value, or null. */
    public abstract Long value() throws Exception;

    /** Sets it. */
    public abstract void update(Long value) throws Exception;

    /** Removes it. */
    public abstract void clear() throws Exception;
  }

  /** The current key's map. */
  public abstract static class OneMap {
    /** The value of a user key, or null. */
    public abstract Long get(Long userKey) throws Exception;

    /** Whether a user key is there. */
    public abstract boolean contains(Long userKey) throws Exception;

    /** Sets the value of a user key. */
    public abstract void put(Long userKey, Long value) throws Exception;

    /** Sets the values of many user keys. */
    public abstract void putAll(Map<Long, Long> map) throws Exception;

    /** Removes a user key. */
    public abstract void remove(Long userKey) throws Exception;

    /** All entries. */
    public abstract Iterable<Map.Entry<Long, Long>> entries() throws Exception;
  }

  /** The current key's list. */
  public abstract static class OneList {
    /** The elements, or null. */
    public abstract Iterable<Long> get() throws Exception;

    /** Appends an element. */
    public abstract void add(Long element) throws Exception;

    /** Appends many elements. */
    public abstract void addAll(List<Long> elements) throws Exception;

    /** Replaces the list. */
    public abstract void update(List<Long> elements) throws Exception;

    /** Removes it. */
    public abstract void clear() throws Exception;
  }

  /**
   * The current key's value in a window.
   *
   * @param <W> how the backend has windows
   */
  public abstract static class WindowedValue<W> {
    /** A window. */
    public abstract W window(long startMillis, long endMillis);

    /** Makes a window current. */
    public abstract void setWindow(W window);

    /** The value, or null. */
    public abstract Long value() throws Exception;

    /** Sets it. */
    public abstract void update(Long value) throws Exception;
  }

  /** The timers of all keys. */
  public abstract static class Timers {
    /** What {@link #firstMillis} gives if there is no timer. */
    public static final long NONE = Long.MAX_VALUE;

    /** Registers a timer of the current key. */
    public abstract void register(long millis);

    /** Removes a timer of the current key. */
    public abstract void delete(long millis);

    /** When the first timer is due, or {@link #NONE}. */
    public abstract long firstMillis();

    /**
     * Takes the first timer if it is due, and makes its key current.
     *
     * @param nowMillis it is due up to then
     * @return its key, or null if none is due
     */
    public abstract Long fire(long nowMillis);
  }
}
