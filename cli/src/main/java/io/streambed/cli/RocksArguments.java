package io.streambed.cli;

import io.streambed.backend.StateBackend;
import io.streambed.checkpoint.FileStorageOptions;
import io.streambed.file.FileSystem;
import io.streambed.rocksdb.RocksOptions;
import io.streambed.rocksdb.RocksProfile;
import io.streambed.rocksdb.RocksStateBackend;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import picocli.CommandLine.Option;

/** What the RocksDB backend is told on the command line. */
final class RocksArguments {
  private static final int MEBIBYTE = 1 << 20;

  @Option(
      names = "--rocksdb-directory",
      paramLabel = "DIR",
      description =
          "Where RocksDB keeps state while the job runs, on a local disk. Default: beside"
              + " --checkpoints, with -rocksdb behind its name.")
  private Path directory;

  @Option(
      names = "--rocksdb-memory",
      defaultValue = "256",
      paramLabel = "MIB",
      description =
          "Memory of all RocksDB stores together, in MiB: cache, indexes, filters, write buffers."
              + " Default: ${DEFAULT-VALUE}.")
  private long memoryMebibytes;

  @Option(
      names = "--rocksdb-profile",
      defaultValue = "flash",
      paramLabel = "NAME",
      description = "The kind of disk: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private RocksProfile profile;

  @Option(
      names = "--rocksdb-option",
      paramLabel = "NAME=VALUE",
      description = "Any other option of RocksDB, by RocksDB's name; may be repeated.")
  private Map<String, String> named = new TreeMap<>();

  /** The backend; IllegalArgumentException for what is out of range or unknown. */
  StateBackend backend(FileSystem files, Path checkpoints) {
    Path absolute = checkpoints.toAbsolutePath().normalize();
    Path chosen =
        directory != null
            ? directory
            : absolute.resolveSibling(absolute.getFileName() + "-rocksdb");
    RocksOptions options =
        RocksOptions.in(chosen)
            .withMemoryBytes(Math.multiplyExact(memoryMebibytes, MEBIBYTE))
            .withProfile(profile)
            .withNamed(named);
    return new RocksStateBackend(
        files, FileStorageOptions.in(checkpoints), options, UUID::randomUUID);
  }
}
