package io.streambed.testkit.damage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The campaigns, each in a process of its own that has little memory. */
class DamageTest {
  @Test
  void damage_ofEverySort_isDetectedOrHarmless() throws IOException, InterruptedException {
    int every = Integer.getInteger("streambed.damage.every", 1);
    String output = SmallProcess.run(HeapDamage.class, "every=" + every);
    Matcher all = Pattern.compile("all +(\\d+) +(\\d+) +(\\d+) +(\\d+)").matcher(output);
    assertThat(all.find()).isTrue();
    assertThat(Long.parseLong(all.group(1))).isGreaterThan(100_000 / every);
    assertThat(Long.parseLong(all.group(4))).isZero();
    assertThat(output).contains("heap of " + SmallProcess.HEAP_MIB + " MiB");
  }

  @Test
  void damage_ofSharedFiles_isDetectedOrHarmless() throws IOException, InterruptedException {
    int every = Integer.getInteger("streambed.damage.every", 40);
    String output = SmallProcess.run(ByteDamage.class, "every=" + every, "samples=100");
    Matcher all = Pattern.compile("all +(\\d+) +(\\d+) +(\\d+) +(\\d+)").matcher(output);
    assertThat(all.find()).isTrue();
    assertThat(Long.parseLong(all.group(1))).isGreaterThan(1_000);
    assertThat(Long.parseLong(all.group(4))).isZero();
  }

  @Test
  void hostileSizes_endInOneTypedErrorAndLittleMemory() throws IOException, InterruptedException {
    assertThat(SmallProcess.run(HostileSizes.class))
        .contains("failures: 0", "heap of " + SmallProcess.HEAP_MIB + " MiB");
  }
}
