package io.streambed.timer;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.entry.Limits;
import io.streambed.error.MalformedDataException;
import io.streambed.serial.Compatibility;
import io.streambed.serial.Serializer;
import io.streambed.serial.SerializerSnapshot;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The bytes of a timer, in whose unsigned order timers fire.
 *
 * <pre>
 * timer := timestamp:i64 with its sign flipped  keyLength:u32  key  namespace
 * </pre>
 */
final class TimerSerializer<K, N> implements Serializer<KeyedTimer<K, N>> {
  private final Serializer<K> keys;
  private final Serializer<N> namespaces;
  private final ByteWriter scratch = new ByteWriter();

  TimerSerializer(Serializer<K> keys, Serializer<N> namespaces) {
    this.keys = keys;
    this.namespaces = namespaces;
  }

  @Override
  public void write(KeyedTimer<K, N> timer, ByteWriter out) {
    out.writeLong(timer.timestampMillis() ^ Long.MIN_VALUE);
    ByteView key = keys.encode(timer.key(), scratch);
    // Of fixed size, so that shorter keys come first whatever their length.
    out.writeInt(key.length());
    out.writeBytes(key);
    out.writeBytes(namespaces.encode(timer.namespace(), scratch));
    scratch.trim(Limits.MAX_KEY_BYTES);
  }

  @Override
  public KeyedTimer<K, N> read(ByteReader in) {
    long timestamp = in.readLong() ^ Long.MIN_VALUE;
    int keyLength = in.readInt();
    int before = in.remaining();
    K key = keys.read(in);
    if (before - in.remaining() != keyLength) {
      throw new MalformedDataException(
          "a timer's key of "
              + keyLength
              + " bytes, "
              + (before - in.remaining())
              + " of them read");
    }
    return new KeyedTimer<>(timestamp, key, namespaces.read(in));
  }

  @Override
  public KeyedTimer<K, N> copy(KeyedTimer<K, N> timer) {
    return immutable()
        ? timer
        : new KeyedTimer<>(
            timer.timestampMillis(), keys.copy(timer.key()), namespaces.copy(timer.namespace()));
  }

  @Override
  public boolean immutable() {
    return keys.immutable() && namespaces.immutable();
  }

  @Override
  public Serializer<KeyedTimer<K, N>> duplicate() {
    return new TimerSerializer<>(keys.duplicate(), namespaces.duplicate());
  }

  @Override
  public SerializerSnapshot snapshot() {
    Map<String, SerializerSnapshot> parts = new LinkedHashMap<>();
    parts.put("key", keys.snapshot());
    parts.put("namespace", namespaces.snapshot());
    return new SerializerSnapshot("timer", 1, Map.of(), parts);
  }

  @Override
  public Compatibility<KeyedTimer<K, N>> resolve(SerializerSnapshot written) {
    SerializerSnapshot writtenKey = written.parts().get("key");
    SerializerSnapshot writtenNamespace = written.parts().get("namespace");
    if (!written.type().equals("timer")
        || written.version() != 1
        || writtenKey == null
        || writtenNamespace == null
        || !(keys.resolve(writtenKey) instanceof Compatibility.AsIs)
        || !(namespaces.resolve(writtenNamespace) instanceof Compatibility.AsIs)) {
      return Compatibility.incompatible("timers of " + written + " cannot become " + snapshot());
    }
    return Compatibility.asIs();
  }
}
