package io.streambed.heap;

import io.streambed.bytes.ByteView;
import io.streambed.error.InvariantViolationException;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * A sorted set of byte arrays in blocks of at most 128, for one key group of a queue: unsigned
 * order.
 *
 * <p>A frozen view holds this object as it was; the owner works on a copy of the index ({@link
 * #copy}) and copies each block before it first writes to it in a later epoch.
 *
 * <p>Cost: two binary searches, and moving at most 128 references within a block; moving the index,
 * one reference for each block, when a block is split or emptied.
 */
final class SortedBlocks {
  private static final int BLOCK = 128;

  private static final class Block {
    final int epoch;
    byte[][] elements;
    int count;

    Block(int epoch, byte[][] elements, int count) {
      this.epoch = epoch;
      this.elements = elements;
      this.count = count;
    }
  }

  final int epoch;
  private Block[] blocks;
  private int blockCount;
  private int size;

  SortedBlocks(int epoch) {
    this.epoch = epoch;
    this.blocks = new Block[] {new Block(epoch, new byte[4][], 0)};
    this.blockCount = 1;
  }

  private SortedBlocks(SortedBlocks other, int epoch) {
    this.epoch = epoch;
    this.blocks = other.blocks.clone();
    this.blockCount = other.blockCount;
    this.size = other.size;
  }

  SortedBlocks copy(int newEpoch) {
    return new SortedBlocks(this, newEpoch);
  }

  int size() {
    return size;
  }

  byte[] first() {
    return size == 0 ? null : blocks[0].elements[0];
  }

  /** Adds an element; false if it was there. This must be writable. */
  boolean add(ByteView element, Epochs epochs) {
    int index = blockOf(element);
    int at = search(blocks[index], element);
    if (at >= 0) {
      return false;
    }
    at = ~at;
    Block block = writableBlock(index, epochs);
    if (block.count == BLOCK) {
      split(index, epochs.current());
      if (at > BLOCK / 2) {
        index++;
        at -= BLOCK / 2;
      }
      block = blocks[index];
    }
    if (block.count == block.elements.length) {
      block.elements = Arrays.copyOf(block.elements, Math.min(BLOCK, 2 * block.count));
    }
    System.arraycopy(block.elements, at, block.elements, at + 1, block.count - at);
    block.elements[at] = element.toByteArray();
    block.count++;
    size++;
    return true;
  }

  /** Removes an element; false if it was not there. This must be writable. */
  boolean remove(ByteView element, Epochs epochs) {
    int index = blockOf(element);
    int at = search(blocks[index], element);
    if (at < 0) {
      return false;
    }
    removeAt(index, at, epochs);
    return true;
  }

  /** Removes the first element of a set that is not empty. This must be writable. */
  void removeFirst(Epochs epochs) {
    removeAt(0, 0, epochs);
  }

  private void removeAt(int index, int at, Epochs epochs) {
    Block block = writableBlock(index, epochs);
    System.arraycopy(block.elements, at + 1, block.elements, at, block.count - at - 1);
    block.elements[--block.count] = null;
    size--;
    if (block.count == 0 && blockCount > 1) {
      System.arraycopy(blocks, index + 1, blocks, index, blockCount - index - 1);
      blocks[--blockCount] = null;
    }
  }

  private Block writableBlock(int index, Epochs epochs) {
    Block block = blocks[index];
    if (block.epoch > epochs.maxFrozen) {
      return block;
    }
    block = new Block(epochs.current(), block.elements.clone(), block.count);
    blocks[index] = block;
    return block;
  }

  private void split(int index, int currentEpoch) {
    Block full = blocks[index];
    byte[][] upper = new byte[BLOCK][];
    System.arraycopy(full.elements, BLOCK / 2, upper, 0, BLOCK / 2);
    Arrays.fill(full.elements, BLOCK / 2, BLOCK, null);
    full.count = BLOCK / 2;
    if (blockCount == blocks.length) {
      blocks = Arrays.copyOf(blocks, 2 * blockCount);
    }
    System.arraycopy(blocks, index + 1, blocks, index + 2, blockCount - index - 1);
    blocks[index + 1] = new Block(currentEpoch, upper, BLOCK / 2);
    blockCount++;
  }

  /**
   * The index of the block where an element is or belongs: the last that begins at or before it.
   */
  private int blockOf(ByteView element) {
    int low = 1;
    int high = blockCount - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (compare(blocks[middle].elements[0], element) <= 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return high < 0 ? 0 : high;
  }

  private static int compare(byte[] present, ByteView element) {
    return Arrays.compareUnsigned(
        present,
        0,
        present.length,
        element.array(),
        element.offset(),
        element.offset() + element.length());
  }

  private static int search(Block block, ByteView element) {
    int low = 0;
    int high = block.count - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = compare(block.elements[middle], element);
      if (order == 0) {
        return middle;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return ~low;
  }

  /** A walk over the elements of a set that does not change during it: each one, then null. */
  Supplier<byte[]> walk() {
    return new Supplier<>() {
      private int index;
      private int next;

      @Override
      public byte[] get() {
        while (index < blockCount) {
          Block block = blocks[index];
          if (next < block.count) {
            return block.elements[next++];
          }
          index++;
          next = 0;
        }
        return null;
      }
    };
  }

  /** What is done with each element. */
  interface Visitor<X extends Exception> {
    void visit(byte[] element) throws X;
  }

  <X extends Exception> void forEach(Visitor<X> visitor) throws X {
    for (int index = 0; index < blockCount; index++) {
      Block block = blocks[index];
      for (int i = 0; i < block.count; i++) {
        visitor.visit(block.elements[i]);
      }
    }
  }

  /** Fails if the order or a count is broken. */
  void checkInvariants() {
    int[] count = new int[1];
    byte[][] previous = new byte[1][];
    forEach(
        element -> {
          count[0]++;
          if (previous[0] != null && Arrays.compareUnsigned(previous[0], element) >= 0) {
            throw new InvariantViolationException("elements out of order");
          }
          previous[0] = element;
        });
    if (count[0] != size) {
      throw new InvariantViolationException(count[0] + " elements, size " + size);
    }
  }
}
