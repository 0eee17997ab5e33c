package io.streambed.heap;

import io.streambed.serial.LongLane;
import io.streambed.serial.Serializer;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * A list in chunks that only grows at its end: chunks of 64 elements, the only one of a short list
 * smaller. Elements that fit into 64 bits are kept unboxed.
 *
 * <p>A frozen view holds this object as it was; the owner works on a copy of the head ({@link
 * #copy}). Both share the chunks: appending writes behind the elements that the view counts. Where
 * elements are mutable, a chunk is copied before its elements are handed out in a later epoch.
 */
final class ChunkedList {
  private static final int CHUNK = 64;
  private static final int SHIFT = 6;

  final int epoch;
  long stamp;
  private Object[] chunks;
  private int[] chunkEpochs;
  private int size;

  ChunkedList(int epoch) {
    this.epoch = epoch;
    this.chunks = new Object[1];
  }

  private ChunkedList(ChunkedList other, int epoch) {
    this.epoch = epoch;
    this.stamp = other.stamp;
    this.chunks = other.chunks.clone();
    this.chunkEpochs = other.chunkEpochs == null ? null : other.chunkEpochs.clone();
    this.size = other.size;
  }

  /** The same elements for the owner to append to in a later epoch. */
  ChunkedList copy(int newEpoch) {
    return new ChunkedList(this, newEpoch);
  }

  int size() {
    return size;
  }

  /** Appends one element; {@code currentEpoch} is kept for mutable ones. */
  <E> void append(E element, LongLane<E> lane, boolean tracked, int currentEpoch) {
    int index = size >>> SHIFT;
    int at = size & (CHUNK - 1);
    if (index == chunks.length) {
      chunks = Arrays.copyOf(chunks, 2 * chunks.length);
    }
    if (tracked && at == 0) {
      if (chunkEpochs == null || index == chunkEpochs.length) {
        chunkEpochs = chunkEpochs == null ? new int[1] : Arrays.copyOf(chunkEpochs, 2 * index);
      }
      chunkEpochs[index] = currentEpoch;
    }
    if (lane != null) {
      long[] chunk = (long[]) chunks[index];
      if (chunk == null || at == chunk.length) {
        chunk = chunk == null ? new long[capacity(index)] : Arrays.copyOf(chunk, 2 * at);
        chunks[index] = chunk;
      }
      chunk[at] = lane.toLong(element);
    } else {
      Object[] chunk = (Object[]) chunks[index];
      if (chunk == null || at == chunk.length) {
        chunk = chunk == null ? new Object[capacity(index)] : Arrays.copyOf(chunk, 2 * at);
        chunks[index] = chunk;
      }
      chunk[at] = element;
    }
    size++;
  }

  private static int capacity(int index) {
    return index == 0 ? 2 : CHUNK;
  }

  @SuppressWarnings("unchecked")
  <E> E get(int i, LongLane<E> lane) {
    Object chunk = chunks[i >>> SHIFT];
    int at = i & (CHUNK - 1);
    return lane != null ? lane.fromLong(((long[]) chunk)[at]) : (E) ((Object[]) chunk)[at];
  }

  /** The elements of now, later appends left out, for the owner to read. */
  <E> Iterable<E> elements(LongLane<E> lane, Serializer<E> copier, Epochs epochs) {
    int count = size;
    return () ->
        new Iterator<>() {
          private int next;

          @Override
          public boolean hasNext() {
            return next < count;
          }

          @Override
          public E next() {
            if (next >= count) {
              throw new NoSuchElementException();
            }
            if (chunkEpochs != null && chunkEpochs[next >>> SHIFT] <= epochs.maxFrozen) {
              if (epoch <= epochs.maxFrozen) {
                // Frozen since the list was asked for: its chunks are no longer ours to replace.
                return copier.copy(get(next++, lane));
              }
              detach(next >>> SHIFT, copier, epochs.current());
            }
            return get(next++, lane);
          }
        };
  }

  private <E> void detach(int index, Serializer<E> copier, int currentEpoch) {
    Object[] copy = ((Object[]) chunks[index]).clone();
    int used = Math.min(size - (index << SHIFT), CHUNK);
    for (int i = 0; i < used; i++) {
      @SuppressWarnings("unchecked")
      E element = (E) copy[i];
      copy[i] = copier.copy(element);
    }
    chunks[index] = copy;
    chunkEpochs[index] = currentEpoch;
  }
}
