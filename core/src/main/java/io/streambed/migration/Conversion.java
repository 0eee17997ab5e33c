package io.streambed.migration;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.entry.Codec;
import io.streambed.entry.Entry;
import io.streambed.entry.StateSchema;
import io.streambed.key.KeyContext;
import io.streambed.key.KeyGroups;
import io.streambed.serial.Serializer;
import io.streambed.state.StateKind;
import io.streambed.store.QueueSpec;
import io.streambed.store.TableSpec;
import java.util.function.UnaryOperator;

/**
 * Turns entries as written into entries as a state's present serializers write them, for stores
 * that keep bytes. Every part is decoded, so that what cannot be read fails here and not when it is
 * needed.
 *
 * <p>Threading: the thread whose serializers it uses.
 */
@FunctionalInterface
public interface Conversion {
  /**
   * Converts one entry.
   *
   * @param keyGroup the key group it was written in
   * @param written the entry as written
   * @return the entry to store in its place, valid until the next call
   * @throws io.streambed.error.SerializationException if a part cannot be read, or the entry
   *     belongs to another key group
   */
  Entry convert(int keyGroup, Entry written);

  /**
   * The conversion for a table.
   *
   * @param context gives the keys' serializer and the job's key groups
   * @param spec the state as it is declared now
   * @param written the state as it was written
   * @param <K> the type of the keys
   * @param <N> the type of the namespaces
   * @param <U> the type of the user keys
   * @param <V> the type of the values
   * @return a conversion with buffers of its own
   * @throws io.streambed.error.IncompatibleStateException if a serializer cannot read what was
   *     written, or the entries lack a timestamp and the declaration gives none
   */
  static <K, N, U, V> Conversion of(
      KeyContext<K> context, TableSpec<N, U, V> spec, StateSchema written) {
    String state = spec.name();
    Codec<K> keys = new Codec<>(context.serializer(), state, "key");
    UnaryOperator<ByteView> namespaces =
        recode(
            Takeover.codec(state, "namespace", spec.namespace(), written.namespace()),
            new Codec<>(spec.namespace(), state, "namespace").tryingFirst());
    UnaryOperator<ByteView> userKeys =
        spec.userKey() == null
            ? UnaryOperator.identity()
            : recode(
                Takeover.codec(state, "user key", spec.userKey(), written.userKey()),
                new Codec<>(spec.userKey(), state, "user key").tryingFirst());
    Conversion contents =
        ofContents(spec, spec.value(), written, Takeover.loadStamp(spec, written));
    return (keyGroup, in) -> {
      int hash = context.hasher().hash(keys.decode(in.key));
      Takeover.checkKeyGroup(state, keyGroup, KeyGroups.assign(hash, context.maxParallelism()));
      ByteView namespace = namespaces.apply(in.namespace);
      ByteView userKey = userKeys.apply(in.userKey);
      Entry out = contents.convert(keyGroup, in);
      set(out.key, in.key);
      set(out.namespace, namespace);
      set(out.userKey, userKey);
      return out;
    };
  }

  /**
   * The conversion of what entries hold, for entries that a store wrote itself and that keep their
   * place and their timestamps: of an entry only null, timestamp and value are read, and only these
   * are set.
   *
   * @param spec the state as it is declared now; its serializer of values is duplicated, so another
   *     thread may use the conversion than the one that asks for it
   * @param written the state as it was written
   * @param <V> the type of the values
   * @return a conversion with buffers of its own
   * @throws io.streambed.error.IncompatibleStateException if the serializer cannot read what was
   *     written
   */
  static <V> Conversion ofContents(TableSpec<?, ?, V> spec, StateSchema written) {
    return ofContents(spec, spec.value().duplicate(), written, Takeover.loadStamp(spec, written));
  }

  private static <V> Conversion ofContents(
      TableSpec<?, ?, V> spec, Serializer<V> serializer, StateSchema written, long loadStamp) {
    UnaryOperator<ByteView> values =
        recode(
            Takeover.codec(spec.name(), "value", serializer, written.value()),
            new Codec<>(serializer, spec.name(), "value").tryingFirst());
    boolean stamped = written.expiry().stamped();
    UnaryOperator<ByteView> contents =
        spec.kind() == StateKind.LIST
            ? eachOf(values, stamped, spec.expiry().stamped(), loadStamp)
            : values;
    Entry out = new Entry();
    return (keyGroup, in) -> {
      out.nullValue = spec.kind() == StateKind.MAP && in.nullValue;
      out.stamp = stamped ? in.stamp : loadStamp;
      if (!out.nullValue) {
        set(out.value, contents.apply(in.value));
      }
      return out;
    };
  }

  /**
   * The conversion for a queue.
   *
   * @param spec the queue as it is declared now
   * @param written the queue as it was written
   * @param <T> the type of the elements
   * @return a conversion with buffers of its own
   * @throws io.streambed.error.IncompatibleStateException if the serializer cannot read what was
   *     written
   */
  static <T> Conversion of(QueueSpec<T> spec, StateSchema written) {
    Codec<T> reader = Takeover.codec(spec.name(), "value", spec.element(), written.value());
    Codec<T> writer = new Codec<>(spec.element(), spec.name(), Codec.QUEUE_ELEMENT).tryingFirst();
    Entry out = new Entry();
    return (keyGroup, in) -> {
      T element = reader.decode(in.value);
      Takeover.checkKeyGroup(spec.name(), keyGroup, spec.keyGroup().applyAsInt(element));
      set(out.value, writer.encode(element));
      return out;
    };
  }

  private static <T> UnaryOperator<ByteView> recode(Codec<T> reader, Codec<T> writer) {
    return bytes -> writer.encode(reader.decode(bytes));
  }

  private static UnaryOperator<ByteView> eachOf(
      UnaryOperator<ByteView> values, boolean wasStamped, boolean isStamped, long loadStamp) {
    ByteWriter run = new ByteWriter();
    ByteView element = new ByteView();
    return bytes -> {
      run.reset();
      run.trim(ByteWriter.KEPT_BYTES);
      ByteReader in = new ByteReader().set(bytes);
      while (in.remaining() > 0) {
        run.writeSized(values.apply(in.readSized(element)));
        long stamp = wasStamped ? in.readLong() : loadStamp;
        if (isStamped) {
          run.writeLong(stamp);
        }
      }
      return run.view();
    };
  }

  private static void set(ByteView view, ByteView to) {
    view.set(to.array(), to.offset(), to.length());
  }
}
