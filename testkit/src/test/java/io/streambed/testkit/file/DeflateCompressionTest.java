package io.streambed.testkit.file;

import io.streambed.file.Compression;

class DeflateCompressionTest extends CompressionContract {
  @Override
  protected Compression compression() {
    return Compression.DEFLATE;
  }
}
