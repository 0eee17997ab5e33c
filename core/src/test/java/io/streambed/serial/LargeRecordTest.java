package io.streambed.serial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records with as many components as a call takes, and one more; they are compiled here. */
class LargeRecordTest {
  @TempDir Path directory;

  @Test
  void of_asManyComponentsAsACallTakes_readsWhatItWrote() throws Exception {
    assertReadsWhatItWrote(recordOf(253, "int"));
    assertReadsWhatItWrote(recordOf(126, "long"));
    assertReadsWhatItWrote(recordOf(126, "double"));
  }

  @Test
  void of_moreComponentsThanACallTakes_isRefusedWithTheWayOut() throws Exception {
    Class<? extends Record> ints = recordOf(254, "int");
    assertThatThrownBy(() -> Serializers.of(ints))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("Of254int", "254 components", "253", "a record of their own");
    Class<? extends Record> longs = recordOf(127, "long");
    assertThatThrownBy(() -> Serializers.of(longs))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("Of127long", "127 components", "254 slots");
  }

  private Class<? extends Record> recordOf(int components, String type)
      throws IOException, ReflectiveOperationException {
    String name = "Of" + components + type;
    String list =
        IntStream.range(0, components)
            .mapToObj(i -> type + " c" + i)
            .collect(Collectors.joining(", "));
    Path source = directory.resolve(name + ".java");
    Files.writeString(source, "public record " + name + "(" + list + ") {}");
    assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, source.toString()))
        .isZero();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {directory.toUri().toURL()})) {
      return loader.loadClass(name).asSubclass(Record.class);
    }
  }

  /** Made from bytes, for want of a shorter way to name so many values. */
  private static <T> void assertReadsWhatItWrote(Class<T> type) {
    Serializer<T> serializer = Serializers.of(type);
    byte[] bytes = new byte[serializer.fixedLength()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) i;
    }
    ByteWriter out = new ByteWriter();
    serializer.write(serializer.read(new ByteReader(bytes)), out);
    assertThat(out.toByteArray()).isEqualTo(bytes);
  }
}
