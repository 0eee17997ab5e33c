package io.streambed.flink.snapshot;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.entry.Entry;
import io.streambed.entry.EntryCursor;
import io.streambed.entry.EntrySource;
import io.streambed.entry.Expiry;
import io.streambed.entry.Schema;
import io.streambed.entry.StateSchema;
import io.streambed.error.MalformedDataException;
import io.streambed.error.SerializationException;
import io.streambed.flink.serial.FlinkSnapshots;
import io.streambed.flink.serial.SerializerBridge;
import io.streambed.flink.serial.TtlForm;
import io.streambed.serial.SerializerSnapshot;
import io.streambed.state.StateKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A source whose values under TTL may be Flink's pairs, see {@link TtlForm}: each is given as a
 * value with a timestamp. Canonical savepoints have pairs, and so have checkpoints that this
 * backend wrote while it kept pairs itself. Everything else is given as it is.
 */
final class TtlSource implements EntrySource {
  private final EntrySource from;
  private final Schema schema;
  private final boolean[] pairs;

  private TtlSource(EntrySource from, Schema schema, boolean[] pairs) {
    this.from = from;
    this.schema = schema;
    this.pairs = pairs;
  }

  /**
   * A source without pairs.
   *
   * @param from what may have pairs
   * @param bridge reads serializers' snapshots
   * @return the same source if it has none
   * @throws io.streambed.error.IncompatibleStateException if the snapshot of a serializer of pairs
   *     cannot be read
   */
  static EntrySource of(EntrySource from, SerializerBridge bridge) {
    Schema written = from.schema();
    List<StateSchema> states = new ArrayList<>();
    boolean[] pairs = new boolean[written.states().size()];
    boolean any = false;
    for (StateSchema state : written.states()) {
      SerializerSnapshot value =
          state.kind() == StateKind.QUEUE || FlinkSnapshots.isJoined(state.value())
              ? null
              : TtlForm.value(state.value(), bridge.userClasses());
      pairs[states.size()] = value != null;
      any |= value != null;
      states.add(
          value == null
              ? state
              : new StateSchema(
                  state.name(),
                  state.kind(),
                  state.namespace(),
                  state.userKey(),
                  value,
                  Expiry.STAMPED));
    }
    return any
        ? new TtlSource(from, new Schema(written.maxParallelism(), written.key(), states), pairs)
        : from;
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public EntryCursor entries(int keyGroup) {
    return new Cursor(from.entries(keyGroup));
  }

  /** Takes the pairs of one key group apart. */
  private final class Cursor implements EntryCursor {
    private final EntryCursor pairsAt;
    private final ByteReader in = new ByteReader();
    private final ByteView element = new ByteView();
    private final ByteWriter run = new ByteWriter();

    Cursor(EntryCursor pairsAt) {
      this.pairsAt = pairsAt;
    }

    @Override
    public boolean advance() throws IOException {
      while (pairsAt.advance()) {
        if (!pairs[state()]) {
          return true;
        }
        StateSchema state = schema.states().get(state());
        // Where a map has no pair at all for a user key, Flink's TTL finds nothing.
        if (state.kind() != StateKind.MAP || !entry().nullValue) {
          part(state, entry());
          return true;
        }
      }
      return false;
    }

    private void part(StateSchema state, Entry entry) {
      try {
        if (state.kind() == StateKind.LIST) {
          partElements(entry);
        } else {
          entry.stamp = part(entry.value);
        }
      } catch (MalformedDataException e) {
        throw new SerializationException(
            "a value under TTL of state \"" + state.name() + "\"", e.getMessage(), e);
      }
    }

    /** Makes of the view of a pair that of its value; gives the timestamp. */
    private long part(ByteView pair) {
      in.set(pair);
      long stamp = in.readLong();
      in.readView(in.remaining(), pair);
      return stamp;
    }

    private void partElements(Entry entry) {
      run.reset();
      run.trim(ByteWriter.KEPT_BYTES);
      for (ByteReader list = new ByteReader().set(entry.value); list.remaining() > 0; ) {
        list.readSized(element);
        long stamp = part(element);
        run.writeSized(element);
        run.writeLong(stamp);
      }
      entry.value.set(run.array(), 0, run.position());
    }

    @Override
    public int state() {
      return pairsAt.state();
    }

    @Override
    public Entry entry() {
      return pairsAt.entry();
    }
  }
}
