package io.streambed.operator;

import io.streambed.bytes.ByteView;
import io.streambed.entry.Codec;
import io.streambed.entry.SizeLimit;
import io.streambed.error.IncompatibleStateException;
import io.streambed.state.ListState;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;

/**
 * A list in an array that only ever grows at its end: a slot once filled keeps its element, and
 * {@link #update} and {@link #clear} begin another array. So the first {@code n} elements, taken
 * with the array, stay what they are: for iterators and for snapshots.
 */
final class ElementList<E> implements ListState<E>, OpenState {
  private static final Object[] NONE = {};

  private final OperatorStateSchema schema;
  private final Codec<E> codec;

  /** Null where no element needs a check. */
  private SizeLimit<E> limit;

  private Object[] elements = NONE;
  private int size;
  private boolean closed;

  ElementList(OperatorStateSchema schema, Codec<E> codec) {
    this.schema = schema;
    this.codec = codec;
    this.limit = codec.firstCheck(later -> limit = later);
  }

  @Override
  public OperatorStateSchema schema() {
    return schema;
  }

  Codec<E> codec() {
    return codec;
  }

  @Override
  public Iterable<E> get() {
    requireOpen();
    if (size == 0) {
      return null;
    }
    Object[] array = elements;
    int count = size;
    return () -> new Elements<>(array, count);
  }

  @Override
  public void add(E value) {
    requireOpen();
    Objects.requireNonNull(value, "value");
    if (limit != null) {
      limit.check(value);
    }
    reserve(1);
    elements[size++] = value;
  }

  @Override
  public void addAll(List<E> values) {
    requireOpen();
    Object[] added = checked(values);
    reserve(added.length);
    System.arraycopy(added, 0, elements, size, added.length);
    size += added.length;
  }

  @Override
  public void update(List<E> values) {
    requireOpen();
    elements = checked(values);
    size = elements.length;
  }

  @Override
  public void clear() {
    requireOpen();
    elements = NONE;
    size = 0;
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

  /**
   * Appends restored elements.
   *
   * @throws IncompatibleStateException if the serializer cannot read them
   */
  void fill(WaitingState.Run run) {
    Codec<E> reader = OpenState.readerOf(codec, run.schema().value());
    for (byte[] element : run.elements()) {
      add(reader.decode(ByteView.of(element)));
    }
  }

  @Override
  public FrozenState freeze() {
    Object[] frozen = elements;
    if (!codec.serializer().immutable()) {
      frozen = new Object[size];
      for (int i = 0; i < size; i++) {
        frozen[i] = codec.copy(element(elements, i));
      }
    }
    return new Frozen<>(schema, codec.duplicate(), frozen, size);
  }

  private Object[] checked(List<E> values) {
    Object[] array = Arrays.copyOf(values.toArray(), values.size(), Object[].class);
    for (int i = 0; i < array.length; i++) {
      Objects.requireNonNull(array[i], "an element of values");
      if (limit != null) {
        limit.check(element(array, i));
      }
    }
    return array;
  }

  private void reserve(int more) {
    int needed = Math.addExact(size, more);
    if (needed > elements.length) {
      int grown = (int) Math.min(Integer.MAX_VALUE - 8, elements.length * 2L);
      elements = Arrays.copyOf(elements, Math.max(Math.max(needed, grown), 8));
    }
  }

  @SuppressWarnings("unchecked")
  private static <E> E element(Object[] array, int index) {
    return (E) array[index];
  }

  private record Frozen<E>(OperatorStateSchema schema, Codec<E> codec, Object[] elements, int size)
      implements FrozenState {
    @Override
    public ByteView element(int index) {
      return codec.encode(ElementList.element(elements, index));
    }
  }

  private static final class Elements<E> implements Iterator<E> {
    private final Object[] array;
    private final int count;
    private int next;

    Elements(Object[] array, int count) {
      this.array = array;
      this.count = count;
    }

    @Override
    public boolean hasNext() {
      return next < count;
    }

    @Override
    public E next() {
      if (next == count) {
        throw new NoSuchElementException();
      }
      return element(array, next++);
    }
  }
}
