package io.streambed.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a compression is found; what each owes is {@code CompressionContract} of the testkit. */
class CompressionTest {
  @Test
  void named_builtIn_isFound() {
    assertThat(Compression.named("none")).isSameAs(Compression.NONE);
    assertThat(Compression.named("deflate")).isSameAs(Compression.DEFLATE);
    assertThatThrownBy(() -> Compression.named("")).isInstanceOf(UnknownCompressionException.class);
  }

  @Test
  void named_zstdWithoutItsArtifact_namesTheArtifact() {
    assertThatThrownBy(() -> Compression.named("zstd"))
        .isInstanceOf(UnknownCompressionException.class)
        .hasMessageContaining("add the artifact io.streambed:streambed-zstd");
  }

  @Test
  void named_unknownName_namesTheInterfaceToProvide() {
    assertThatThrownBy(() -> Compression.named("other"))
        .isInstanceOf(UnknownCompressionException.class)
        .hasMessageContaining("a library that provides " + Compression.class.getName());
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
}
