package io.streambed.flink.tests;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.IncrementalRemoteKeyedStateHandle;
import org.apache.flink.runtime.state.KeyGroupsStateHandle;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.StreamStateHandle;
import org.apache.flink.runtime.state.changelog.ChangelogStateBackendHandle;
import org.apache.flink.runtime.state.filesystem.FileStateHandle;

/** The files of keyed state that a checkpoint or savepoint refers to. */
final class StateFiles {
  private static final int VERSION_AT = 14;
  private static final int HEADER_CRC_AT = 48;

  private StateFiles() {}

  /** The files of keyed state, materialized state under a changelog included. */
  static List<Path> keyed(Path checkpoint) {
    List<Path> files = new ArrayList<>();
    handles(checkpoint).forEach(handle -> add(handle, checkpoint, files));
    return files;
  }

  /** The increments of a checkpoint that consists of nothing else, but for a changelog on top. */
  static List<IncrementalRemoteKeyedStateHandle> increments(Path checkpoint) {
    return handles(checkpoint).stream()
        .flatMap(
            handle ->
                handle instanceof ChangelogStateBackendHandle changelog
                    ? changelog.getMaterializedStateHandles().stream()
                    : Stream.of(handle))
        .map(IncrementalRemoteKeyedStateHandle.class::cast)
        .toList();
  }

  /** Names of the shared files that increments refer to, each once. */
  static Set<String> shared(List<IncrementalRemoteKeyedStateHandle> increments) {
    return increments.stream()
        .flatMap(increment -> increment.getSharedState().stream())
        .map(file -> ((FileStateHandle) file.getHandle()).getFilePath().getName())
        .collect(Collectors.toSet());
  }

  private static List<KeyedStateHandle> handles(Path checkpoint) {
    List<KeyedStateHandle> handles = new ArrayList<>();
    try (DataInputStream metadata =
        new DataInputStream(Files.newInputStream(checkpoint.resolve("_metadata")))) {
      for (OperatorState operator :
          Checkpoints.loadCheckpointMetadata(
                  metadata, StateFiles.class.getClassLoader(), checkpoint.toString())
              .getOperatorStates()) {
        for (OperatorSubtaskState subtask : operator.getStates()) {
          handles.addAll(subtask.getManagedKeyedState());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return handles;
  }

  private static void add(KeyedStateHandle handle, Path checkpoint, List<Path> files) {
    if (handle instanceof ChangelogStateBackendHandle changelog) {
      changelog.getMaterializedStateHandles().forEach(part -> add(part, checkpoint, files));
      return;
    }
    StreamStateHandle delegate = ((KeyGroupsStateHandle) handle).getDelegateStateHandle();
    files.add(checkpoint.resolve(Path.of(((FileStateHandle) delegate).getFilePath().getPath())));
  }

  /** All regular files below a directory, without those that are deleted meanwhile. */
  static List<Path> below(Path directory) {
    List<Path> files = new ArrayList<>();
    try {
      Files.walkFileTree(
          directory,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              if (attributes.isRegularFile()) {
                files.add(file);
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
              return unlessGone(e);
            }

            @Override
            public FileVisitResult postVisitDirectory(Path file, IOException e) throws IOException {
              return e == null ? FileVisitResult.CONTINUE : unlessGone(e);
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }

  private static FileVisitResult unlessGone(IOException e) throws IOException {
    if (e instanceof NoSuchFileException) {
      return FileVisitResult.CONTINUE;
    }
    throw e;
  }

  static void delete(List<Path> files) {
    forEach(files, Files::delete);
  }

  /** Flips a bit in the middle of each file. */
  static void damage(List<Path> files) {
    forEach(
        files,
        file -> {
          byte[] bytes = Files.readAllBytes(file);
          bytes[bytes.length / 2] ^= 0x10;
          Files.write(file, bytes);
        });
  }

  /** Takes the second half of each file away. */
  static void truncate(List<Path> files) {
    forEach(
        files,
        file -> {
          byte[] bytes = Files.readAllBytes(file);
          Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
        });
  }

  /** Raises the version in the header of each file of Streambed, and its checksum with it. */
  static void makeNewer(List<Path> files, int version) {
    forEach(
        files,
        file -> {
          ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
          bytes.putShort(VERSION_AT, (short) version);
          CRC32C crc = new CRC32C();
          crc.update(bytes.array(), 0, HEADER_CRC_AT);
          bytes.putInt(HEADER_CRC_AT, (int) crc.getValue());
          Files.write(file, bytes.array());
        });
  }

  private interface Change {
    void apply(Path file) throws IOException;
  }

  private static void forEach(List<Path> files, Change change) {
    for (Path file : files) {
      try {
        change.apply(file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
