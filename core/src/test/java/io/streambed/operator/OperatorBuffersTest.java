package io.streambed.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.entry.Codec;
import io.streambed.serial.Blobs;
import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import io.streambed.state.StateKind;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** One large value does not hold memory while the rest of its state is written. */
class OperatorBuffersTest {
  private final Blobs blobs = new Blobs();

  @Test
  void encode_afterLargeValue_itsScratchIsGivenBack() {
    Codec<byte[]> codec = Codec.ofOperatorState(blobs, "blobs", "element");
    assertThat(codec.encode(new byte[Blobs.LARGE]).length()).isEqualTo(Blobs.LARGE);
    assertThat(codec.encode(new byte[1]).length()).isEqualTo(1);
    assertThat(blobs.roomBytes()).isLessThanOrEqualTo(1 << 20);
  }

  @Test
  void element_afterLargeBroadcastValue_itsArrayIsGivenBack() throws IOException {
    Serializer<Long> numbers = Serializers.longs();
    BroadcastMap<Long, byte[]> map =
        new BroadcastMap<>(
            new OperatorStateSchema(
                "blobs", StateKind.BROADCAST, numbers.snapshot(), blobs.snapshot()),
            Codec.ofOperatorState(numbers, "blobs", "key"),
            Codec.ofOperatorState(blobs, "blobs", "value"));
    map.put(1L, new byte[Blobs.LARGE]);
    map.put(2L, new byte[1]);
    FrozenState frozen = map.freeze();
    assertThat(frozen.element(0).length()).isGreaterThan(Blobs.LARGE);
    assertThat(frozen.element(1).array().length).isLessThanOrEqualTo(1 << 20);
  }
}
