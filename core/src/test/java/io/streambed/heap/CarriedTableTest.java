package io.streambed.heap;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import io.streambed.entry.Entry;
import io.streambed.entry.StateSchema;
import io.streambed.serial.Serializers;
import io.streambed.state.StateKind;
import io.streambed.store.TableSpec;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Bytes of a state that nobody has opened: what is given back, and what memory they take. */
class CarriedTableTest {
  private static final StateSchema SCHEMA =
      new TableSpec<Short, Void, byte[]>(
              "v", StateKind.VALUE, Serializers.shorts(), null, Serializers.byteArrays())
          .schema();

  /** The most that an entry has beside its value: flags, key, namespace, the value's length. */
  private static final int HEAD_BYTES = 1 + (1 + Long.BYTES) + (1 + Short.BYTES) + 4;

  /** What a table may hold beyond its entries. */
  private static final int SPARE_BYTES = 64;

  private final CarriedTable table = new CarriedTable(SCHEMA);
  private final Entry entry = new Entry();

  private void add(int keyGroup, long key, int valueBytes) {
    ByteWriter out = new ByteWriter();
    out.writeLong(key);
    entry.key.set(out.array(), 0, Long.BYTES);
    entry.namespace.set(new byte[] {0, 7}, 0, Short.BYTES);
    byte[] value = new byte[valueBytes];
    Arrays.fill(value, (byte) key);
    entry.value.set(value, 0, valueBytes);
    table.add(keyGroup, entry);
  }

  private static long keyOf(Entry entry) {
    return new ByteReader().set(entry.key).readLong();
  }

  @Test
  void seal_groupsOfAnySize_holdsTheBytesOfTheEntriesAndNoMore() {
    for (int entries : new int[] {0, 1, 700, 1100, 40_000}) {
      for (int i = 0; i < entries; i++) {
        add(entries, i, 100);
      }
    }
    table.seal();
    assertThat(table.heldBytes())
        .isBetween(41_801L * 100, 41_801L * (100 + HEAD_BYTES) + SPARE_BYTES);
  }

  @Test
  void seal_largeValue_itsArrayIsGivenBack() {
    add(0, 1, 5 << 20);
    add(1, 2, 1);
    add(1, 3, 1);
    assertThat(table.heldBytes()).isLessThanOrEqualTo((5 << 20) + HEAD_BYTES + SPARE_BYTES);
    table.seal();
    assertThat(table.heldBytes()).isLessThanOrEqualTo((5 << 20) + 3 * HEAD_BYTES + SPARE_BYTES);
  }

  @Test
  void moveInto_manyEntriesOfOneGroup_letsGoOfBytesAsTheyAreRead() {
    for (int i = 0; i < 40_000; i++) {
      add(3, i, 100);
    }
    table.seal();
    long total = table.heldBytes();
    long each = total / 40_000;
    long[] read = {0};
    table.moveInto(
        (keyGroup, moved) -> {
          assertThat(keyGroup).isEqualTo(3);
          assertThat(keyOf(moved)).isEqualTo(read[0]);
          assertThat(table.heldBytes()).isLessThanOrEqualTo(total - read[0]++ * each);
        });
    assertThat(read[0]).isEqualTo(40_000);
    assertThat(table.heldBytes()).isLessThanOrEqualTo(SPARE_BYTES);
  }

  @Test
  void add_groupsByTurns_keepsEveryEntryInItsGroup() {
    for (int i = 0; i < 999; i++) {
      add(i % 3, i, i);
    }
    table.seal();
    for (int i = 999; i < 2_000; i++) {
      add(i % 3, i, i % 50);
    }
    table.seal();
    HeapTable.Frozen frozen = table.freeze();
    for (int i = 2_000; i < 2_100; i++) {
      add(i % 3, i, 1);
    }
    table.seal();
    Map<Long, Integer> seen = new LinkedHashMap<>();
    for (int group = 0; group < 4; group++) {
      for (HeapTable.Walk walk = frozen.walk(group); walk.advance(entry); ) {
        assertThat(keyOf(entry) % 3).isEqualTo(group);
        seen.put(keyOf(entry), entry.value.length());
      }
    }
    assertThat(seen).hasSize(2_000).containsEntry(998L, 998).containsEntry(1_000L, 0);
    Map<Long, Integer> moved = new LinkedHashMap<>();
    table.moveInto((keyGroup, at) -> moved.put(keyOf(at), at.value.length()));
    assertThat(moved).hasSize(2_100).containsAllEntriesOf(seen);
  }
}
