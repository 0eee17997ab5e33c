package io.streambed.entry;

import io.streambed.bytes.ByteReader;
import io.streambed.serial.Serializer;
import java.lang.reflect.Array;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Tells objects that a serializer must not give twice from those that it may give again. Only what
 * is shown to change counts: from its class, nobody can tell a message that never changes from an
 * object that its user changes.
 */
final class SharedObjects {
  /** The containers of the JDK that anyone who holds one can change. */
  private static final Set<Class<?>> CHANGEABLE =
      Set.of(
          ArrayList.class,
          LinkedList.class,
          ArrayDeque.class,
          HashSet.class,
          LinkedHashSet.class,
          TreeSet.class,
          HashMap.class,
          LinkedHashMap.class,
          TreeMap.class);

  private SharedObjects() {}

  /**
   * Whether an object that was read twice changes when its reader reads other bytes. One that does
   * not, such as a constant or an interned value, may be given again and again.
   *
   * @param reader gave the object twice for the bytes
   * @param writer writes what the reader reads
   */
  static <T> boolean isReused(T read, Serializer<T> reader, Serializer<T> writer, byte[] bytes) {
    if (reader.immutable()
        || reader.bridge()
        || bytes.length == 0
        || bytes.length > SerializerTrial.MAX_BYTES) {
      return false;
    }
    byte[] before;
    try {
      before = SerializerTrial.bytesOf(writer, read);
      if (!Arrays.equals(before, SerializerTrial.bytesOf(writer, read))) {
        return false;
      }
    } catch (SerializerTrial.Fault e) {
      return false;
    }
    // The last bit, since others may be of a length, for which read() would allocate much memory.
    byte[] other = bytes.clone();
    other[other.length - 1] ^= 1;
    try {
      reader.read(new ByteReader().set(other, 0, other.length));
    } catch (RuntimeException e) {
      // They need not be the bytes of a value, but what was read before must not change by them.
    }
    try {
      return !Arrays.equals(before, SerializerTrial.bytesOf(writer, read));
    } catch (SerializerTrial.Fault e) {
      return true;
    }
  }

  /**
   * Whether an object can be changed by all who hold it, as far as that is known for sure. Empty
   * ones are let pass: constants are what is often given for an empty value.
   */
  static boolean isChangeable(Object value) {
    return value.getClass().isArray() && Array.getLength(value) > 0
        || CHANGEABLE.contains(value.getClass())
            && !(value instanceof Collection<?> collection && collection.isEmpty())
            && !(value instanceof Map<?, ?> map && map.isEmpty());
  }
}
