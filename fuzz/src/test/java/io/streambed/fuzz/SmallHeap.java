package io.streambed.fuzz;

import io.streambed.checkpoint.FileCheckpointStorage;
import io.streambed.checkpoint.FileStorageOptions;
import io.streambed.checkpoint.MetadataFormat;
import io.streambed.control.ControlRequest;
import io.streambed.control.JobAttempt;
import io.streambed.control.OutgoingRequest;
import io.streambed.error.StreambedException;
import io.streambed.file.FileInput;
import io.streambed.file.FileSystem;
import io.streambed.key.KeyGroupRange;
import io.streambed.operator.OperatorContainerReader;
import io.streambed.rocksdb.RocksManifest;
import io.streambed.snapshot.KeyedContainerReader;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.OperatorStateHandle;
import io.streambed.snapshot.StreamHandle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Reads the files of a directory in a process of its own that has little memory. Each must end in a
 * typed error that names the file, or be read.
 */
public final class SmallHeap {
  private static final Path ROOT = Path.of("/hostile");

  private SmallHeap() {}

  /**
   * Reads all; the exit code is 0 if none failed.
   *
   * @param arguments the directory
   * @throws IOException if it cannot be read
   */
  public static void main(String[] arguments) throws IOException {
    List<Path> paths;
    try (Stream<Path> found = Files.list(Path.of(arguments[0]))) {
      paths = found.sorted().toList();
    }
    int failures = 0;
    for (Path path : paths) {
      failures += trial(path) ? 0 : 1;
    }
    System.out.println(paths.size() + " files, failures: " + failures);
    System.exit(failures == 0 ? 0 : 1);
  }

  private static boolean trial(Path path) throws IOException {
    String name = path.getFileName().toString();
    byte[] content = Files.readAllBytes(path);
    String outcome;
    boolean good = true;
    try {
      read(name.substring(0, 4), content);
      outcome = "read";
    } catch (StreambedException e) {
      outcome = e.getClass().getSimpleName() + ": " + e.getMessage();
      good = outcome.contains(ROOT.toString());
    } catch (RuntimeException | Error e) {
      outcome = e.toString();
      good = false;
    }
    System.out.printf(
        "%-6s %-40s %7d bytes  %s%n",
        good ? "ok" : "FAILED",
        name,
        content.length,
        outcome.substring(0, Math.min(250, outcome.length())));
    return good;
  }

  private static void read(String format, byte[] content) throws IOException {
    String name = ROOT + "/file";
    StreamHandle stream = new StreamHandle.InFile(Bombs.ID, 0, "file", content.length);
    switch (format) {
      case "KEYD" -> KeyedContainerReader.open(FileInput.of(name, content), null, -1).close();
      case "OPER" ->
          OperatorContainerReader.open(
                  new OperatorStateHandle(List.of(), stream), handle -> FileInput.of(name, content))
              .close();
      case "META" -> MetadataFormat.read(FileInput.of(name, content));
      case "RKDB" ->
          RocksManifest.open(
              new KeyedStateHandle.Incremental(
                  new KeyGroupRange(0, 7), "rocksdb", stream, List.of()),
              handle -> FileInput.of(name, content));
      case "CHKS" ->
          FileCheckpointStorage.lastClaim(
              MemoryDisk.with(ROOT.resolve("_checkpoints"), content), ROOT);
      case "OWND" ->
          new FileCheckpointStorage(
                  MemoryDisk.with(ROOT.resolve("_owned"), content),
                  FileStorageOptions.in(ROOT),
                  MemoryDisk.ids())
              .claim("job")
              .close();
      case "CANS" -> answer(content);
      default -> throw new IllegalArgumentException("a file of format " + format);
    }
  }

  private static void answer(byte[] content) throws IOException {
    FileSystem files =
        MemoryDisk.with(ROOT.resolve("control").resolve("answer-" + Bombs.ID), content);
    JobAttempt attempt = new JobAttempt(new UUID(1, 2), 1);
    new OutgoingRequest(
            files, ROOT, new ControlRequest(Bombs.ID, attempt, ControlRequest.Kind.STOP))
        .answer();
  }
}
