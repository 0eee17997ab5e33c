package io.streambed.file;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** A failure is told with the file's name, which the operating system leaves out. */
class FileOutputTest {
  private static FileOutput onAFullDisk() {
    return new FileOutput("/disk/file") {
      @Override
      protected void append(byte[] source, int offset, int length) throws IOException {
        throw new IOException("No space left on device");
      }

      @Override
      protected void force() throws IOException {
        throw new IOException("Input/output error");
      }

      @Override
      protected void release() {}
    };
  }

  @Test
  void write_fullDisk_namesTheFile() throws IOException {
    try (FileOutput output = onAFullDisk()) {
      assertThatThrownBy(() -> output.write(1))
          .isInstanceOf(IOException.class)
          .hasMessage("Writing /disk/file failed: No space left on device")
          .hasRootCauseMessage("No space left on device");
      assertThatThrownBy(() -> output.write(1)).hasMessageContaining("written anew");
    }
  }

  @Test
  void sync_failedDisk_namesTheFile() throws IOException {
    try (FileOutput output = onAFullDisk()) {
      assertThatThrownBy(output::sync)
          .isInstanceOf(IOException.class)
          .hasMessage("Syncing /disk/file failed: Input/output error");
      assertThatThrownBy(output::sync).hasMessageContaining("written anew");
    }
  }
}
