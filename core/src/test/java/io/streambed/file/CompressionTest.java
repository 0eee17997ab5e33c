package io.streambed.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.bytes.ByteView;
import io.streambed.error.MalformedDataException;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompressionTest {
  @Test
  void deflate_manyContents_roundTripsWithinItsBound() {
    long seed = 42;
    Random random = new Random(seed);
    try (Compression.Codec codec = Compression.DEFLATE.codec()) {
      for (int trial = 0; trial < 2_000; trial++) {
        byte[] raw = new byte[1 + random.nextInt(trial % 100 == 0 ? 200_000 : 300)];
        int letters = 1 + random.nextInt(6);
        for (int i = 0; i < raw.length; i++) {
          raw[i] = (byte) random.nextInt(letters);
        }
        byte[] stored = new byte[raw.length];
        int size = codec.compress(ByteView.of(raw), stored, stored.length);
        if (size < 0) {
          continue;
        }
        assertThat((long) raw.length).isLessThanOrEqualTo(Compression.DEFLATE.maxRawLength(size));
        byte[] back = new byte[raw.length];
        codec.decompress(new ByteView().set(stored, 0, size), back, raw.length);
        assertThat(back).as("seed %d, trial %d", seed, trial).isEqualTo(raw);
      }
    }
  }

  @Test
  void deflate_allZeros_staysWithinItsBound() {
    byte[] raw = new byte[10 << 20];
    byte[] stored = new byte[raw.length];
    try (Compression.Codec codec = Compression.DEFLATE.codec()) {
      int size = codec.compress(ByteView.of(raw), stored, stored.length);
      assertThat((long) raw.length).isLessThanOrEqualTo(Compression.DEFLATE.maxRawLength(size));
    }
  }

  @Test
  void deflate_noRoom_isToldAndNothingBeyondTheLimitWritten() {
    byte[] raw = new byte[1000];
    new Random(1).nextBytes(raw);
    byte[] stored = new byte[raw.length];
    try (Compression.Codec codec = Compression.DEFLATE.codec()) {
      assertThat(codec.compress(ByteView.of(raw), stored, 500)).isEqualTo(-1);
      assertThat(Arrays.copyOfRange(stored, 500, 1000)).containsOnly(0);
    }
  }

  @Test
  void deflate_endMarkMissingOrBytesLeftOver_isMalformed() {
    byte[] raw = "abcdefgh".repeat(20).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    byte[] stored = new byte[raw.length];
    byte[] back = new byte[raw.length];
    try (Compression.Codec codec = Compression.DEFLATE.codec()) {
      int size = codec.compress(ByteView.of(raw), stored, stored.length);
      codec.decompress(new ByteView().set(stored, 0, size), back, raw.length);
      for (int wrong : new int[] {0, 1, size / 2, size - 1, size + 1, size + 9}) {
        assertThatThrownBy(
                () -> codec.decompress(new ByteView().set(stored, 0, wrong), back, raw.length))
            .as(wrong + " of " + size)
            .isInstanceOf(MalformedDataException.class);
      }
    }
  }

  @Test
  void named_builtIn_isFound() {
    assertThat(Compression.named("none")).isSameAs(Compression.NONE);
    assertThat(Compression.named("deflate")).isSameAs(Compression.DEFLATE);
    assertThatThrownBy(() -> Compression.named("")).isInstanceOf(UnknownCompressionException.class);
  }

  /** Compresses everything to nothing; found through a service file. */
  public static final class Provided implements Compression {
    @Override
    public String name() {
      return "provided";
    }

    @Override
    public long maxRawLength(int storedLength) {
      return 0;
    }

    @Override
    public Codec codec() {
      throw new UnsupportedOperationException();
    }
  }

  @Test
  void named_onTheClassPath_isFound(@TempDir Path directory) throws IOException {
    Path services = Files.createDirectories(directory.resolve("META-INF/services"));
    Files.writeString(services.resolve(Compression.class.getName()), Provided.class.getName());
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {directory.toUri().toURL()}, before)) {
      thread.setContextClassLoader(loader);
      assertThat(Compression.named("provided")).isInstanceOf(Provided.class);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  @Test
  void close_twice_doesNothing() {
    Compression.Codec codec = Compression.DEFLATE.codec();
    codec.compress(ByteView.of(new byte[10]), new byte[10], 10);
    codec.close();
    codec.close();
  }
}
