package io.streambed.flink.state;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.keyed.MapKind;
import io.streambed.store.MapCursor;
import io.streambed.store.MapTable;
import io.streambed.store.Table;
import io.streambed.store.TableCursor;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.runtime.state.internal.InternalMapState;

/**
 * Map state for Flink.
 *
 * @param <K> the type of the keys
 * @param <N> the type of the namespaces
 * @param <UK> the type of the user keys
 * @param <UV> the type of the values
 */
public final class FlinkMapState<K, N, UK, UV> extends MapKind<K, N, UK, UV>
    implements InternalMapState<K, N, UK, UV>, FlinkKind<K, N, Map<UK, UV>> {
  private final MapTable<K, N, UK, UV> table;
  private final StateBinding<K, N, UK, UV, Map<UK, UV>> binding;

  /**
   * Map state over a table.
   *
   * @param table what holds it
   * @param binding its declaration
   */
  public FlinkMapState(
      MapTable<K, N, UK, UV> table, StateBinding<K, N, UK, UV, Map<UK, UV>> binding) {
    super(
        table,
        binding.keys().context().serializer(),
        binding.spec().namespace(),
        binding.spec().value());
    this.table = table;
    this.binding = binding;
  }

  @Override
  public StateBinding<K, N, ?, ?, Map<UK, UV>> binding() {
    return binding;
  }

  @Override
  public Table<K, N> table() {
    return table;
  }

  @Override
  public Map<UK, UV> wholeAt(TableCursor<K, N> at) {
    MapCursor<UK, UV> cursor = table.entriesAt(at);
    Map<UK, UV> map = new HashMap<>();
    while (cursor.advance()) {
      map.put(cursor.key(), cursor.value());
    }
    return map.isEmpty() ? null : map;
  }

  @Override
  public void replaceWith(Map<UK, UV> newValue) {
    clear();
    putAll(newValue);
  }

  @Override
  public byte[] queryForm(byte[] found) {
    ByteReader in = new ByteReader(found);
    ByteWriter out = new ByteWriter();
    ByteView part = new ByteView();
    while (in.remaining() > 0) {
      out.writeBytes(in.readSized(part));
      boolean isNull = in.readBoolean();
      out.writeBoolean(isNull);
      if (!isNull) {
        out.writeBytes(in.readSized(part));
      }
    }
    return out.toByteArray();
  }
}
