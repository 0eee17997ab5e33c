package io.streambed.flink.snapshot;

import io.streambed.error.CorruptionException;
import io.streambed.key.KeyGroupRange;
import io.streambed.snapshot.KeyedStateHandle.Incremental;
import io.streambed.snapshot.StreamHandle;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.apache.flink.runtime.state.IncrementalKeyedStateHandle.HandleAndLocalPath;
import org.apache.flink.runtime.state.IncrementalRemoteKeyedStateHandle;
import org.apache.flink.runtime.state.StateHandleID;

/**
 * How a checkpoint of a store's own files is kept in Flink's handle of increments, and so in
 * Flink's metadata.
 *
 * <pre>
 * backend identifier := the name-based UUID of the store's name
 * meta state         := the store's manifest
 * id of the handle   := file        of the manifest
 * shared state       := the store's files in the order of its handle, each under the path: file
 * private state      := nothing
 * file               := fileId "." checksum, that in eight hexadecimal digits
 * </pre>
 */
final class IncrementForm {
  private IncrementForm() {}

  /**
   * As Flink's handle.
   *
   * @param increment what was written
   * @param checkpointId the checkpoint's id
   * @param streams where it was written
   */
  static IncrementalRemoteKeyedStateHandle toFlink(
      Incremental increment, long checkpointId, FlinkStreams streams) {
    List<HandleAndLocalPath> files = new ArrayList<>();
    for (StreamHandle.Shared file : increment.files()) {
      files.add(HandleAndLocalPath.of(streams.handle(file), name(file)));
    }
    return IncrementalRemoteKeyedStateHandle.restore(
        backendOf(increment.store()),
        org.apache.flink.runtime.state.KeyGroupRange.of(
            increment.range().first(), increment.range().last()),
        checkpointId,
        files,
        List.of(),
        streams.handle(increment.manifest()),
        streams.writtenBytes(),
        new StateHandleID(name(increment.manifest())));
  }

  /** Whether a store of this name wrote a handle. Flink's own backends draw random identifiers. */
  static boolean isOf(IncrementalRemoteKeyedStateHandle handle, String store) {
    return handle.getBackendIdentifier().equals(backendOf(store));
  }

  /**
   * As the store's handle.
   *
   * @param handle one of that store
   * @param store its name
   * @throws CorruptionException if the handle does not name its files as above
   */
  static Incremental fromFlink(IncrementalRemoteKeyedStateHandle handle, String store) {
    List<StreamHandle.Shared> files = new ArrayList<>();
    for (HandleAndLocalPath file : handle.getSharedState()) {
      String name = file.getLocalPath();
      files.add(new StreamHandle.Shared(fileId(name), checksum(name), file.getStateSize()));
    }
    String manifest = handle.getStateHandleId().getKeyString();
    return new Incremental(
        new KeyGroupRange(
            handle.getKeyGroupRange().getStartKeyGroup(),
            handle.getKeyGroupRange().getEndKeyGroup()),
        store,
        new StreamHandle.InFile(
            fileId(manifest),
            checksum(manifest),
            manifest,
            handle.getMetaDataStateHandle().getStateSize()),
        files);
  }

  private static UUID backendOf(String store) {
    return UUID.nameUUIDFromBytes(
        ("files of Streambed's store " + store).getBytes(StandardCharsets.UTF_8));
  }

  private static String name(StreamHandle file) {
    return file.fileId() + "." + HexFormat.of().toHexDigits(file.checksum());
  }

  private static UUID fileId(String name) {
    try {
      return UUID.fromString(name.substring(0, dot(name)));
    } catch (IllegalArgumentException e) {
      throw malformed(name);
    }
  }

  private static int checksum(String name) {
    try {
      return HexFormat.fromHexDigits(name.substring(dot(name) + 1));
    } catch (IllegalArgumentException e) {
      throw malformed(name);
    }
  }

  private static int dot(String name) {
    int dot = name.indexOf('.');
    if (dot < 0) {
      throw malformed(name);
    }
    return dot;
  }

  private static CorruptionException malformed(String name) {
    return new CorruptionException(
        "A handle of keyed state in Flink's metadata",
        -1,
        "the identity and the checksum of a file",
        "\"" + name + "\"");
  }
}
