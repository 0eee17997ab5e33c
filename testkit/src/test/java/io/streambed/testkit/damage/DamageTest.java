package io.streambed.testkit.damage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Both campaigns, each in a process of its own that has little memory. */
class DamageTest {
  private static final int HEAP_MIB = 64;

  @Test
  void damage_ofEverySort_isDetectedOrHarmless() throws IOException, InterruptedException {
    int every = Integer.getInteger("streambed.damage.every", 1);
    String output = run(DamageCampaign.class, "every=" + every);
    Matcher all = Pattern.compile("all +(\\d+) +(\\d+) +(\\d+) +(\\d+)").matcher(output);
    assertThat(all.find()).isTrue();
    assertThat(Long.parseLong(all.group(1))).isGreaterThan(100_000 / every);
    assertThat(Long.parseLong(all.group(4))).isZero();
  }

  @Test
  void hostileSizes_endInOneTypedErrorAndLittleMemory() throws IOException, InterruptedException {
    assertThat(run(HostileSizes.class)).contains("failures: 0");
  }

  private static String run(Class<?> main, String... arguments)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
                "-Xmx" + HEAP_MIB + "m",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    StringBuilder output = new StringBuilder();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        System.out.println(line);
        output.append(line).append('\n');
      }
    }
    assertThat(process.waitFor()).as("exit code of %s", main.getSimpleName()).isZero();
    assertThat(output.toString()).contains("heap of " + HEAP_MIB + " MiB");
    return output.toString();
  }
}
