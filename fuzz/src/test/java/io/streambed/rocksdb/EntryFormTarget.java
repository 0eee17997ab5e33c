package io.streambed.rocksdb;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.entry.Entry;
import io.streambed.entry.Expiry;
import io.streambed.entry.StateSchema;
import io.streambed.fuzz.FuzzInput;
import io.streambed.fuzz.FuzzTarget;
import io.streambed.fuzz.Trial;
import io.streambed.serial.Serializers;
import io.streambed.state.StateKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Keys and values as they lie in RocksDB's table files.
 *
 * <pre>
 * input := kind:u8 expiry:u8 keyBytes:u8 length:u16 key value
 * </pre>
 */
public final class EntryFormTarget implements FuzzTarget {
  private static final List<StateKind> KINDS =
      List.of(StateKind.VALUE, StateKind.LIST, StateKind.MAP, StateKind.QUEUE);
  private static final int GROUP = 5;
  private static final Path DATABASE = Path.of("/fuzzed");

  @Override
  public List<byte[]> seeds() {
    List<byte[]> seeds = new ArrayList<>();
    for (int kind = 0; kind < KINDS.size(); kind++) {
      for (int expiry = 0; expiry < 2; expiry++) {
        for (int keyBytes = -1; keyBytes < 3; keyBytes += 3) {
          seeds.add(seed(kind, expiry, keyBytes));
        }
      }
    }
    return seeds;
  }

  private static byte[] seed(int kind, int expiry, int keyBytes) {
    EntryForm form = form(kind, expiry, keyBytes);
    Entry entry = new Entry();
    entry.key.set(new byte[] {1, 2}, 0, 2);
    entry.namespace.set(new byte[] {3}, 0, 1);
    entry.userKey.set(new byte[] {4, 5, 6}, 0, 3);
    entry.stamp = 7;
    ByteWriter value = new ByteWriter();
    if (KINDS.get(kind) == StateKind.LIST) {
      value.writeSized(ByteView.of(new byte[] {8, 9}));
      if (form.stamped()) {
        value.writeLong(10);
      }
    } else {
      value.writeInt(11);
    }
    byte[] content = value.toByteArray();
    entry.value.set(content, 0, content.length);
    ByteWriter key = new ByteWriter();
    form.writeKey(GROUP, entry, key);
    ByteWriter stored = new ByteWriter();
    form.writeValue(entry, stored);
    return new FuzzInput.Builder()
        .add(kind)
        .add(expiry)
        .add(keyBytes + 1)
        .addSized(key.toByteArray())
        .add(stored.toByteArray())
        .build();
  }

  private static EntryForm form(int kind, int expiry, int keyBytes) {
    StateKind chosen = KINDS.get(kind);
    StateSchema schema =
        new StateSchema(
            "state",
            chosen,
            chosen == StateKind.QUEUE ? null : Serializers.strings().snapshot(),
            chosen == StateKind.MAP ? Serializers.strings().snapshot() : null,
            Serializers.strings().snapshot(),
            expiry == 0 ? Expiry.NONE : Expiry.STAMPED);
    return new EntryForm(schema, keyBytes, DATABASE);
  }

  @Override
  public void run(byte[] input) throws IOException {
    FuzzInput in = new FuzzInput(input);
    EntryForm form = form(in.nextByte() % KINDS.size(), in.nextByte() % 2, in.nextByte() % 4 - 1);
    ByteView key = ByteView.of(in.nextSized());
    byte[] stored = in.rest();
    Trial.naming(DATABASE.toString(), () -> read(form, key, stored));
  }

  private static void read(EntryForm form, ByteView key, byte[] stored) {
    Entry entry = new Entry();
    form.readKey(key, entry);
    form.keyGroup(key);
    form.cellBytes(key);
    if (form.isList()) {
      ByteReader list = new ByteReader(stored);
      while (list.remaining() > 0) {
        form.readElement(list, entry.value);
      }
    } else if (form.schema().kind() != StateKind.QUEUE) {
      form.live(stored, 5);
      form.stamp(ByteView.of(stored));
      form.content(ByteView.of(stored), entry.value);
    }
  }
}
