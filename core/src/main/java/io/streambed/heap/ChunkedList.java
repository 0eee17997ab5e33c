package io.streambed.heap;

import io.streambed.serial.LongLane;
import io.streambed.serial.Serializer;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.RandomAccess;

/**
 * A list in chunks that only grows at its end: chunks of 64 elements, the last one smaller in a
 * list that has but one. Elements that fit into 64 bits are kept unboxed.
 *
 * <p>A frozen view holds this object as it was; the owner works on a copy of the head ({@link
 * #copy}). Both share the chunks: appending writes behind the elements that the view counts. Where
 * elements are mutable, a chunk is copied before its elements are handed out in a later epoch.
 */
final class ChunkedList {
  private static final int CHUNK = 64;
  private static final int SHIFT = 6;
  private static final int FIRST_CAPACITY = 4;
  private static final Object[] NONE = {};
  private static final long[][] NO_STAMPS = {};

  final int epoch;
  private int size;

  /** The full chunks before the last; some room behind them. */
  private Object[] fullChunks = NONE;

  /** The chunk that appending goes to: a {@code long[]} or an {@code Object[]}, or null. */
  private Object last;

  /** Of each chunk of mutable elements. */
  private int[] chunkEpochs;

  /** The elements' timestamps in chunks like theirs; null if they have none. */
  private long[] lastStamps;

  private long[][] fullStamps = NO_STAMPS;

  ChunkedList(int epoch) {
    this.epoch = epoch;
  }

  private ChunkedList(ChunkedList other, int epoch) {
    this.epoch = epoch;
    this.size = other.size;
    this.fullChunks = other.fullChunks.length == 0 ? NONE : other.fullChunks.clone();
    this.last = other.last;
    this.chunkEpochs = other.chunkEpochs == null ? null : other.chunkEpochs.clone();
    this.lastStamps = other.lastStamps;
    this.fullStamps = other.fullStamps.length == 0 ? NO_STAMPS : other.fullStamps.clone();
  }

  /** The same elements for the owner to append to in a later epoch. */
  ChunkedList copy(int newEpoch) {
    return new ChunkedList(this, newEpoch);
  }

  int size() {
    return size;
  }

  /**
   * Keeps the timestamp of the element that is appended next; for all elements of a list or none.
   */
  void stampNext(long stamp) {
    int at = size & (CHUNK - 1);
    if (at == 0) {
      if (size > 0) {
        int index = (size >>> SHIFT) - 1;
        if (index == fullStamps.length) {
          fullStamps = Arrays.copyOf(fullStamps, Math.max(2, 2 * index));
        }
        fullStamps[index] = lastStamps;
      }
      lastStamps = new long[size == 0 ? FIRST_CAPACITY : CHUNK];
    } else if (at == lastStamps.length) {
      lastStamps = Arrays.copyOf(lastStamps, 2 * at);
    }
    lastStamps[at] = stamp;
  }

  /** The timestamp of an element that was kept by {@link #stampNext}. */
  long stamp(int i) {
    int index = i >>> SHIFT;
    long[] chunk = index == (size - 1) >>> SHIFT ? lastStamps : fullStamps[index];
    return chunk[i & (CHUNK - 1)];
  }

  /** How many elements have at least a timestamp. */
  int live(long oldestLive) {
    int live = 0;
    for (int i = 0; i < size; i++) {
      if (stamp(i) >= oldestLive) {
        live++;
      }
    }
    return live;
  }

  /** Appends one element; {@code currentEpoch} is kept for mutable ones. */
  <E> void append(E element, LongLane<E> lane, boolean tracked, int currentEpoch) {
    if (lane != null) {
      append(Lanes.toLong(lane, element));
      return;
    }
    int at = size & (CHUNK - 1);
    if (at == 0) {
      startChunk();
      last = new Object[size == 0 ? FIRST_CAPACITY : CHUNK];
      if (tracked) {
        startEpoch(currentEpoch);
      }
    }
    Object[] chunk = (Object[]) last;
    if (at == chunk.length) {
      last = chunk = Arrays.copyOf(chunk, 2 * at);
    }
    chunk[at] = element;
    size++;
  }

  private void append(long bits) {
    int at = size & (CHUNK - 1);
    if (at == 0) {
      startChunk();
      last = new long[size == 0 ? FIRST_CAPACITY : CHUNK];
    }
    long[] chunk = (long[]) last;
    if (at == chunk.length) {
      last = chunk = Arrays.copyOf(chunk, 2 * at);
    }
    chunk[at] = bits;
    size++;
  }

  /** Puts the last chunk, if there is one, to the full ones. */
  private void startChunk() {
    if (size > 0) {
      int index = (size >>> SHIFT) - 1;
      if (index == fullChunks.length) {
        fullChunks = Arrays.copyOf(fullChunks, Math.max(2, 2 * index));
      }
      fullChunks[index] = last;
    }
  }

  private void startEpoch(int currentEpoch) {
    int index = size >>> SHIFT;
    if (chunkEpochs == null || index == chunkEpochs.length) {
      chunkEpochs = chunkEpochs == null ? new int[1] : Arrays.copyOf(chunkEpochs, 2 * index);
    }
    chunkEpochs[index] = currentEpoch;
  }

  private Object chunk(int index) {
    return index == (size - 1) >>> SHIFT ? last : fullChunks[index];
  }

  @SuppressWarnings("unchecked")
  <E> E get(int i, LongLane<E> lane) {
    Object chunk = chunk(i >>> SHIFT);
    int at = i & (CHUNK - 1);
    return lane != null ? Lanes.fromLong(lane, ((long[]) chunk)[at]) : (E) ((Object[]) chunk)[at];
  }

  /** The elements of now, later appends left out, for the owner to read. */
  <E> List<E> elements(LongLane<E> lane, Serializer<E> copier, Epochs epochs) {
    return new View<>(lane, chunkEpochs == null ? null : copier, epochs, size);
  }

  /** The elements of now, to look at: those that a frozen view holds are not copied. */
  <E> List<E> elements(LongLane<E> lane) {
    return new View<>(lane, null, null, size);
  }

  /**
   * The elements of one moment, as a list that cannot be changed. Mutable ones that the caller may
   * change have a {@code copier}.
   */
  private final class View<E> extends AbstractList<E> implements RandomAccess {
    private final LongLane<E> lane;
    private final Serializer<E> copier;
    private final Epochs epochs;
    private final int count;

    View(LongLane<E> lane, Serializer<E> copier, Epochs epochs, int count) {
      this.lane = lane;
      this.copier = copier;
      this.epochs = epochs;
      this.count = count;
    }

    @Override
    public int size() {
      return count;
    }

    @Override
    public E get(int index) {
      Objects.checkIndex(index, count);
      return copier == null ? ChunkedList.this.get(index, lane) : getMutable(index, copier, epochs);
    }

    @Override
    public Iterator<E> iterator() {
      if (lane != null) {
        return new LongElements<>(lane, count);
      }
      return copier == null ? new Elements<>(count) : new MutableElements<>(copier, epochs, count);
    }
  }

  /** Reads unboxed elements. */
  private final class LongElements<E> implements Iterator<E> {
    private final LongLane<E> lane;
    private final int count;
    private int next;

    LongElements(LongLane<E> lane, int count) {
      this.lane = lane;
      this.count = count;
    }

    @Override
    public boolean hasNext() {
      return next < count;
    }

    @Override
    public E next() {
      if (next >= count) {
        throw new NoSuchElementException();
      }
      return get(next++, lane);
    }
  }

  /** Reads immutable elements. */
  private final class Elements<E> implements Iterator<E> {
    private final int count;
    private int next;

    Elements(int count) {
      this.count = count;
    }

    @Override
    public boolean hasNext() {
      return next < count;
    }

    @Override
    public E next() {
      if (next >= count) {
        throw new NoSuchElementException();
      }
      return get(next++, null);
    }
  }

  /** Reads mutable elements: those that a frozen view holds are copied first. */
  private final class MutableElements<E> implements Iterator<E> {
    private final Serializer<E> copier;
    private final Epochs epochs;
    private final int count;
    private int next;

    MutableElements(Serializer<E> copier, Epochs epochs, int count) {
      this.copier = copier;
      this.epochs = epochs;
      this.count = count;
    }

    @Override
    public boolean hasNext() {
      return next < count;
    }

    @Override
    public E next() {
      if (next >= count) {
        throw new NoSuchElementException();
      }
      return getMutable(next++, copier, epochs);
    }
  }

  /** An element that the caller may change: one that a frozen view holds is copied first. */
  private <E> E getMutable(int i, Serializer<E> copier, Epochs epochs) {
    if (chunkEpochs[i >>> SHIFT] <= epochs.maxFrozen) {
      if (epoch <= epochs.maxFrozen) {
        // Frozen since the list was asked for: its chunks are no longer ours to replace.
        return copier.copy(get(i, null));
      }
      detach(i >>> SHIFT, copier, epochs.current());
    }
    return get(i, null);
  }

  private <E> void detach(int index, Serializer<E> copier, int currentEpoch) {
    Object[] copy = ((Object[]) chunk(index)).clone();
    int used = Math.min(size - (index << SHIFT), CHUNK);
    for (int i = 0; i < used; i++) {
      @SuppressWarnings("unchecked")
      E element = (E) copy[i];
      copy[i] = copier.copy(element);
    }
    if (index == (size - 1) >>> SHIFT) {
      last = copy;
    } else {
      fullChunks[index] = copy;
    }
    chunkEpochs[index] = currentEpoch;
  }
}
