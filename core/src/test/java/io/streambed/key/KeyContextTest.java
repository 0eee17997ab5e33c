package io.streambed.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.serial.KeyHasher;
import io.streambed.serial.Serializer;
import io.streambed.serial.SerializerSnapshot;
import io.streambed.serial.Serializers;
import org.junit.jupiter.api.Test;

class KeyContextTest {
  private static final int MAX_PARALLELISM = 128;
  private static final KeyGroupRange ALL = new KeyGroupRange(0, MAX_PARALLELISM - 1);

  @Test
  void setKey_anyKey_givesGroupHashAndBytes() {
    KeyContext<String> context = new KeyContext<>(Serializers.strings(), MAX_PARALLELISM, ALL);
    assertThat(context.hasKey()).isFalse();
    for (String key : new String[] {"flink", "a", "flink"}) {
      context.setKey(key);
      assertThat(context.key()).isSameAs(key);
      assertThat(context.hash()).isEqualTo(key.hashCode());
      assertThat(context.keyGroup()).isEqualTo(KeyGroups.assign(key.hashCode(), MAX_PARALLELISM));
      assertThat(Serializers.strings().read(new ByteReader().set(context.encoded())))
          .isEqualTo(key);
    }
  }

  @Test
  void setKey_withALane_givesItsBitsAndAnEqualKey() {
    KeyContext<Double> context = new KeyContext<>(Serializers.doubles(), MAX_PARALLELISM, ALL);
    context.setKey(-0.5);
    assertThat(context.key()).isEqualTo(-0.5);
    assertThat(context.bits()).isEqualTo(Serializers.doubles().longLane().toLong(-0.5));
  }

  @Test
  void accesses_manyPerKey_hashAndEncodeOnce() {
    Counting counting = new Counting();
    KeyContext<Long> context = new KeyContext<>(counting, MAX_PARALLELISM, ALL);
    context.setKey(5L);
    for (int i = 0; i < 3; i++) {
      context.keyGroup();
      context.hash();
      context.encoded();
    }
    assertThat(counting.hashes).isEqualTo(1);
    assertThat(counting.writes).isEqualTo(1);
    context.setKey(6L);
    assertThat(counting.hashes + counting.writes).as("nothing before it is asked for").isEqualTo(2);
  }

  @Test
  void setKeyGroup_knownGroup_savesTheHash() {
    Counting counting = new Counting();
    KeyContext<Long> context = new KeyContext<>(counting, MAX_PARALLELISM, ALL);
    context.setKey(5L);
    context.setKeyGroup(17);
    assertThat(context.keyGroup()).isEqualTo(17);
    assertThat(counting.hashes).isZero();
    context.setKey(5L);
    assertThat(context.keyGroup()).isEqualTo(KeyGroups.assign(5, MAX_PARALLELISM));
  }

  @Test
  void encoded_fromABuffersOwnerThatReusesIt_isKept() {
    ByteView shared = ByteView.of(new byte[] {1, 2, 3});
    Counting foreign =
        new Counting() {
          @Override
          public ByteView encode(Long value, ByteWriter scratch) {
            return shared;
          }
        };
    KeyContext<Long> context = new KeyContext<>(foreign, MAX_PARALLELISM, ALL);
    context.setKey(1L);
    ByteView encoded = context.encoded();
    shared.array()[0] = 9;
    assertThat(encoded.toByteArray()).containsExactly(1, 2, 3);
  }

  @Test
  void keyGroup_outsideOfTheRange_isRefused() {
    int group = KeyGroups.assign(5, MAX_PARALLELISM);
    KeyGroupRange others = new KeyGroupRange(group + 1, MAX_PARALLELISM - 1);
    KeyContext<Long> context = new KeyContext<>(Serializers.longs(), MAX_PARALLELISM, others);
    context.setKey(5L);
    assertThatThrownBy(context::keyGroup)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("key group " + group);
    assertThatThrownBy(() -> context.setKeyGroup(group))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void use_withoutAKey_isRefused() {
    KeyContext<Long> context = new KeyContext<>(Serializers.longs(), MAX_PARALLELISM, ALL);
    assertThatThrownBy(context::key).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(context::keyGroup).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(context::encoded).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> context.setKey(null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> context.setKeyGroup(1)).isInstanceOf(IllegalStateException.class);
    context.setKey(300L);
    context.clearKey();
    assertThat(context.hasKey()).isFalse();
    assertThatThrownBy(context::key).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void constructor_typesThatAreNoKeysOrRangesBeyondTheGroups_areRefused() {
    assertThatThrownBy(() -> new KeyContext<>(Serializers.byteArrays(), MAX_PARALLELISM, ALL))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("byte-array");
    assertThatThrownBy(() -> new KeyContext<>(Serializers.longs(), 64, ALL))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("max parallelism of 64");
  }

  private static class Counting implements Serializer<Long> {
    private int hashes;
    private int writes;

    @Override
    public void write(Long value, ByteWriter out) {
      writes++;
      out.writeLong(value);
    }

    @Override
    public Long read(ByteReader in) {
      return in.readLong();
    }

    @Override
    public Long copy(Long value) {
      return value;
    }

    @Override
    public boolean immutable() {
      return true;
    }

    @Override
    public Serializer<Long> duplicate() {
      return this;
    }

    @Override
    public KeyHasher<Long> keyHasher() {
      return key -> {
        hashes++;
        return Long.hashCode(key);
      };
    }

    @Override
    public SerializerSnapshot snapshot() {
      return SerializerSnapshot.of("com.example.counting");
    }
  }
}
