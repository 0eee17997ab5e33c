package io.streambed.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;

/** Options by name reach RocksDB; what does not fit is told with a way out. */
class NamedOptionsTest {
  @BeforeAll
  static void load() {
    NativeLibrary.load();
  }

  @Test
  void options_ofEveryKind_arriveWhereTheyBelong() {
    NamedOptions options =
        new NamedOptions(
            Map.of(
                "max_background_jobs", "7",
                "write_buffer_size", "1234567",
                "compression", "kZSTD",
                "block_size", "32768",
                "format_version", "5",
                "whole_key_filtering", "false",
                "index_type", "kTwoLevelIndexSearch"));
    BlockBasedTableConfig tables = new BlockBasedTableConfig();
    options.apply(tables);
    assertThat(tables.blockSize()).isEqualTo(32768);
    assertThat(tables.formatVersion()).isEqualTo(5);
    assertThat(tables.wholeKeyFiltering()).isFalse();
    assertThat(tables.indexType().name()).isEqualTo("kTwoLevelIndexSearch");
    try (DBOptions database = options.database();
        ColumnFamilyOptions columns = options.columns()) {
      assertThat(database.maxBackgroundJobs()).isEqualTo(7);
      assertThat(columns.writeBufferSize()).isEqualTo(1234567);
      assertThat(columns.compressionType()).isEqualTo(CompressionType.ZSTD_COMPRESSION);
    }
  }

  @ParameterizedTest
  @EnumSource(RocksProfile.class)
  void profile_any_isKnownToRocks(RocksProfile profile) {
    assertThat(profile.options()).isNotEmpty();
    NamedOptions options = new NamedOptions(profile.options());
    BlockBasedTableConfig tables = new BlockBasedTableConfig();
    options.apply(tables);
    assertThat(tables.blockSize()).hasToString(profile.options().get("block_size"));
    try (DBOptions database = options.database()) {
      assertThat(database.maxBackgroundJobs())
          .hasToString(profile.options().get("max_background_jobs"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "write_bufer_size, write_buffer_size",
    "max_background_job, max_background_jobs",
    "blocksize, block_size"
  })
  void option_unknown_isRefusedWithTheNearest(String name, String nearest) {
    assertThatThrownBy(() -> new NamedOptions(Map.of(name, "1")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"" + name + "\"")
        .hasMessageContaining("\"" + nearest + "\"");
  }

  @ParameterizedTest
  @CsvSource({
    "write_buffer_size, much",
    "max_background_jobs, some",
    "block_size, 4k",
    "whole_key_filtering, maybe",
    "index_type, kNone"
  })
  void option_valueThatDoesNotFit_isRefusedWithBoth(String name, String value) {
    assertThatThrownBy(() -> new NamedOptions(Map.of(name, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"" + name + "\" cannot be \"" + value + "\"");
  }

  @ParameterizedTest
  @CsvSource({
    "merge_operator, uint64add",
    "unordered_write, true",
    "inplace_update_support, true",
    "compaction_style, kCompactionStyleFIFO"
  })
  void option_thatTheStoreReliesOn_isRefused(String name, String value) {
    assertThatThrownBy(() -> new NamedOptions(Map.of(name, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"" + name + "\"")
        .hasMessageContaining("relies");
  }
}
