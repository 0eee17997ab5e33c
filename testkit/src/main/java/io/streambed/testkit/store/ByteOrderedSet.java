package io.streambed.testkit.store;

import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.entry.Codec;
import io.streambed.key.KeyContext;
import io.streambed.key.KeyGroupRange;
import io.streambed.store.OrderedSet;
import io.streambed.store.QueueSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;

/** An ordered set as keys of the sorted map, without values. */
final class ByteOrderedSet<T> implements OrderedSet<T> {
  private final NavigableMap<byte[], byte[]> entries;
  private final StateForm form;
  private final KeyContext<?> context;
  private final KeyGroupRange range;
  private final ByteWriter out = new ByteWriter();
  private QueueSpec<T> spec;
  private Codec<T> codec;

  ByteOrderedSet(
      NavigableMap<byte[], byte[]> entries,
      StateForm form,
      KeyContext<?> context,
      QueueSpec<T> spec) {
    this.entries = entries;
    this.form = form;
    this.context = context;
    this.range = context.range();
    reopen(spec);
  }

  void reopen(QueueSpec<T> newSpec) {
    spec = newSpec;
    codec = new Codec<>(newSpec.element(), newSpec.name(), Codec.QUEUE_ELEMENT).tryingFirst();
  }

  private byte[] entryKey(T element) {
    out.reset();
    out.writeBytes(KeyForm.prefix(owned(spec.keyGroup().applyAsInt(element)), form.id()));
    out.writeBytes(codec.encode(element));
    return out.toByteArray();
  }

  private int owned(int keyGroup) {
    context.requireOpen();
    if (!range.contains(keyGroup)) {
      throw new IllegalArgumentException(
          "an element of key group " + keyGroup + ", this store owns " + range);
    }
    return keyGroup;
  }

  private T decode(byte[] entryKey) {
    return codec.decode(
        new ByteView().set(entryKey, KeyForm.PREFIX_BYTES, entryKey.length - KeyForm.PREFIX_BYTES));
  }

  @Override
  public boolean add(T element) {
    return entries.putIfAbsent(entryKey(element), new byte[0]) == null;
  }

  @Override
  public boolean remove(T element) {
    return entries.remove(entryKey(element)) != null;
  }

  private byte[] first() {
    context.requireOpen();
    byte[] first = null;
    for (int group = range.first(); group <= range.last(); group++) {
      var elements = form.in(entries, group);
      byte[] head = elements.isEmpty() ? null : elements.firstKey();
      if (head != null && (first == null || compare(head, first) < 0)) {
        first = head;
      }
    }
    return first;
  }

  private int compare(byte[] left, byte[] right) {
    return spec.order() == null
        ? compareElements(left, right)
        : spec.order().compare(decode(left), decode(right));
  }

  private static int compareElements(byte[] left, byte[] right) {
    return Arrays.compareUnsigned(
        left, KeyForm.PREFIX_BYTES, left.length, right, KeyForm.PREFIX_BYTES, right.length);
  }

  @Override
  public T peek() {
    byte[] first = first();
    return first == null ? null : decode(first);
  }

  @Override
  public T poll() {
    byte[] first = first();
    if (first == null) {
      return null;
    }
    T element = decode(first);
    entries.remove(first);
    return element;
  }

  @Override
  public long size() {
    context.requireOpen();
    long size = 0;
    for (int group = range.first(); group <= range.last(); group++) {
      size += form.in(entries, group).size();
    }
    return size;
  }

  @Override
  public List<T> inKeyGroup(int keyGroup) {
    List<T> elements = new ArrayList<>();
    form.in(entries, owned(keyGroup)).keySet().forEach(key -> elements.add(decode(key)));
    return elements;
  }
}
