package io.streambed.fuzz;

import io.streambed.bytes.ByteView;
import io.streambed.file.BlockReader;
import io.streambed.file.BlockWriter;
import io.streambed.file.Compression;
import io.streambed.file.FileIdentity;
import io.streambed.file.FileInput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The content of a block file. As bytes of a fuzzer it is
 *
 * <pre>
 * input := form:u8 blocks:u8 { type:u8 scope:u8 length:u16 payload }* footer
 * form  := version - 1 in the three lowest bits | 128 the target makes the footer
 * </pre>
 *
 * @param version of the format, from 1 to 8
 * @param footerMade whether the target writes a footer with the right offsets instead of this one
 * @param blocks the blocks in the order of the file
 * @param footer what the footer holds
 */
public record FramedFile(int version, boolean footerMade, List<Block> blocks, byte[] footer) {
  private static final int FOOTER_MADE = 0x80;
  private static final int VERSIONS = 8;

  /**
   * One block.
   *
   * @param type what it holds, from 0 to 254
   * @param scope what it belongs to, from 0 to 255
   * @param payload its content
   */
  public record Block(int type, int scope, byte[] payload) {}

  /** Makes the footer of a file whose blocks have been written. */
  @FunctionalInterface
  public interface FooterMaker {
    /**
     * Makes it.
     *
     * @param offsets those of the blocks, in their order
     * @return the footer
     */
    byte[] make(List<Long> offsets);
  }

  /**
   * What a fuzzer gives.
   *
   * @param input any bytes
   * @return the content
   */
  public static FramedFile of(byte[] input) {
    FuzzInput in = new FuzzInput(input);
    int form = in.nextByte();
    List<Block> blocks = new ArrayList<>();
    for (int left = in.nextByte(); left > 0 && in.hasMore(); left--) {
      blocks.add(new Block(in.nextByte() % 255, in.nextByte(), in.nextSized()));
    }
    return new FramedFile(
        1 + form % VERSIONS, (form & FOOTER_MADE) != 0, List.copyOf(blocks), in.rest());
  }

  /**
   * The content of a file that a writer of Streambed's has written.
   *
   * @param file the file's bytes
   * @param format its format
   * @return the content
   * @throws IOException never
   */
  public static FramedFile ofFile(byte[] file, String format) throws IOException {
    List<Block> blocks = new ArrayList<>();
    try (BlockReader reader =
        BlockReader.open(FileInput.of("a seed", file), format, 1, VERSIONS, null, -1)) {
      for (BlockReader.Block block = reader.next(); block != null; block = reader.next()) {
        blocks.add(new Block(block.type(), block.scope(), block.payload().toByteArray()));
      }
      return new FramedFile(reader.version(), false, blocks, reader.footer().toByteArray());
    }
  }

  /**
   * The bytes that give this content.
   *
   * @return an input for the fuzzer
   */
  public byte[] toInput() {
    FuzzInput.Builder out =
        new FuzzInput.Builder()
            .add(version - 1 | (footerMade ? FOOTER_MADE : 0))
            .add(blocks.size());
    for (Block block : blocks) {
      out.add(block.type).add(block.scope).addSized(block.payload);
    }
    return out.add(footer).build();
  }

  /**
   * The same with another footer: one that the target makes.
   *
   * @return a new content
   */
  public FramedFile withFooterMade() {
    return new FramedFile(version, true, blocks, footer);
  }

  /**
   * Writes the file, with the right checksums.
   *
   * @param format the format's name, of four letters
   * @param fileId the file's identity
   * @return the file's bytes
   * @throws IOException never
   */
  public byte[] write(String format, UUID fileId) throws IOException {
    return write(format, fileId, offsets -> footer);
  }

  /**
   * Writes the file, with the right checksums.
   *
   * @param format the format's name, of four letters
   * @param fileId the file's identity
   * @param maker makes the footer, if that was asked for
   * @return the file's bytes
   * @throws IOException never
   */
  public byte[] write(String format, UUID fileId, FooterMaker maker) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (BlockWriter writer =
        new BlockWriter(out, new FileIdentity(format, version, fileId), Compression.NONE)) {
      List<Long> offsets = new ArrayList<>();
      for (Block block : blocks) {
        offsets.add(writer.write(block.type, block.scope, ByteView.of(block.payload)));
      }
      writer.finish(ByteView.of(footerMade ? maker.make(offsets) : footer));
    }
    return out.toByteArray();
  }
}
