package io.streambed.cli.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobJarTest {
  @TempDir Path directory;

  private Path jar(String name, String... namesAndTexts) throws IOException {
    Path path = directory.resolve(name);
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(path))) {
      for (int i = 0; i < namesAndTexts.length; i += 2) {
        out.putNextEntry(new JarEntry(namesAndTexts[i]));
        out.write(namesAndTexts[i + 1].getBytes(StandardCharsets.UTF_8));
      }
    }
    return path;
  }

  @Test
  void merge_sameNames_theFirstCounts() throws IOException {
    Path job = jar("job.jar", "META-INF/MANIFEST.MF", "Main-Class: a.A\n", "a/A.class", "A");
    Path plugin = jar("plugin.jar", "META-INF/MANIFEST.MF", "Other: b\n", "b/B.class", "B");
    Path merged = JobJar.merge(directory.resolve("merged.jar"), List.of(job, plugin));
    try (JarFile jar = new JarFile(merged.toFile())) {
      assertThat(jar.stream().map(JarEntry::getName))
          .containsExactly("META-INF/MANIFEST.MF", "a/A.class", "b/B.class");
      assertThat(jar.getManifest().getMainAttributes().getValue("Main-Class")).isEqualTo("a.A");
      assertThat(jar.getInputStream(jar.getEntry("b/B.class"))).hasContent("B");
    }
  }

  @Test
  void merge_missingJar_namesTheTarget() {
    assertThatThrownBy(
            () ->
                JobJar.merge(
                    directory.resolve("merged.jar"), List.of(directory.resolve("none.jar"))))
        .isInstanceOf(ClusterException.class)
        .hasMessageContainingAll("merged.jar", "none.jar");
  }
}
