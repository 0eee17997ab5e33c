package io.streambed.snapshot;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import io.streambed.error.MalformedDataException;
import io.streambed.key.KeyGroupRange;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The keyed state that one subtask wrote, and the key groups it holds.
 *
 * <pre>
 * keyed := 1 first:varint last:varint handle
 *        | 2 first:varint last:varint store:text handle files:varint { handle }
 * </pre>
 */
public sealed interface KeyedStateHandle {
  /**
   * The key groups.
   *
   * @return those that the subtask owned
   */
  KeyGroupRange range();

  /**
   * All streams that it needs.
   *
   * @return the handles, files shared with other checkpoints last
   */
  Stream<StreamHandle> streams();

  /**
   * A container, which every store reads.
   *
   * @param range the key groups
   * @param data the container
   */
  record Container(KeyGroupRange range, StreamHandle data) implements KeyedStateHandle {
    /** Checks the parts. */
    public Container {
      Objects.requireNonNull(range, "range");
      Objects.requireNonNull(data, "data");
    }

    @Override
    public Stream<StreamHandle> streams() {
      return Stream.of(data);
    }
  }

  /**
   * A store's own files, most of them shared with other checkpoints, and what the store needs to
   * make sense of them. Only the store that wrote them reads them.
   *
   * @param range the key groups
   * @param store the name of the store, as its factory gives it; not empty
   * @param manifest what the store says of its files; the checkpoint's own
   * @param files the shared files, each once
   */
  record Incremental(
      KeyGroupRange range, String store, StreamHandle manifest, List<StreamHandle.Shared> files)
      implements KeyedStateHandle {
    /** Checks and freezes the parts. */
    public Incremental {
      Objects.requireNonNull(range, "range");
      Objects.requireNonNull(store, "store");
      files = List.copyOf(files);
      if (store.isEmpty()) {
        throw new IllegalArgumentException("increments of a store without a name");
      }
      if (manifest instanceof StreamHandle.Shared) {
        throw new IllegalArgumentException("the manifest of increments is a checkpoint's own");
      }
      Set<UUID> ids = new HashSet<>();
      ids.add(manifest.fileId());
      for (StreamHandle.Shared file : files) {
        if (!ids.add(file.fileId())) {
          throw new IllegalArgumentException("shared file " + file.fileId() + " is there twice");
        }
      }
    }

    @Override
    public Stream<StreamHandle> streams() {
      return Stream.concat(Stream.of(manifest), files.stream());
    }
  }

  /**
   * Appends this in its grammar.
   *
   * @param out where to append
   */
  default void write(ByteWriter out) {
    out.writeByte(this instanceof Container ? 1 : 2);
    out.writeVarInt(range().first());
    out.writeVarInt(range().last());
    if (this instanceof Container container) {
      container.data.write(out);
    } else if (this instanceof Incremental incremental) {
      out.writeText(incremental.store);
      incremental.manifest.write(out);
      out.writeVarInt(incremental.files.size());
      incremental.files.forEach(file -> file.write(out));
    }
  }

  /**
   * Reads a handle.
   *
   * @param in positioned at its first byte
   * @return the handle
   * @throws MalformedDataException if the bytes do not follow the grammar
   */
  static KeyedStateHandle read(ByteReader in) {
    int tag = in.readByte();
    switch (tag) {
      case 1:
        return readContainer(in);
      case 2:
        KeyGroupRange range = readRange(in);
        String store = in.readName();
        StreamHandle manifest = StreamHandle.read(in);
        List<StreamHandle.Shared> files = readFiles(in);
        try {
          return new Incremental(range, store, manifest, files);
        } catch (IllegalArgumentException e) {
          throw new MalformedDataException(e.getMessage());
        }
      default:
        throw new MalformedDataException("a handle of keyed state with tag " + tag);
    }
  }

  /**
   * Reads the handle of a container that has no tag before it, as early metadata has them.
   *
   * @param in positioned at its first byte
   * @return the handle
   * @throws MalformedDataException if the bytes do not follow the grammar
   */
  static Container readContainer(ByteReader in) {
    return new Container(readRange(in), StreamHandle.read(in));
  }

  private static KeyGroupRange readRange(ByteReader in) {
    try {
      return new KeyGroupRange(in.readVarInt(), in.readVarInt());
    } catch (IllegalArgumentException e) {
      throw new MalformedDataException(e.getMessage());
    }
  }

  private static List<StreamHandle.Shared> readFiles(ByteReader in) {
    List<StreamHandle.Shared> files = new ArrayList<>();
    for (int left = in.readCount(StreamHandle.Shared.MIN_BYTES); left > 0; left--) {
      if (StreamHandle.read(in) instanceof StreamHandle.Shared file) {
        files.add(file);
      } else {
        throw new MalformedDataException("a shared file that is none");
      }
    }
    return files;
  }
}
