package io.streambed.operator;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.entry.Codec;
import io.streambed.entry.SizeLimit;
import io.streambed.error.IncompatibleStateException;
import io.streambed.state.BroadcastState;
import java.util.AbstractMap.SimpleEntry;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;

/**
 * A map whose entries are linked in order of insertion.
 *
 * <p>A removed entry keeps its link, so that an iterator standing on it finds the way on: each
 * entry that was behind it and is still in the map can be reached from it. An iterator ends at the
 * first entry that is younger than itself, so that an iteration that puts does not feed itself.
 */
final class BroadcastMap<K, V> implements BroadcastState<K, V>, OpenState {
  private final OperatorStateSchema schema;
  private final Codec<K> keys;
  private final Codec<V> values;

  /** Null where no key or value needs a check. */
  private SizeLimit<K> keyLimit;

  private SizeLimit<V> valueLimit;
  private final Map<K, Node> index = new HashMap<>();
  private final Node root = new Node(null, 0);
  private Node last = root;
  private long lastNumber;
  private boolean closed;

  BroadcastMap(OperatorStateSchema schema, Codec<K> keys, Codec<V> values) {
    this.schema = schema;
    this.keys = keys;
    this.values = values;
    this.keyLimit = keys.foundByHashCode().firstCheck(later -> keyLimit = later);
    this.valueLimit = values.firstCheck(later -> valueLimit = later);
  }

  @Override
  public OperatorStateSchema schema() {
    return schema;
  }

  Codec<K> keys() {
    return keys;
  }

  Codec<V> values() {
    return values;
  }

  @Override
  public V get(K key) {
    requireOpen();
    Node node = index.get(Objects.requireNonNull(key, "key"));
    return node == null ? null : node.getValue();
  }

  @Override
  public boolean contains(K key) {
    requireOpen();
    return index.containsKey(Objects.requireNonNull(key, "key"));
  }

  @Override
  public void put(K key, V value) {
    requireOpen();
    Node node = index.get(Objects.requireNonNull(key, "key"));
    checkSizes(key, value);
    if (node == null) {
      node = new Node(key, ++lastNumber);
      node.previous = last;
      last.next = node;
      last = node;
      index.put(key, node);
    }
    node.set(value);
  }

  private void checkSizes(K key, V value) {
    if (keyLimit != null) {
      keyLimit.check(key);
    }
    if (valueLimit != null && value != null) {
      valueLimit.check(value);
    }
  }

  @Override
  public void putAll(Map<K, V> map) {
    requireOpen();
    for (K key : map.keySet()) {
      Objects.requireNonNull(key, "a key of map");
    }
    map.forEach(this::checkSizes);
    map.forEach(this::put);
  }

  @Override
  public void remove(K key) {
    requireOpen();
    Node node = index.remove(Objects.requireNonNull(key, "key"));
    if (node != null) {
      unlink(node);
    }
  }

  @Override
  public void clear() {
    requireOpen();
    for (Node node = root.next; node != null; node = node.next) {
      node.removed = true;
    }
    index.clear();
    root.next = null;
    last = root;
  }

  @Override
  public void close() {
    clear();
    closed = true;
  }

  private void requireOpen() {
    if (closed) {
      throw OpenState.closed(schema);
    }
  }

  @Override
  public Iterable<Map.Entry<K, V>> entries() {
    return Cursor::new;
  }

  @Override
  public Iterable<Map.Entry<K, V>> immutableEntries() {
    return () -> {
      Cursor cursor = new Cursor();
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          return cursor.hasNext();
        }

        @Override
        public Map.Entry<K, V> next() {
          return new SimpleImmutableEntry<>(cursor.next());
        }
      };
    };
  }

  /**
   * Puts restored entries.
   *
   * @throws IncompatibleStateException if the serializers cannot read them, or keys that were
   *     different become equal by migration
   */
  void fill(WaitingState.Run run) {
    Codec<K> keyReader = OpenState.readerOf(keys, run.schema().key());
    Codec<V> valueReader = OpenState.readerOf(values, run.schema().value());
    Set<K> seen = new HashSet<>();
    ByteReader in = new ByteReader();
    ByteView part = new ByteView();
    for (byte[] element : run.elements()) {
      in.set(element, 0, element.length).readSized(part);
      K key = keyReader.decode(part);
      boolean isNull = in.readBoolean();
      in.readView(in.remaining(), part);
      put(key, isNull ? null : valueReader.decode(part));
      if (!seen.add(key)) {
        throw new IncompatibleStateException(
            "operator state \"" + schema.name() + "\"",
            "different keys of " + run.schema().key(),
            schema.key().toString(),
            "Read as such, two keys become equal (" + key + "): keep them apart.");
      }
    }
  }

  @Override
  public FrozenState freeze() {
    int size = index.size();
    Object[] frozenKeys = new Object[size];
    Object[] frozenValues = new Object[size];
    boolean share = values.serializer().immutable();
    int i = 0;
    for (Node node = root.next; node != null; node = node.next) {
      frozenKeys[i] = node.getKey();
      V value = node.getValue();
      frozenValues[i++] = share || value == null ? value : values.copy(value);
    }
    return new Frozen<>(schema, keys.duplicate(), values.duplicate(), frozenKeys, frozenValues);
  }

  private void unlink(Node node) {
    node.removed = true;
    node.previous.next = node.next;
    if (node.next == null) {
      last = node.previous;
    } else {
      node.next.previous = node.previous;
    }
  }

  private static final class Frozen<K, V> implements FrozenState {
    private final OperatorStateSchema schema;
    private final Codec<K> keyCodec;
    private final Codec<V> valueCodec;
    private final Object[] keys;
    private final Object[] values;
    private final ByteWriter entry = new ByteWriter();

    Frozen(
        OperatorStateSchema schema,
        Codec<K> keyCodec,
        Codec<V> valueCodec,
        Object[] keys,
        Object[] values) {
      this.schema = schema;
      this.keyCodec = keyCodec;
      this.valueCodec = valueCodec;
      this.keys = keys;
      this.values = values;
    }

    @Override
    public OperatorStateSchema schema() {
      return schema;
    }

    @Override
    public int size() {
      return keys.length;
    }

    @Override
    @SuppressWarnings("unchecked")
    public ByteView element(int index) {
      entry.reset();
      entry.trim(ByteWriter.KEPT_BYTES);
      ByteView key = keyCodec.encode((K) keys[index]);
      entry.writeSized(key);
      entry.writeBoolean(values[index] == null);
      if (values[index] != null) {
        entry.writeBytes(valueCodec.under(() -> keys[index]).encode((V) values[index]));
      }
      return entry.view();
    }
  }

  @SuppressWarnings("serial")
  private final class Node extends SimpleEntry<K, V> {
    private final long number;
    private Node previous;
    private Node next;
    private boolean removed;

    Node(K key, long number) {
      super(key, null);
      this.number = number;
    }

    @Override
    public V setValue(V value) {
      checkSizes(getKey(), value);
      return super.setValue(value);
    }

    /** Sets a value that was checked. */
    private void set(V value) {
      super.setValue(value);
    }
  }

  private final class Cursor implements Iterator<Map.Entry<K, V>> {
    private final long endNumber = lastNumber;
    private Node given = root;
    private Node following;
    private boolean removable;

    @Override
    public boolean hasNext() {
      requireOpen();
      if (following == null) {
        Node node = given.next;
        while (node != null && node.removed) {
          node = node.next;
        }
        following = node != null && node.number <= endNumber ? node : null;
      }
      return following != null;
    }

    @Override
    public Map.Entry<K, V> next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      given = following;
      following = null;
      removable = true;
      return given;
    }

    @Override
    public void remove() {
      if (!removable) {
        throw new IllegalStateException("no entry to remove");
      }
      removable = false;
      if (!given.removed) {
        BroadcastMap.this.remove(given.getKey());
      }
    }
  }
}
