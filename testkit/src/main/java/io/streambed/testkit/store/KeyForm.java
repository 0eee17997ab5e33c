package io.streambed.testkit.store;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.error.MalformedDataException;
import java.util.Arrays;

/**
 * The binary key of one entry: key group, state, then the parts, so that unsigned order is that of
 * key, namespace and user key.
 *
 * <pre>
 * entry   := keyGroup:u16 state:u16 part*        key, namespace and, for maps, user key
 * element := keyGroup:u16 state:u16 byte*        of a queue
 * part    := (1..255 | 0 255)* 0 0
 * </pre>
 *
 * A length in front would mark a part's end as well, but shorter parts would then come before
 * longer ones whatever they begin with.
 */
final class KeyForm {
  static final int PREFIX_BYTES = 4;

  private KeyForm() {}

  static byte[] prefix(int keyGroup, int state) {
    return new byte[] {
      (byte) (keyGroup >>> 8), (byte) keyGroup, (byte) (state >>> 8), (byte) state
    };
  }

  static int keyGroup(byte[] entryKey) {
    return (entryKey[0] & 0xFF) << 8 | entryKey[1] & 0xFF;
  }

  static int state(byte[] entryKey) {
    return (entryKey[2] & 0xFF) << 8 | entryKey[3] & 0xFF;
  }

  static void writePart(ByteView part, ByteWriter out) {
    for (int i = part.offset(); i < part.offset() + part.length(); i++) {
      out.writeByte(part.array()[i]);
      if (part.array()[i] == 0) {
        out.writeByte(0xFF);
      }
    }
    out.writeShort(0);
  }

  static void readPart(ByteReader in, ByteView part) {
    byte[] plain = new byte[in.remaining()];
    int length = 0;
    while (true) {
      byte b = in.readByte();
      if (b == 0) {
        int mark = in.readUnsignedByte();
        if (mark == 0) {
          part.set(plain, 0, length);
          return;
        }
        if (mark != 0xFF) {
          throw new MalformedDataException("a part of a key with mark " + mark);
        }
      }
      plain[length++] = b;
    }
  }

  static boolean startsWith(byte[] entryKey, byte[] prefix) {
    return entryKey.length >= prefix.length
        && Arrays.equals(entryKey, 0, prefix.length, prefix, 0, prefix.length);
  }

  /** The least key that is greater than all that begin with the prefix. */
  static byte[] successor(byte[] prefix) {
    for (int last = prefix.length - 1; last >= 0; last--) {
      if (prefix[last] != (byte) 0xFF) {
        byte[] next = Arrays.copyOf(prefix, last + 1);
        next[last]++;
        return next;
      }
    }
    throw new IllegalArgumentException("no key follows a prefix of nothing but 255");
  }
}
