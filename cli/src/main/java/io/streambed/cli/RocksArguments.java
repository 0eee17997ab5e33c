package io.streambed.cli;

import io.streambed.backend.StateBackend;
import io.streambed.checkpoint.FileCheckpointStorage;
import io.streambed.checkpoint.FileStorageOptions;
import io.streambed.cli.Choices.Backend;
import io.streambed.file.FileSystem;
import io.streambed.heap.HeapKeyedStoreFactory;
import io.streambed.rocksdb.RocksKeyedStoreFactory;
import io.streambed.rocksdb.RocksOptions;
import io.streambed.rocksdb.RocksProfile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What the RocksDB backend is told on the command line. */
final class RocksArguments {
  private static final int MEBIBYTE_BITS = 20;
  static final int MIN_MEBIBYTES = (int) (RocksOptions.MIN_MEMORY_BYTES >> MEBIBYTE_BITS);
  static final int MAX_MEBIBYTES = 1 << 16;

  private static final String PREFIX = "--rocksdb-";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--rocksdb-directory",
      paramLabel = "DIR",
      description =
          "Where RocksDB keeps state while the job runs, on a local disk. Default: beside"
              + " the directory of checkpoints, with -rocksdb behind its name.")
  private Path directory;

  @Option(
      names = "--rocksdb-memory",
      defaultValue = "256",
      paramLabel = "MIB",
      description =
          "What all RocksDB stores together have resident, in MiB; first timers are on the heap."
              + " Default: ${DEFAULT-VALUE}.")
  private long memoryMebibytes;

  @Option(
      names = "--rocksdb-profile",
      defaultValue = "flash",
      paramLabel = "PROFILE",
      description =
          "The kind of disk: ${COMPLETION-CANDIDATES}; the last for several gigabytes of"
              + " --rocksdb-memory. Default: ${DEFAULT-VALUE}.")
  private RocksProfile profile;

  @Option(
      names = "--rocksdb-option",
      paramLabel = "NAME=VALUE",
      description = "Any other option of RocksDB, by RocksDB's name; may be repeated.")
  private List<String> named = new ArrayList<>();

  /**
   * The backend that was chosen.
   *
   * @throws ParameterException if an option has a value that does not fit, or no meaning there
   */
  StateBackend backend(Backend chosen, FileSystem files, FileStorageOptions storage) {
    return switch (chosen) {
      case HEAP -> {
        refuse();
        yield StateBackend.of(
            new HeapKeyedStoreFactory(),
            new FileCheckpointStorage(files, storage, UUID::randomUUID));
      }
      case ROCKSDB -> {
        try {
          yield rocksdb(files, storage);
        } catch (IllegalArgumentException e) {
          throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
      }
    };
  }

  /** Refuses options that say nothing to another backend. */
  private void refuse() {
    command.commandLine().getParseResult().matchedOptions().stream()
        .map(OptionSpec::longestName)
        .filter(name -> name.startsWith(PREFIX))
        .findFirst()
        .ifPresent(
            name -> {
              throw wrong(name + " has a meaning with --backend rocksdb only");
            });
  }

  /** The backend; IllegalArgumentException for what is unknown. */
  private StateBackend rocksdb(FileSystem files, FileStorageOptions storage) {
    if (memoryMebibytes < MIN_MEBIBYTES || memoryMebibytes > MAX_MEBIBYTES) {
      throw wrong(
          "--rocksdb-memory: "
              + memoryMebibytes
              + " is not from "
              + MIN_MEBIBYTES
              + " to "
              + MAX_MEBIBYTES
              + " (MiB)");
    }
    Path absolute = storage.root().toAbsolutePath().normalize();
    Path chosen =
        directory != null
            ? directory
            : absolute.resolveSibling(absolute.getFileName() + "-rocksdb");
    if (chosen.toAbsolutePath().normalize().equals(absolute)) {
      throw wrong("--rocksdb-directory is that of --checkpoints: " + chosen + ". Give another.");
    }
    RocksOptions options =
        RocksOptions.in(chosen)
            .withMemoryBytes(memoryMebibytes << MEBIBYTE_BITS)
            .withProfile(profile)
            .withNamed(byName());
    return StateBackend.of(
        new RocksKeyedStoreFactory(files, options),
        new FileCheckpointStorage(files, storage, UUID::randomUUID));
  }

  private ParameterException wrong(String message) {
    return new ParameterException(command.commandLine(), message);
  }

  private Map<String, String> byName() {
    Map<String, String> values = new TreeMap<>();
    for (String argument : named) {
      int equals = argument.indexOf('=');
      if (equals < 1) {
        throw wrong("--rocksdb-option: \"" + argument + "\" is not of the form NAME=VALUE");
      }
      String name = argument.substring(0, equals);
      if (values.put(name, argument.substring(equals + 1)) != null) {
        throw wrong("--rocksdb-option: " + name + " is there twice");
      }
    }
    return values;
  }
}
