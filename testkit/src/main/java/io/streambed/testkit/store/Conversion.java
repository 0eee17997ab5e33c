package io.streambed.testkit.store;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.key.KeyContext;
import io.streambed.key.KeyGroups;
import io.streambed.state.StateKind;
import io.streambed.store.Codec;
import io.streambed.store.Entry;
import io.streambed.store.QueueSpec;
import io.streambed.store.StateSchema;
import io.streambed.store.TableSpec;
import io.streambed.store.Takeover;
import java.util.function.UnaryOperator;

/**
 * Turns entries as written into entries as a state's present serializers write them. Every part is
 * decoded, so that what cannot be read fails here and not when it is needed.
 */
@FunctionalInterface
interface Conversion {
  /** Gives the entry to store in the place of another; valid until the next call. */
  Entry convert(int keyGroup, Entry written);

  /** The conversion for a table. */
  static <K, N, U, V> Conversion of(
      KeyContext<K> context, TableSpec<N, U, V> spec, StateSchema written) {
    String state = spec.name();
    Codec<K> keys = new Codec<>(context.serializer(), state, "key");
    UnaryOperator<ByteView> namespaces =
        recode(
            Takeover.codec(state, "namespace", spec.namespace(), written.namespace()),
            new Codec<>(spec.namespace(), state, "namespace"));
    UnaryOperator<ByteView> userKeys =
        spec.userKey() == null
            ? UnaryOperator.identity()
            : recode(
                Takeover.codec(state, "user key", spec.userKey(), written.userKey()),
                new Codec<>(spec.userKey(), state, "user key"));
    UnaryOperator<ByteView> values =
        recode(
            Takeover.codec(state, "value", spec.value(), written.value()),
            new Codec<>(spec.value(), state, "value"));
    UnaryOperator<ByteView> contents = spec.kind() == StateKind.LIST ? eachOf(values) : values;
    Entry out = new Entry();
    return (keyGroup, in) -> {
      int hash = context.hasher().hash(keys.decode(in.key));
      Takeover.checkKeyGroup(state, keyGroup, KeyGroups.assign(hash, context.maxParallelism()));
      set(out.key, in.key);
      set(out.namespace, namespaces.apply(in.namespace));
      set(out.userKey, userKeys.apply(in.userKey));
      out.nullValue = spec.kind() == StateKind.MAP && in.nullValue;
      out.stamp = in.stamp;
      if (!out.nullValue) {
        set(out.value, contents.apply(in.value));
      }
      return out;
    };
  }

  /** The conversion for a queue. */
  static <T> Conversion of(QueueSpec<T> spec, StateSchema written) {
    Codec<T> reader = Takeover.codec(spec.name(), "value", spec.element(), written.value());
    Codec<T> writer = new Codec<>(spec.element(), spec.name(), "value");
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

  private static UnaryOperator<ByteView> eachOf(UnaryOperator<ByteView> values) {
    ByteWriter run = new ByteWriter();
    ByteView element = new ByteView();
    return bytes -> {
      run.reset();
      ByteReader in = new ByteReader().set(bytes);
      while (in.remaining() > 0) {
        run.writeSized(values.apply(in.readSized(element)));
      }
      return run.view();
    };
  }

  private static void set(ByteView view, ByteView to) {
    view.set(to.array(), to.offset(), to.length());
  }
}
