package io.streambed.operator;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteView;
import io.streambed.error.CorruptionException;
import io.streambed.error.LimitExceededException;
import io.streambed.error.MalformedDataException;
import io.streambed.file.BlockReader;
import io.streambed.file.FileInput;
import io.streambed.snapshot.OperatorStateHandle;
import io.streambed.snapshot.SnapshotInputs;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/**
 * Reads one subtask's operator state as bytes: for restores and for tools.
 *
 * <p>Threading: one thread. Memory: one block, which is about 64 KiB or one element.
 */
public final class OperatorContainerReader implements Closeable {
  private static final int SHOWN = 20;

  private final String resource;
  private final BlockReader blocks;
  private final List<StoredState> states;
  private boolean read;

  /** Takes the elements of a container, one after the other. */
  @FunctionalInterface
  public interface Visitor {
    /**
     * Takes one element.
     *
     * @param schema the declaration of its state
     * @param index its number within the state, from 0
     * @param content a list element's bytes; of a broadcast state {@code keyLength:varint key
     *     null:u8 value}, with nothing behind null = 1. Valid during the call
     */
    void element(OperatorStateSchema schema, long index, ByteView content);
  }

  private OperatorContainerReader(String resource, BlockReader blocks, List<StoredState> states) {
    this.resource = resource;
    this.blocks = blocks;
    this.states = states;
  }

  /**
   * Opens a container and verifies that it is the one that the handle names.
   *
   * @param handle names the container and says what it holds
   * @param inputs opens its stream
   * @return a reader that the caller closes
   * @throws CorruptionException if the container is damaged, another one, or does not hold what the
   *     handle says; it names the file
   * @throws io.streambed.error.FormatVersionException if it is of a version that cannot be read
   * @throws IOException if the storage fails
   */
  public static OperatorContainerReader open(OperatorStateHandle handle, SnapshotInputs inputs)
      throws IOException {
    FileInput in = inputs.open(handle.data());
    String resource = in.name();
    BlockReader blocks =
        BlockReader.open(
            in,
            OperatorFormat.FORMAT,
            OperatorFormat.VERSION,
            OperatorFormat.VERSION,
            handle.data().fileId(),
            handle.data().length());
    try {
      List<StoredState> states = readStates(resource, blocks.footer());
      List<OperatorStateHandle.Part> parts = OperatorFormat.parts(states);
      if (!parts.equals(handle.states())) {
        throw new CorruptionException(
            resource, -1, "states " + first(handle.states()), "states " + first(parts));
      }
      return new OperatorContainerReader(resource, blocks, states);
    } catch (RuntimeException e) {
      try {
        blocks.close();
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  /** A few of many, for messages. */
  private static String first(List<OperatorStateHandle.Part> parts) {
    return parts.size() <= SHOWN ? parts.toString() : parts.subList(0, SHOWN) + " ...";
  }

  private static List<StoredState> readStates(String resource, ByteView footer) {
    try {
      return List.copyOf(OperatorFormat.readFooter(new ByteReader().set(footer)));
    } catch (MalformedDataException e) {
      throw new CorruptionException(resource, -1, "a list of states", e.getMessage(), e);
    } catch (LimitExceededException e) {
      throw new LimitExceededException(resource, e);
    }
  }

  /** The container's name, for messages. */
  String resource() {
    return resource;
  }

  /**
   * What the container holds.
   *
   * @return the states in the container's order, immutable; parts of one state that different
   *     serializers wrote follow each other
   */
  public List<StoredState> states() {
    return states;
  }

  /**
   * Reads all elements, state by state, in order, and checks that they are as many as the container
   * says. Can be called once. Cost: reads the whole container.
   *
   * @param visitor takes each element; what it throws ends the reading
   * @throws CorruptionException if a block is damaged or the elements do not fit their lengths and
   *     counts; the visitor may have got elements before
   * @throws IOException if the storage fails
   */
  public void forEach(Visitor visitor) throws IOException {
    if (read) {
      throw new IllegalStateException("the elements of " + resource + " were read already");
    }
    read = true;
    BlockReader.Block block = blocks.next();
    long index = 0;
    for (int row = 0; row < states.size(); row++) {
      StoredState state = states.get(row);
      boolean goesOn = row > 0 && states.get(row - 1).schema().name().equals(state.schema().name());
      RowReader reader = new RowReader(state.schema(), visitor, goesOn ? index : 0);
      while (block != null && block.scope() == row && block.type() == OperatorFormat.ELEMENTS) {
        reader.read(block);
        block = blocks.next();
      }
      reader.check(state);
      index = reader.index;
    }
    if (block != null) {
      throw new CorruptionException(
          resource,
          block.offset(),
          "blocks of elements in the order of the states",
          "a block of type " + block.type() + ", scope " + block.scope());
    }
  }

  @Override
  public void close() throws IOException {
    blocks.close();
  }

  /** Takes the blocks of one row apart. */
  private final class RowReader {
    private final OperatorStateSchema schema;
    private final Visitor visitor;
    private final ByteReader in = new ByteReader();
    private final ByteReader inner = new ByteReader();
    private final ByteView content = new ByteView();
    private long index;
    private int elements;
    private long bytes;

    RowReader(OperatorStateSchema schema, Visitor visitor, long index) {
      this.schema = schema;
      this.visitor = visitor;
      this.index = index;
    }

    void read(BlockReader.Block block) {
      in.set(block.payload());
      while (in.remaining() > 0) {
        next(block.offset());
        visitor.element(schema, index++, content);
        elements++;
        bytes += content.length();
      }
    }

    private void next(long offset) {
      try {
        in.readSized(content);
        OperatorFormat.checkContent(schema.kind(), content, inner);
      } catch (MalformedDataException e) {
        throw new CorruptionException(
            resource, offset, "elements of state \"" + schema.name() + "\"", e.getMessage(), e);
      }
    }

    void check(StoredState stated) {
      if (elements != stated.elements() || bytes != stated.bytes()) {
        throw new CorruptionException(
            resource,
            -1,
            stated.elements()
                + " elements of "
                + stated.bytes()
                + " bytes in state \""
                + schema.name()
                + "\"",
            elements + " elements of " + bytes + " bytes");
      }
    }
  }
}
