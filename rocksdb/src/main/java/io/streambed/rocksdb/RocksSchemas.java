package io.streambed.rocksdb;

import io.streambed.entry.Schema;
import io.streambed.snapshot.IncrementSchemas;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.SnapshotInputs;
import java.io.IOException;

/** Reads the declarations in increments of RocksDB, without RocksDB and its native library. */
public record RocksSchemas() implements IncrementSchemas {
  @Override
  public String name() {
    return RocksKeyedStoreFactory.NAME;
  }

  @Override
  public Schema schema(KeyedStateHandle.Incremental handle, SnapshotInputs inputs)
      throws IOException {
    return RocksManifest.open(handle, inputs).schema();
  }
}
