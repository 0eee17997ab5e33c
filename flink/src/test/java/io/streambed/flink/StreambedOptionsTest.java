package io.streambed.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.StateBackendLoader;
import org.junit.jupiter.api.Test;

class StreambedOptionsTest {
  private static final Path DOCS = Path.of("..", "docs", "flink-options.md");

  private static StateBackend load(String key, String value) throws Exception {
    Configuration config = new Configuration();
    config.set(StateBackendOptions.STATE_BACKEND, StreambedStateBackendFactory.class.getName());
    config.setString(key, value);
    return StateBackendLoader.loadStateBackendFromConfig(
        config, StreambedOptionsTest.class.getClassLoader(), null);
  }

  @Test
  void load_byFactoryName_givesTheBackend() throws Exception {
    StateBackend backend = load("state.backend.streambed.store", "heap");

    assertThat(backend).isInstanceOf(StreambedStateBackend.class);
    assertThat(backend.getName()).isEqualTo("streambed");
    assertThat(backend.useManagedMemory()).isFalse();
    assertThat(backend.supportsNoClaimRestoreMode()).isTrue();
  }

  @Test
  void load_unknownKey_namesTheNearest() {
    assertThatThrownBy(() -> load("state.backend.streambed.stor", "heap"))
        .isInstanceOf(IllegalConfigurationException.class)
        .hasMessageContaining("'state.backend.streambed.stor'")
        .hasMessageContaining("Did you mean 'state.backend.streambed.store'?");
  }

  @Test
  void load_keyOfAnotherBackend_isIgnored() throws Exception {
    assertThat(load("state.backend.rocksdb.log.dir", "/tmp")).isNotNull();
  }

  @Test
  void load_wrongValue_namesOptionAndValue() {
    assertThatThrownBy(() -> load("state.backend.streambed.store", "attic"))
        .isInstanceOf(IllegalConfigurationException.class)
        .hasMessageContaining("state.backend.streambed.store")
        .hasMessageContaining("attic");
  }

  @Test
  void requireJava_olderThan17_isOneClearLine() {
    assertThatThrownBy(() -> StreambedStateBackendFactory.requireJava(11))
        .isInstanceOf(IllegalConfigurationException.class)
        .hasMessageContaining("needs Java 17")
        .hasMessageContaining("runs on Java 11")
        .hasMessageNotContaining("\n");
    StreambedStateBackendFactory.requireJava(17);
  }

  /** On an older Java whatever else is loaded would fail with an error about class files. */
  @Test
  void factory_made_loadsNoOtherClassOfStreambed() throws Exception {
    List<String> loaded = new ArrayList<>();
    ClassLoader loader =
        new ClassLoader(getClass().getClassLoader()) {
          @Override
          protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith("io.streambed.")) {
              return super.loadClass(name, resolve);
            }
            loaded.add(name);
            try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
              byte[] bytes = in.readAllBytes();
              return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
              throw new ClassNotFoundException(name, e);
            }
          }
        };
    String name = StreambedStateBackendFactory.class.getName();

    Object factory = Class.forName(name, true, loader).getDeclaredConstructor().newInstance();

    assertThat(factory.getClass()).isNotSameAs(StreambedStateBackendFactory.class);
    assertThat(loaded).containsExactly(name);
  }

  /** Set {@code -Dflink.docs=write} to write the file anew. */
  @Test
  void docs_table_isThatOfTheOptions() throws IOException {
    String table = table();
    if ("write".equals(System.getProperty("flink.docs"))) {
      Files.writeString(DOCS, table);
    }
    assertThat(Files.readString(DOCS)).isEqualTo(table);
  }

  private static String table() {
    StringBuilder out = new StringBuilder();
    out.append("# Options of the Flink state backend\n\n");
    out.append("Generated from `StreambedOptions`. An unknown key under `")
        .append(StreambedOptions.PREFIX)
        .append("` is an error.\n\n");
    out.append("| key | default | type | description |\n|---|---|---|---|\n");
    for (ConfigOption<?> option : StreambedOptions.all()) {
      out.append("| `").append(option.key()).append("` | `");
      out.append(option.defaultValue().toString().toLowerCase(Locale.ROOT)).append("` | ");
      out.append(type(option.defaultValue())).append(" | ");
      out.append(description(option)).append(" |\n");
    }
    return out.toString();
  }

  private static String type(Object value) {
    return value instanceof Enum<?> constant
        ? "one of "
            + String.join(
                ", ",
                java.util.Arrays.stream(constant.getDeclaringClass().getEnumConstants())
                    .map(c -> "`" + c.toString().toLowerCase(Locale.ROOT) + "`")
                    .toList())
        : value.getClass().getSimpleName();
  }

  private static String description(ConfigOption<?> option) {
    return new org.apache.flink.configuration.description.HtmlFormatter()
        .format(option.description());
  }
}
