package io.streambed.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;

/** Opens the finished jar; run by the build once it is there. */
class PluginJarCheck {
  private static final String FACTORY = "io/streambed/flink/StreambedStateBackendFactory.class";
  private static final int JAVA_11 = 55;
  private static final int JAVA_17 = 61;

  private final Path path = Path.of(System.getProperty("plugin.jar"));

  @Test
  void jar_finished_holdsStreambedAndNothingElse() throws IOException {
    try (JarFile jar = new JarFile(path.toFile())) {
      List<String> classes =
          jar.stream().map(JarEntry::getName).filter(name -> name.endsWith(".class")).toList();
      assertThat(classes)
          .contains(FACTORY, "io/streambed/heap/HeapKeyedStoreFactory.class")
          .allMatch(name -> name.startsWith("io/streambed/"))
          .doesNotHaveDuplicates();
      assertThat(classes).noneMatch(name -> name.endsWith("Test.class"));
      assertThat(jar.stream().map(JarEntry::getName)).noneMatch(name -> name.contains(".so"));
      System.out.printf(
          "%s: %,d bytes, %d classes%n", path.getFileName(), Files.size(path), classes.size());
    }
  }

  /** Without it no compressed checkpoint could be read. */
  @Test
  void jar_finished_registersItsCompression() throws IOException {
    try (JarFile jar = new JarFile(path.toFile())) {
      JarEntry services = jar.getJarEntry("META-INF/services/io.streambed.file.Compression");
      assertThat(services).isNotNull();
      assertThat(new String(jar.getInputStream(services).readAllBytes(), StandardCharsets.UTF_8))
          .contains("io.streambed.flink.snapshot.SnappyCompression");
    }
  }

  @Test
  void jar_onOlderJava_loadsTheFactoryOnly() throws IOException {
    try (JarFile jar = new JarFile(path.toFile())) {
      assertThat(majorVersion(jar, FACTORY)).isEqualTo(JAVA_11);
      assertThat(majorVersion(jar, "io/streambed/flink/StreambedStateBackend.class"))
          .isEqualTo(JAVA_17);
    }
  }

  private static int majorVersion(JarFile jar, String name) throws IOException {
    try (DataInputStream in = new DataInputStream(jar.getInputStream(jar.getEntry(name)))) {
      in.skipNBytes(6);
      return in.readUnsignedShort();
    }
  }
}
