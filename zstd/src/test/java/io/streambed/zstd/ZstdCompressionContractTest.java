package io.streambed.zstd;

import io.streambed.file.Compression;
import io.streambed.testkit.file.CompressionContract;

class ZstdCompressionContractTest extends CompressionContract {
  @Override
  protected Compression compression() {
    return new ZstdCompression();
  }
}
