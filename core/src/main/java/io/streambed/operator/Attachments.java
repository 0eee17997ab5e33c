package io.streambed.operator;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.error.CorruptionException;
import io.streambed.error.MalformedDataException;
import io.streambed.file.Compression;
import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import io.streambed.snapshot.CancellationRegistry;
import io.streambed.snapshot.OperatorStateHandle;
import io.streambed.snapshot.OperatorStateSlice;
import io.streambed.snapshot.SnapshotInputs;
import io.streambed.snapshot.SnapshotOptions;
import io.streambed.snapshot.SnapshotOutput;
import io.streambed.snapshot.SnapshotStreams;
import io.streambed.snapshot.SnapshotTask;
import io.streambed.state.StateKind;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RunnableFuture;

/**
 * Bytes of any length that a snapshot keeps beside an operator's state. They are copied in and out
 * of it in pieces, and are never on the heap as a whole. In the snapshot's container each
 * attachment is a union list under its own name, whose elements are the pieces in their order.
 *
 * <p>Threading: the future of a snapshot and a copy run on any one thread.
 */
public final class Attachments {
  /** The largest piece: two of them fill a block of the container. */
  private static final int PIECE_BYTES = OperatorFormat.BLOCK_BYTES / 2;

  private static final Serializer<byte[]> PIECES = Serializers.byteArrays();

  private Attachments() {}

  /**
   * One attachment to be written.
   *
   * @param name unlike that of any other state or attachment of the operator
   * @param length how many bytes the content gives, from 0
   * @param content the bytes; the snapshot closes it
   */
  public record Attachment(String name, long length, InputStream content) {}

  /**
   * A snapshot of attachments. Their streams are closed when the future ends, is cancelled, or
   * fails.
   *
   * @param attachments what to keep
   * @param streams where to write
   * @param options how to write
   * @return a future that gives the handle, or null if there is none; it throws an {@link
   *     IOException} if a content cannot be read or ends too early, and leaves nothing behind then
   */
  public static RunnableFuture<OperatorStateHandle> snapshot(
      List<Attachment> attachments, SnapshotStreams streams, SnapshotOptions options) {
    List<Attachment> kept = List.copyOf(attachments);
    return new SnapshotTask<>(
        open -> write(kept, streams, options.compression(), open), () -> close(kept));
  }

  private static OperatorStateHandle write(
      List<Attachment> attachments,
      SnapshotStreams streams,
      Compression compression,
      CancellationRegistry open)
      throws IOException {
    if (attachments.isEmpty()) {
      return null;
    }
    List<FrozenState> states = new ArrayList<>();
    attachments.forEach(attachment -> states.add(new Pieces(attachment)));
    try (SnapshotOutput out = open.register(streams.create("attachments"))) {
      return OperatorContainerWriter.write(states, out, compression);
    }
  }

  private static void close(List<Attachment> attachments) {
    UncheckedIOException failure = null;
    for (Attachment attachment : attachments) {
      try {
        attachment.content.close();
      } catch (IOException e) {
        failure = new UncheckedIOException("closing attachment \"" + attachment.name + "\"", e);
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  /**
   * Copies an attachment out of a snapshot. Cost: reads the container that it is in.
   *
   * @param slices what the subtask restores, where other states are passed over
   * @param name the attachment
   * @param inputs opens the container
   * @param to gets the bytes
   * @return false if there is no such attachment; nothing was written then
   * @throws io.streambed.error.CorruptionException if the container is damaged; bytes may have been
   *     written before
   * @throws IOException if the storage or the stream fails
   */
  public static boolean copy(
      List<OperatorStateSlice> slices, String name, SnapshotInputs inputs, OutputStream to)
      throws IOException {
    for (OperatorStateSlice slice : slices) {
      if (slice.state().equals(name)) {
        copy(slice, inputs, to);
        return true;
      }
    }
    return false;
  }

  private static void copy(OperatorStateSlice slice, SnapshotInputs inputs, OutputStream to)
      throws IOException {
    ByteReader in = new ByteReader();
    try (OperatorContainerReader reader = OperatorContainerReader.open(slice.handle(), inputs)) {
      reader.forEach(
          (schema, index, content) -> {
            if (schema.name().equals(slice.state())) {
              copyPiece(in.set(content), to, reader.resource());
            }
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static void copyPiece(ByteReader in, OutputStream to, String resource) {
    try {
      byte[] piece = PIECES.read(in);
      in.expectEnd();
      to.write(piece);
    } catch (MalformedDataException e) {
      throw new CorruptionException(resource, -1, "a piece of an attachment", e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An attachment as a list that is read while it is written. */
  private static final class Pieces implements FrozenState {
    private final Attachment attachment;
    private final OperatorStateSchema schema;
    private final ByteWriter scratch = new ByteWriter();
    private long left;

    Pieces(Attachment attachment) {
      this.attachment = attachment;
      this.schema =
          new OperatorStateSchema(attachment.name, StateKind.UNION_LIST, null, PIECES.snapshot());
      this.left = attachment.length;
    }

    @Override
    public OperatorStateSchema schema() {
      return schema;
    }

    @Override
    public int size() {
      return Math.toIntExact((attachment.length + PIECE_BYTES - 1) / PIECE_BYTES);
    }

    @Override
    public ByteView element(int index) throws IOException {
      int length = (int) Math.min(left, PIECE_BYTES);
      byte[] piece = attachment.content.readNBytes(length);
      if (piece.length < length) {
        throw new EOFException(
            "attachment \""
                + attachment.name
                + "\" ends "
                + (left - piece.length)
                + " bytes before its length "
                + attachment.length);
      }
      left -= length;
      return PIECES.encode(piece, scratch);
    }
  }
}
