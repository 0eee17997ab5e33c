package io.streambed.snapshot;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import io.streambed.entry.Schema;
import io.streambed.error.MalformedDataException;
import io.streambed.file.BlockFormat;
import io.streambed.key.KeyGroupRange;
import java.util.ArrayList;
import java.util.List;

/**
 * The container of keyed state: entries by key group and state, addressed by key group. It serves
 * full checkpoints and savepoints of every store. A block file (see package {@code file}) of format
 * {@value #NAME}, version {@value #VERSION}:
 *
 * <pre>
 * file    := entries-block* schema-block footer
 * entries := (block type 1, scope = key group) section*
 * schema  := (block type 2, scope 0) origin schema
 * footer  := schemaOffset:varlong first:varint last:varint
 *            states:varint { entries:varlong bytes:varlong }
 *            groups:varint { keyGroup:varint blocks:varint entries:varlong offset:varlong* }
 *
 * section := state:varint lengths count:u32 entry{count}
 * lengths := [key:varint namespace:varint] [userKey:varint] value:varint
 *
 * entry   := [stamp:i64] key namespace value                            of a single value
 *          | key namespace run:sized                                    of a list
 *          | flags:u8 [stamp:i64] [key namespace] userKey [value]       of a map
 *          | value                                                      of a queue
 * flags   := 1 null value | 2 the key and namespace of the entry before
 * run     := { value [stamp:i64] }*
 * sized   := length:varint byte*
 * </pre>
 *
 * A section has entries of one state. Its lengths are 0 where the length of that part varies; the
 * part is then {@code sized}. Else they are one more than the number of bytes that the part has in
 * each entry, and the part is those bytes alone. The value of a list is each of its elements. What
 * has a stamp follows from the state's declaration. The first map entry of a section has a key.
 *
 * <p>A block holds whole entries of one key group, about 64 KiB of them or one larger. Key groups
 * come in ascending order, within one the states in the order of the schema; key groups without
 * entries are left out of the footer. Offsets ascend from first to last: no block is listed twice.
 *
 * <p>Version 1 is read as well: its blocks are {@code { state:varint entry }*} with entries of
 * {@link io.streambed.entry.EntryFormat}, and its footer has one byte more behind {@code last},
 * which told whether entries are sorted. No list had timestamps then.
 */
final class KeyedContainerFormat {
  static final String NAME = "KEYD";
  static final int VERSION = 2;

  /** The oldest version that is read. */
  static final int OLDEST_VERSION = 1;

  static final int ENTRIES = 1;
  static final int SCHEMA = 2;
  static final int BLOCK_BYTES = 64 << 10;

  private KeyedContainerFormat() {}

  /** Where one key group lies. */
  record Group(int keyGroup, long entries, long[] offsets) {}

  /** What the footer says. */
  record Footer(
      long schemaOffset, KeyGroupRange range, List<StateStatistics> states, List<Group> groups) {

    void write(ByteWriter out) {
      out.writeVarLong(schemaOffset);
      out.writeVarInt(range.first());
      out.writeVarInt(range.last());
      out.writeVarInt(states.size());
      for (StateStatistics state : states) {
        out.writeVarLong(state.entries());
        out.writeVarLong(state.bytes());
      }
      out.writeVarInt(groups.size());
      for (Group group : groups) {
        out.writeVarInt(group.keyGroup);
        out.writeVarInt(group.offsets.length);
        out.writeVarLong(group.entries);
        for (long offset : group.offsets) {
          out.writeVarLong(offset);
        }
      }
    }

    /** Where the schema is, which tells how many states a footer has. */
    static long readSchemaOffset(ByteReader in) {
      return in.readVarLong();
    }

    static Footer read(ByteReader in, int version, Schema schema) {
      long schemaOffset = readSchemaOffset(in);
      KeyGroupRange range;
      try {
        range = new KeyGroupRange(in.readVarInt(), in.readVarInt());
      } catch (IllegalArgumentException e) {
        throw new MalformedDataException(e.getMessage());
      }
      if (version == 1) {
        in.readBoolean();
      }
      int count = in.readCount(2);
      if (count != schema.states().size() || range.last() >= schema.maxParallelism()) {
        throw new MalformedDataException("the footer does not fit the schema");
      }
      List<StateStatistics> states = new ArrayList<>();
      for (int left = count; left > 0; left--) {
        states.add(new StateStatistics(in.readVarLong(), in.readVarLong()));
      }
      List<Group> groups = new ArrayList<>();
      int previous = range.first() - 1;
      long from = 0;
      for (int left = in.readCount(3); left > 0; left--) {
        Group group = readGroup(in, from, schemaOffset);
        if (group.keyGroup <= previous || group.keyGroup > range.last()) {
          throw new MalformedDataException(
              "key group " + group.keyGroup + " after " + previous + " in " + range);
        }
        if (group.offsets.length > 0) {
          from = group.offsets[group.offsets.length - 1] + BlockFormat.BLOCK_OVERHEAD_BYTES;
        }
        previous = group.keyGroup;
        groups.add(group);
      }
      in.expectEnd();
      return new Footer(schemaOffset, range, states, groups);
    }

    /** Reads a key group whose blocks are in a part of the file: a short part has room for few. */
    private static Group readGroup(ByteReader in, long start, long end) {
      int keyGroup = in.readVarInt();
      int blocks = in.readCount(1);
      long entries = in.readVarLong();
      if (blocks > 0 && blocks > (end - start) / BlockFormat.BLOCK_OVERHEAD_BYTES) {
        throw new MalformedDataException(
            blocks + " blocks of entries between byte " + start + " and byte " + end);
      }
      long[] offsets = new long[blocks];
      long from = start;
      for (int i = 0; i < blocks; i++) {
        offsets[i] = in.readVarLong();
        if (offsets[i] < from || offsets[i] >= end) {
          throw new MalformedDataException(
              "a block of entries at " + offsets[i] + ", not from " + from + " to " + end);
        }
        from = offsets[i] + BlockFormat.BLOCK_OVERHEAD_BYTES;
      }
      return new Group(keyGroup, entries, offsets);
    }
  }
}
