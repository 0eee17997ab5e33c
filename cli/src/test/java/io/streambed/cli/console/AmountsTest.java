package io.streambed.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AmountsTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "1023, 1023 B",
    "1024, 1.0 KiB",
    "1536, 1.5 KiB",
    "1048524, 1023.9 KiB",
    "1048575, 1.0 MiB",
    "5368709120, 5.0 GiB",
    "9223372036854775807, 8.0 EiB"
  })
  void bytes_anySize_hasTheLargestUnitThatFits(long bytes, String text) {
    assertThat(Amounts.bytes(bytes)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "-1, in the future",
    "999, 0 s ago",
    "119999, 119 s ago",
    "120000, 2 min ago",
    "7200000, 2 h ago",
    "172799999, 47 h ago",
    "259200000, 3 days ago"
  })
  void ago_anyTime_hasTheLargestUnitOfWhichThereAreTwo(long millis, String text) {
    assertThat(Amounts.ago(millis)).isEqualTo(text);
  }

  @Test
  void count_manyAndOne_areGroupedAndInTheRightForm() {
    assertThat(Amounts.count(1_234_567)).isEqualTo("1,234,567");
    assertThat(Amounts.count(1, "file")).isEqualTo("1 file");
    assertThat(Amounts.count(2_000, "file")).isEqualTo("2,000 files");
  }
}
