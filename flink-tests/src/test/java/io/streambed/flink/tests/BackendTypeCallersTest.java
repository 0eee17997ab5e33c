package io.streambed.flink.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;

/** The places in Flink that look at a backend's type are those that docs/flink.md lists. */
class BackendTypeCallersTest {
  private static final Path DOCS = Path.of("..", "docs", "flink.md");
  private static final String METHOD = "getBackendTypeIdentifier";

  /** They declare the method, or answer for a backend that is not Streambed's. */
  private static final Set<String> NO_CALLERS =
      Set.of(
          "KeyedStateStore",
          "KeyedStateBackend",
          "AsyncKeyedStateBackend",
          "HeapKeyedStateBackend",
          "RocksDBKeyedStateBackend",
          "BatchExecutionKeyedStateBackend");

  @Test
  void flinksJars_callersOfGetBackendTypeIdentifier_areListedInTheDocs() throws IOException {
    Set<String> callers = new TreeSet<>();
    int jars = 0;
    for (String path : System.getProperty("java.class.path").split(File.pathSeparator)) {
      String name = Path.of(path).getFileName().toString();
      if (name.startsWith("flink-") && name.endsWith(".jar")) {
        jars++;
        addCallers(path, callers);
      }
    }
    assertThat(jars).isGreaterThan(10);
    callers.removeAll(NO_CALLERS);
    assertThat(callers).contains("StreamingMultiJoinOperator", "ChangelogKeyedStateBackend");
    String docs = Files.readString(DOCS);
    for (String caller : callers) {
      assertThat(docs).as("a place that asks for the type").contains("`" + caller + "`");
    }
  }

  /** Adds the outermost class of each class file whose constants name the method. */
  private static void addCallers(String path, Set<String> callers) throws IOException {
    try (JarFile jar = new JarFile(path)) {
      for (Enumeration<JarEntry> entries = jar.entries(); entries.hasMoreElements(); ) {
        JarEntry entry = entries.nextElement();
        String name = entry.getName();
        if (name.endsWith(".class") && names(jar, entry)) {
          String simple = name.substring(name.lastIndexOf('/') + 1, name.length() - 6);
          callers.add(simple.replaceAll("\\$.*", ""));
        }
      }
    }
  }

  private static boolean names(JarFile jar, JarEntry entry) throws IOException {
    try (InputStream in = jar.getInputStream(entry)) {
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1).contains(METHOD);
    }
  }
}
