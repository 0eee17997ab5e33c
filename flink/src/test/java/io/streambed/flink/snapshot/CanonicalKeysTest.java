package io.streambed.flink.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.bytes.ByteView;
import io.streambed.entry.Entry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.base.IntSerializer;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.runtime.state.CompositeKeySerializationUtils;
import org.apache.flink.runtime.state.SerializedCompositeKeyBuilder;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CanonicalKeysTest {
  private static final byte NOTHING_OF_IT = 0;

  static Stream<Arguments> forms() {
    List<Arguments> forms = new ArrayList<>();
    for (int keyGroups : new int[] {1, 128, 129, 32768}) {
      for (String key : List.of("", "key", "k".repeat(300), "k".repeat(70_000))) {
        forms.add(
            Arguments.of(
                keyGroups, StringSerializer.INSTANCE, key, StringSerializer.INSTANCE, "n"));
        forms.add(
            Arguments.of(keyGroups, StringSerializer.INSTANCE, key, IntSerializer.INSTANCE, 7));
        forms.add(
            Arguments.of(
                keyGroups,
                StringSerializer.INSTANCE,
                key,
                VoidNamespaceSerializer.INSTANCE,
                VoidNamespace.INSTANCE));
      }
      forms.add(
          Arguments.of(
              keyGroups, LongSerializer.INSTANCE, -5L, StringSerializer.INSTANCE, "n".repeat(400)));
      forms.add(Arguments.of(keyGroups, LongSerializer.INSTANCE, -5L, IntSerializer.INSTANCE, 7));
      forms.add(
          Arguments.of(
              keyGroups,
              LongSerializer.INSTANCE,
              -5L,
              VoidNamespaceSerializer.INSTANCE,
              VoidNamespace.INSTANCE));
    }
    return forms.stream();
  }

  @ParameterizedTest
  @MethodSource("forms")
  <K, N> void write_anyForm_isFlinksAndReadsBack(
      int keyGroups,
      TypeSerializer<K> keySerializer,
      K key,
      TypeSerializer<N> namespaceSerializer,
      N namespace)
      throws IOException {
    CanonicalKeys keys = new CanonicalKeys(keyGroups, keySerializer, namespaceSerializer);
    Entry entry = new Entry();
    set(entry.key, bytes(keySerializer, key));
    boolean nowhere = namespace instanceof VoidNamespace;
    set(entry.namespace, nowhere ? new byte[0] : bytes(namespaceSerializer, namespace));
    set(entry.userKey, bytes(IntSerializer.INSTANCE, 815));
    var flinks =
        new SerializedCompositeKeyBuilder<>(
            keySerializer,
            CompositeKeySerializationUtils.computeRequiredBytesInKeyGroupPrefix(keyGroups),
            32);
    for (int keyGroup : new int[] {0, keyGroups / 2, keyGroups - 1}) {
      flinks.setKeyAndKeyGroup(key, keyGroup);

      byte[] single = keys.write(keyGroup, entry, false);
      byte[] ofMap = keys.write(keyGroup, entry, true);

      assertThat(single)
          .isEqualTo(flinks.buildCompositeKeyNamespace(namespace, namespaceSerializer));
      assertThat(ofMap)
          .isEqualTo(
              flinks.buildCompositeKeyNamesSpaceUserKey(
                  namespace, namespaceSerializer, 815, IntSerializer.INSTANCE));
      Entry read = new Entry();
      assertThat(keys.read(ofMap, read)).isEqualTo(keyGroup);
      assertThat(read.key.toByteArray()).isEqualTo(entry.key.toByteArray());
      assertThat(read.namespace.toByteArray()).isEqualTo(entry.namespace.toByteArray());
      assertThat(read.userKey.toByteArray()).isEqualTo(entry.userKey.toByteArray());
      assertThat(keys.read(single, read)).isEqualTo(keyGroup);
      assertThat(read.userKey.length()).isZero();
    }
  }

  @Test
  void write_queuesElement_isThatBehindTheKeyGroup() throws IOException {
    for (int keyGroups : new int[] {128, 129}) {
      CanonicalKeys keys = new CanonicalKeys(keyGroups, StringSerializer.INSTANCE, null);
      Entry entry = new Entry();
      set(entry.value, new byte[] {9, 8, 7});

      byte[] written = keys.write(127, entry, false);

      assertThat(written)
          .isEqualTo(keyGroups == 128 ? new byte[] {127, 9, 8, 7} : new byte[] {0, 127, 9, 8, 7});
      Entry read = new Entry();
      assertThat(keys.read(written, read)).isEqualTo(127);
      assertThat(read.value.toByteArray()).containsExactly(9, 8, 7);
    }
  }

  @Test
  void read_lengthThatIsNotThatOfThePart_isAnError() throws IOException {
    CanonicalKeys keys =
        new CanonicalKeys(128, StringSerializer.INSTANCE, StringSerializer.INSTANCE);
    Entry entry = new Entry();
    set(entry.key, bytes(StringSerializer.INSTANCE, "key"));
    set(entry.namespace, bytes(StringSerializer.INSTANCE, "n"));
    byte[] written = keys.write(3, entry, false);
    int lengthOfKey = 1 + entry.key.length();
    assertThat(written[lengthOfKey]).isEqualTo((byte) entry.key.length());

    written[lengthOfKey] = NOTHING_OF_IT;

    assertThatThrownBy(() -> keys.read(written, new Entry()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("another length");
  }

  private static void set(ByteView view, byte[] bytes) {
    view.set(bytes, 0, bytes.length);
  }

  private static <T> byte[] bytes(TypeSerializer<T> serializer, T value) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(16);
    serializer.serialize(value, out);
    return out.getCopyOfBuffer();
  }
}
