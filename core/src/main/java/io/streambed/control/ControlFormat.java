package io.streambed.control;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import io.streambed.error.CorruptionException;
import io.streambed.error.MalformedDataException;
import io.streambed.file.AtomicFile;
import io.streambed.file.BlockReader;
import io.streambed.file.BlockWriter;
import io.streambed.file.Compression;
import io.streambed.file.FileIdentity;
import io.streambed.file.FileInput;
import io.streambed.file.FileSystem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/**
 * The content of the files in {@code control}. Version 1: block files of the formats {@code CREQ}
 * and {@code CANS}, without blocks, {@value #MAX_FILE_BYTES} bytes at most. The id of a request's
 * file is the request's id; that of an answer's file is new with each replacement.
 *
 * <pre>
 * request footer := attempt kind:u8                               the ordinal of the kind
 * answer footer  := attempt request:16 state:u8 savepoint reason:text
 * attempt        := jobId:16 number:varlong
 * savepoint      := present:bool [ location:text ]
 * </pre>
 */
final class ControlFormat {
  static final String REQUEST = "CREQ";
  static final String ANSWER = "CANS";
  static final int VERSION = 1;
  static final int MAX_FILE_BYTES = 1 << 16;

  /** Characters of a reason that are kept. */
  static final int MAX_REASON_LENGTH = 4_000;

  private ControlFormat() {}

  /** An answer, and the attempt that gave it to which request. */
  record Given(JobAttempt attempt, UUID request, ControlAnswer answer) {}

  static byte[] bytes(ControlRequest request) {
    ByteWriter footer = new ByteWriter();
    writeAttempt(footer, request.attempt());
    footer.writeByte(request.kind().ordinal());
    return file(new FileIdentity(REQUEST, VERSION, request.id()), footer);
  }

  static byte[] bytes(Given given, UUID fileId) {
    ControlAnswer answer = given.answer();
    ByteWriter footer = new ByteWriter();
    writeAttempt(footer, given.attempt());
    writeId(footer, given.request());
    footer.writeByte(answer.state().ordinal());
    footer.writeBoolean(answer.savepoint().isPresent());
    answer.savepoint().ifPresent(savepoint -> footer.writeText(writable(savepoint)));
    String reason = answer.reason();
    footer.writeText(writable(reason.substring(0, Math.min(reason.length(), MAX_REASON_LENGTH))));
    return file(new FileIdentity(ANSWER, VERSION, fileId), footer);
  }

  /** Text from anywhere: half a surrogate pair becomes a question mark. */
  private static String writable(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }

  private static byte[] file(FileIdentity identity, ByteWriter footer) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (BlockWriter blocks = new BlockWriter(out, identity, Compression.NONE)) {
      blocks.finish(footer.view());
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return out.toByteArray();
  }

  /** Reads a request; its file must be named after its id. */
  static ControlRequest readRequest(FileSystem files, Path path, UUID id) throws IOException {
    return read(
        files,
        path,
        REQUEST,
        id,
        in -> new ControlRequest(id, readAttempt(in), one(ControlRequest.Kind.values(), in)));
  }

  static Given readAnswer(FileSystem files, Path path) throws IOException {
    return read(
        files,
        path,
        ANSWER,
        null,
        in -> {
          JobAttempt attempt = readAttempt(in);
          UUID request = readId(in);
          ControlAnswer.State state = one(ControlAnswer.State.values(), in);
          Optional<String> savepoint =
              in.readBoolean() ? Optional.of(in.readName()) : Optional.empty();
          return new Given(attempt, request, new ControlAnswer(state, savepoint, in.readName()));
        });
  }

  private interface Footer<T> {
    T read(ByteReader in);
  }

  private static <T> T read(
      FileSystem files, Path path, String format, UUID fileId, Footer<T> footer)
      throws IOException {
    FileInput in = FileInput.of(path.toString(), AtomicFile.read(files, path, MAX_FILE_BYTES));
    try (BlockReader blocks = BlockReader.open(in, format, VERSION, VERSION, fileId, -1)) {
      if (blocks.next() != null) {
        throw new MalformedDataException("a block in a file that has a footer only");
      }
      ByteReader bytes = new ByteReader().set(blocks.footer());
      T read = footer.read(bytes);
      bytes.expectEnd();
      return read;
    } catch (MalformedDataException | IllegalArgumentException e) {
      throw new CorruptionException(
          path.toString(), -1, "a file of format " + format, e.getMessage(), e);
    }
  }

  private static <T> T one(T[] values, ByteReader in) {
    int ordinal = in.readUnsignedByte();
    if (ordinal >= values.length) {
      throw new MalformedDataException(ordinal + " is none of " + values.length + " values");
    }
    return values[ordinal];
  }

  private static void writeAttempt(ByteWriter out, JobAttempt attempt) {
    writeId(out, attempt.jobId());
    out.writeVarLong(attempt.attempt());
  }

  private static JobAttempt readAttempt(ByteReader in) {
    return new JobAttempt(readId(in), in.readVarLong());
  }

  private static void writeId(ByteWriter out, UUID id) {
    out.writeLong(id.getMostSignificantBits());
    out.writeLong(id.getLeastSignificantBits());
  }

  private static UUID readId(ByteReader in) {
    return new UUID(in.readLong(), in.readLong());
  }
}
