package io.streambed.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.entry.Entry;
import io.streambed.entry.Expiry;
import io.streambed.entry.StateSchema;
import io.streambed.error.MalformedDataException;
import io.streambed.serial.Serializers;
import io.streambed.state.StateKind;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EntryBlockTest {
  private final long seed = System.nanoTime();
  private final SplittableRandom random = new SplittableRandom(seed);

  /** Each kind, with timestamps and without. */
  private static final List<StateSchema> STATES = new ArrayList<>();

  static {
    for (Expiry expiry : Expiry.values()) {
      for (StateKind kind : List.of(StateKind.VALUE, StateKind.LIST, StateKind.MAP)) {
        STATES.add(schema(kind, expiry));
      }
    }
    STATES.add(schema(StateKind.QUEUE, Expiry.NONE));
  }

  private static StateSchema schema(StateKind kind, Expiry expiry) {
    return new StateSchema(
        kind + " " + expiry,
        kind,
        kind == StateKind.QUEUE ? null : Serializers.longs().snapshot(),
        kind == StateKind.MAP ? Serializers.strings().snapshot() : null,
        Serializers.longs().snapshot(),
        expiry);
  }

  /** An entry as a test compares it. */
  private record Written(
      int state, String key, String namespace, String userKey, String value, long stamp) {
    static Written of(int state, Entry entry) {
      StateKind kind = STATES.get(state).kind();
      boolean stamped = STATES.get(state).expiry().stamped() && kind != StateKind.LIST;
      return new Written(
          state,
          kind == StateKind.QUEUE ? "" : text(entry.key),
          kind == StateKind.QUEUE ? "" : text(entry.namespace),
          kind == StateKind.MAP ? text(entry.userKey) : "",
          kind == StateKind.MAP && entry.nullValue ? "null" : text(entry.value),
          stamped ? entry.stamp : 0);
    }

    private static String text(ByteView view) {
      return java.util.HexFormat.of().formatHex(view.toByteArray());
    }
  }

  /** Bytes of a length, most of the time; the seed decides whether a state's parts vary. */
  private void fill(ByteView view, int usual, int chanceOfAnother) {
    boolean another = random.nextInt(100) < chanceOfAnother;
    byte[] bytes = new byte[another ? random.nextInt(12) : usual];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) random.nextInt(3);
    }
    view.set(bytes, 0, bytes.length);
  }

  private void fillRun(ByteView view, boolean stamped, int usual, int chanceOfAnother) {
    ByteWriter run = new ByteWriter();
    ByteView element = new ByteView();
    for (int left = random.nextInt(1, 6); left > 0; left--) {
      fill(element, usual, chanceOfAnother);
      run.writeSized(element);
      if (stamped) {
        run.writeLong(random.nextLong());
      }
    }
    byte[] bytes = run.toByteArray();
    view.set(bytes, 0, bytes.length);
  }

  private List<Written> random(EntryBlockWriter writer, int count) {
    List<Written> written = new ArrayList<>();
    Entry entry = new Entry();
    int state = 0;
    for (int i = 0; i < count; i++) {
      state = random.nextInt(8) == 0 ? random.nextInt(STATES.size()) : state;
      int chance = state % 2 == 0 ? 0 : 5;
      if (random.nextBoolean()) {
        fill(entry.key, 2, chance);
        fill(entry.namespace, state == 0 ? 0 : 1, chance);
      }
      fill(entry.userKey, 1, chance);
      StateSchema schema = STATES.get(state);
      if (schema.kind() == StateKind.LIST) {
        boolean stamped = schema.expiry().stamped();
        fillRun(entry.value, stamped, random.nextInt(20) == 0 ? 0 : 4, chance);
      } else {
        fill(entry.value, 4, chance);
      }
      entry.nullValue = random.nextInt(4) == 0;
      entry.stamp = random.nextLong();
      writer.add(state, entry);
      written.add(Written.of(state, entry));
    }
    return written;
  }

  private static List<Written> read(byte[] block) {
    EntryBlockReader reader = EntryBlockReader.of(2, STATES);
    reader.set(ByteView.of(block));
    List<Written> read = new ArrayList<>();
    Entry entry = new Entry();
    while (reader.advance(entry)) {
      read.add(Written.of(reader.state, entry));
    }
    return read;
  }

  @Test
  void read_randomEntriesOfManyBlocks_givesWhatWasWritten() {
    for (int run = 0; run < 200; run++) {
      EntryBlockWriter writer = new EntryBlockWriter(STATES);
      for (int block = 0; block < 4; block++) {
        List<Written> written = random(writer, random.nextInt(1, 200));
        assertThat(read(writer.end().toByteArray())).as("seed %s", seed).isEqualTo(written);
        writer.reset();
      }
    }
  }

  @Test
  void read_damagedBlocks_endsInOrIsRefused() {
    for (int run = 0; run < 2_000; run++) {
      EntryBlockWriter writer = new EntryBlockWriter(STATES);
      random(writer, 20);
      byte[] block = writer.end().toByteArray();
      byte[] cut = java.util.Arrays.copyOf(block, random.nextInt(block.length));
      assertThatCode(() -> check(cut)).as("seed %s", seed).doesNotThrowAnyException();
      block[random.nextInt(block.length)] = (byte) random.nextInt(256);
      assertThatCode(() -> check(block)).as("seed %s", seed).doesNotThrowAnyException();
    }
  }

  private static void check(byte[] block) {
    Throwable failure = catchThrowable(() -> read(block));
    if (failure != null) {
      assertThat(failure).isInstanceOf(MalformedDataException.class);
    }
  }

  @Test
  void add_partsOfOneLength_writesNoLengths() {
    EntryBlockWriter writer = new EntryBlockWriter(STATES);
    Entry entry = new Entry();
    for (int i = 0; i < 1_000; i++) {
      fill(entry.key, 8, 0);
      fill(entry.value, 8, 0);
      writer.add(0, entry);
    }
    assertThat(writer.end().length()).as("state, three lengths, count").isEqualTo(8 + 16 * 1_000);
  }

  @Test
  void add_mapEntriesOfOneKey_writesTheKeyOnce() {
    EntryBlockWriter writer = new EntryBlockWriter(STATES);
    Entry entry = new Entry();
    fill(entry.key, 8, 0);
    fill(entry.namespace, 16, 0);
    for (int i = 0; i < 1_000; i++) {
      fill(entry.userKey, 8, 0);
      fill(entry.value, 8, 0);
      writer.add(2, entry);
    }
    assertThat(writer.end().length()).isEqualTo(9 + 24 + 17 * 1_000);
  }

  @Test
  void add_elementsOfOneLength_writesThemWithoutIt() {
    EntryBlockWriter writer = new EntryBlockWriter(STATES);
    Entry entry = new Entry();
    fill(entry.key, 8, 0);
    ByteWriter run = new ByteWriter();
    for (int i = 0; i < 100; i++) {
      run.writeSized(ByteView.of(new byte[8]));
    }
    byte[] bytes = run.toByteArray();
    entry.value.set(bytes, 0, bytes.length);
    writer.add(1, entry);
    assertThat(writer.end().length()).isEqualTo(8 + 8 + 2 + 8 * 100);
  }
}
