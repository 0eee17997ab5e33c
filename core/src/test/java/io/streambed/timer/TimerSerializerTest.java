package io.streambed.timer;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import io.streambed.serial.Blobs;
import io.streambed.serial.Serializers;
import org.junit.jupiter.api.Test;

class TimerSerializerTest {
  @Test
  void write_largeNamespace_itsScratchIsGivenBack() {
    Blobs blobs = new Blobs();
    TimerSerializer<Short, byte[]> timers = new TimerSerializer<>(Serializers.shorts(), blobs);
    ByteWriter out = new ByteWriter();
    timers.write(new KeyedTimer<>(4, (short) 7, new byte[Blobs.LARGE]), out);
    assertThat(blobs.heldBytes()).isLessThanOrEqualTo(1 << 20);
    KeyedTimer<Short, byte[]> read = timers.read(new ByteReader().set(out.view()));
    assertThat(read.timestampMillis()).isEqualTo(4);
    assertThat(read.key()).isEqualTo((short) 7);
    assertThat(read.namespace()).hasSize(Blobs.LARGE);
  }
}
