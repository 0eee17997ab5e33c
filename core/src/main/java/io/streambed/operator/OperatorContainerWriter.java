package io.streambed.operator;

import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.file.BlockWriter;
import io.streambed.file.Compression;
import io.streambed.file.FileIdentity;
import io.streambed.snapshot.OperatorStateHandle;
import io.streambed.snapshot.SnapshotOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Writes frozen states as a container of {@link OperatorFormat}. */
final class OperatorContainerWriter {
  private final BlockWriter blocks;
  private final ByteWriter block = new ByteWriter();

  private OperatorContainerWriter(BlockWriter blocks) {
    this.blocks = blocks;
  }

  /** Writes and finishes the output; the caller closes it. */
  static OperatorStateHandle write(
      List<FrozenState> states, SnapshotOutput out, Compression compression) throws IOException {
    FileIdentity identity =
        new FileIdentity(OperatorFormat.FORMAT, OperatorFormat.VERSION, out.fileId());
    try (BlockWriter blocks = new BlockWriter(out, identity, compression)) {
      OperatorContainerWriter writer = new OperatorContainerWriter(blocks);
      List<StoredState> rows = new ArrayList<>();
      for (FrozenState state : states) {
        rows.add(writer.writeElements(rows.size(), state));
      }
      ByteWriter footer = new ByteWriter();
      OperatorFormat.writeFooter(rows, footer);
      blocks.finish(footer.view());
      return new OperatorStateHandle(OperatorFormat.parts(rows), out.finish(blocks.checksum()));
    }
  }

  private StoredState writeElements(int row, FrozenState state) throws IOException {
    long bytes = 0;
    for (int i = 0; i < state.size(); i++) {
      ByteView element = state.element(i);
      if (block.position() + (long) element.length() > OperatorFormat.BLOCK_BYTES) {
        flush(row);
      }
      block.writeSized(element);
      bytes += element.length();
    }
    flush(row);
    return new StoredState(state.schema(), state.size(), bytes);
  }

  private void flush(int row) throws IOException {
    if (block.position() > 0) {
      blocks.write(OperatorFormat.ELEMENTS, row, block.view());
      block.reset();
      block.trim(2 * OperatorFormat.BLOCK_BYTES);
    }
  }
}
