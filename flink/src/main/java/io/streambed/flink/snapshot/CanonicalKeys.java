package io.streambed.flink.snapshot;

import io.streambed.bytes.ByteView;
import io.streambed.entry.Entry;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;

/**
 * The keys of one state's entries in Flink's canonical format.
 *
 * <pre>
 * key     := keyGroup:u8|u16 key [keyLength] namespace [namespaceLength] [userKey]
 * element := keyGroup:u8|u16 byte*                      of a queue
 * length  := lowest byte first, as many bytes as the number needs
 * </pre>
 *
 * The lengths are there if both serializers call themselves variable in size; the key group has one
 * byte where there are at most 128. The void namespace is one byte there and none here.
 */
final class CanonicalKeys {
  private final int prefixBytes;
  private final TypeSerializer<?> key;
  private final TypeSerializer<?> namespace;
  private final boolean voidNamespace;
  private final boolean lengths;
  private final DataOutputSerializer out = new DataOutputSerializer(64);
  private final DataInputDeserializer in = new DataInputDeserializer();

  /**
   * The form of a state's keys.
   *
   * @param keyGroups number of key groups of the job
   * @param key of the keys; for reading one that reads what was written
   * @param namespace of the namespaces, or null for a queue
   */
  CanonicalKeys(int keyGroups, TypeSerializer<?> key, TypeSerializer<?> namespace) {
    this.prefixBytes = keyGroups > 128 ? 2 : 1;
    this.key = key;
    this.namespace = namespace;
    this.voidNamespace = namespace instanceof VoidNamespaceSerializer;
    this.lengths = namespace != null && key.getLength() < 0 && namespace.getLength() < 0;
  }

  /** An array of its own: Flink's writer changes the first byte. */
  byte[] write(int keyGroup, Entry entry, boolean userKey) throws IOException {
    startKey(keyGroup);
    if (namespace == null) {
      write(entry.value);
      return out.getCopyOfBuffer();
    }
    write(entry.key);
    writeLength(entry.key.length());
    if (voidNamespace) {
      out.writeByte(0);
    } else {
      write(entry.namespace);
    }
    writeLength(entry.namespace.length());
    if (userKey) {
      write(entry.userKey);
    }
    return out.getCopyOfBuffer();
  }

  private void startKey(int keyGroup) throws IOException {
    out.clear();
    if (prefixBytes == 2) {
      out.writeByte(keyGroup >>> 8);
    }
    out.writeByte(keyGroup);
  }

  private void write(ByteView bytes) throws IOException {
    out.write(bytes.array(), bytes.offset(), bytes.length());
  }

  private void writeLength(int length) throws IOException {
    if (!lengths) {
      return;
    }
    int rest = length;
    do {
      out.writeByte(rest);
      rest >>>= 8;
    } while (rest != 0);
  }

  /**
   * Sets key, namespace and user key of an entry, or the value of a queue's.
   *
   * @param bytes what {@link #write} or Flink wrote
   * @param entry set to views of the bytes
   * @return the key group in front
   * @throws IOException if the bytes cannot be read
   */
  int read(byte[] bytes, Entry entry) throws IOException {
    in.setBuffer(bytes);
    int keyGroup = in.readUnsignedByte();
    if (prefixBytes == 2) {
      keyGroup = keyGroup << 8 | in.readUnsignedByte();
    }
    if (namespace == null) {
      entry.value.set(bytes, prefixBytes, bytes.length - prefixBytes);
      return keyGroup;
    }
    int start = in.getPosition();
    key.deserialize(in);
    entry.key.set(bytes, start, in.getPosition() - start);
    skipLength(entry.key.length());
    start = in.getPosition();
    namespace.deserialize(in);
    entry.namespace.set(bytes, start, voidNamespace ? 0 : in.getPosition() - start);
    skipLength(entry.namespace.length());
    entry.userKey.set(bytes, in.getPosition(), in.available());
    return keyGroup;
  }

  private void skipLength(int length) throws IOException {
    if (!lengths) {
      return;
    }
    int rest = length;
    do {
      if (in.readUnsignedByte() != (rest & 0xFF)) {
        throw new IOException("a part of " + length + " bytes is followed by another length");
      }
      rest >>>= 8;
    } while (rest != 0);
  }
}
