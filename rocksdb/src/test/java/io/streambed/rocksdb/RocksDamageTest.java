package io.streambed.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.testkit.damage.SmallProcess;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Damage to incremental checkpoints, in a process that has little memory. Every bit and length, and
 * 10,000 sampled ones of the table files: {@code -Dstreambed.damage.every=1
 * -Dstreambed.damage.samples=10000}; some tens of minutes.
 */
class RocksDamageTest {
  @Test
  void damage_ofEverySort_isDetectedOrHarmless() throws IOException, InterruptedException {
    String output =
        SmallProcess.run(
            RocksDamage.class,
            "every=" + Integer.getInteger("streambed.damage.every", 400),
            "samples=" + Integer.getInteger("streambed.damage.samples", 100));
    Matcher all =
        Pattern.compile("all +(\\d+) +(\\d+) +(\\d+) +(\\d+) +(\\d+) +(\\d+)").matcher(output);
    assertThat(all.find()).isTrue();
    assertThat(Long.parseLong(all.group(1))).as("trials").isGreaterThan(2_000);
    assertThat(Long.parseLong(all.group(4))).as("silently wrong").isZero();
    assertThat(Long.parseLong(all.group(5))).as("crashes").isZero();
    assertThat(Long.parseLong(all.group(6))).as("out of memory").isZero();
    assertThat(output)
        .contains("in files", "failures: 0", "heap of " + SmallProcess.HEAP_MIB + " MiB");
  }
}
