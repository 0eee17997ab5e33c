package io.streambed.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.RocksDB;

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

  @Test
  void option_unlikeAnyOther_isRefusedWithoutAWrongHint() {
    assertThatThrownBy(() -> new NamedOptions(Map.of("nix", "1")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("RocksDB has no option \"nix\" nor one with a name like it");
  }

  @ParameterizedTest
  @CsvSource({
    "compression, lz4, kLZ4Compression",
    "compression, LZ4_COMPRESSION, kZSTD",
    "compression, 4, kNoCompression",
    "bottommost_compression, no, kDisableCompressionOption",
    "compaction_style, level, kCompactionStyleUniversal",
    "info_log_level, warn, WARN_LEVEL",
    "index_type, hash, kHashSearch",
    "disable_auto_compactions, yes, true or false",
    "use_fsync, yes, true or false",
    "whole_key_filtering, yes, true or false",
    "max_background_jobs, some, a number",
    "block_size, some, a whole number",
    "compression_opts, {levl=3}, RocksDB does not take it",
    "write_buffer_size, 64MB, sizes in bytes",
    "write_buffer_size, 10, from 65536"
  })
  void option_valueThatDoesNotFit_isToldWithThoseThatDo(String name, String value, String hint) {
    assertThatThrownBy(() -> new NamedOptions(Map.of(name, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"" + name + "\" cannot be \"" + value + "\": ")
        .hasMessageContaining(hint);
  }

  @Test
  void option_compression_isNotSaidToHaveTheValueOfAnother() {
    assertThatThrownBy(() -> new NamedOptions(Map.of("compression", "lz4")))
        .hasMessageNotContaining("kDisableCompressionOption");
  }

  @ParameterizedTest
  @ValueSource(strings = {"block_cache", "write_buffer_manager", "no_block_cache"})
  void option_ofTheMemory_isRefusedWithTheWayToSetIt(String name) {
    assertThatThrownBy(() -> new NamedOptions(Map.of(name, "5")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("memoryBytes")
        .hasMessageContaining("--rocksdb-memory");
  }

  @Test
  void names_ofRocksItself_areAllKnownOrNotToBeChosen(@TempDir Path directory) throws Exception {
    RocksDB.open(directory.toString()).close();
    Path file;
    try (Stream<Path> files = Files.list(directory)) {
      file =
          files
              .filter(path -> path.getFileName().toString().startsWith("OPTIONS"))
              .findFirst()
              .orElseThrow();
    }
    Set<String> told = new TreeSet<>();
    Set<String> words = new TreeSet<>();
    String section = "";
    for (String line : Files.readAllLines(file)) {
      String[] option = line.trim().split("=", 2);
      if (line.startsWith("[")) {
        section = line;
      } else if (option.length == 2 && !section.equals("[Version]")) {
        told.add(option[0]);
        if (option[1].matches("k[A-Z].*|.*_LEVEL") && !section.startsWith("[Table")) {
          words.add(option[1]);
        }
      }
    }
    assertThat(told).hasSizeGreaterThan(150);
    assertThat(OptionNames.WORDS).containsAll(words);
    told.removeIf(name -> !OptionRules.mayChoose(name));
    NamedOptions.ofTables().forEach(told::remove);
    told.removeIf(NamedOptions::isKnown);
    assertThat(told)
        .as("options of table files that the Java part cannot set")
        .isNotEmpty()
        .allSatisfy(
            name ->
                assertThatThrownBy(() -> new NamedOptions(Map.of(name, "1")))
                    .hasMessageContaining("cannot set it"));
  }

  @ParameterizedTest
  @CsvSource({
    "WAL_ttl_seconds, 1",
    "index_block_search_type, kAuto",
    "bottommost_compression, kZSTD",
    "bottommost_compression, kDisableCompressionOption"
  })
  void option_byTheNameOfRocks_isTaken(String name, String value) {
    assertThat(new NamedOptions(Map.of(name, value))).isNotNull();
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
    "enable_blob_files, true",
    "persist_stats_to_disk, true",
    "recycle_log_file_num, 4",
    "best_efforts_recovery, true",
    "verify_sst_unique_id_in_manifest, false",
    "inplace_update_support, true",
    "allow_mmap_reads, true",
    "allow_mmap_writes, true",
    "track_and_verify_wals, true",
    "wal_compression, kZSTD",
    "compaction_style, kCompactionStyleFIFO"
  })
  void option_thatTheStoreReliesOn_isRefused(String name, String value) {
    assertThatThrownBy(() -> new NamedOptions(Map.of(name, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"" + name + "\"")
        .hasMessageContaining("relies");
  }

  @ParameterizedTest
  @CsvSource({
    "' comparator', rocksdb.ReverseBytewiseComparator",
    "ttl, 0;comparator=rocksdb.ReverseBytewiseComparator",
    "ttl, 0;prefix_extractor=rocksdb.FixedPrefix.3",
    "max_background_jobs, 2;unordered_write=true",
    "ttl, {0;inplace_update_support=true}",
    "compression_opts, {level=1}comparator={x}",
    "compression_opts, {level=1};comparator={x}",
    "checksum_type, kNoChecksum",
    "env, {id=x}"
  })
  void option_reservedOneByAnotherWay_isRefused(String name, String value) {
    assertThatThrownBy(() -> new NamedOptions(Map.of(name, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(name);
  }

  /** Each ends or hangs a process that opens a database with it. */
  @ParameterizedTest
  @CsvSource({
    "num_levels, -1",
    "preclude_last_level_data_seconds, -1",
    "table_cache_numshardbits, 2147483647",
    "arena_block_size, -1",
    "arena_block_size, 9223372036854775807",
    "max_background_jobs, 2147483647",
    "max_background_flushes, 2147483647",
    "max_file_opening_threads, 2147483647",
    "compression_opts, {parallel_threads=2147483647}",
    "log_readahead_size, 9223372036854775807",
    "block_size, 2147483647",
    "write_buffer_size, -1",
    "block_size, -1",
    "num_levels, -1x",
    "num_levels, 4g",
    "max_bytes_for_level_multiplier, nan"
  })
  void option_valueThatNoDatabaseSurvives_isRefused(String name, String value) {
    assertThatThrownBy(() -> new NamedOptions(Map.of(name, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cannot be \"" + value.replaceAll("^[{].*=|[}]$", "") + "\"");
  }

  @ParameterizedTest
  @CsvSource({
    "max_open_files, -1",
    "max_background_flushes, -1",
    "compression_opts, {level=3;window_bits=-14}",
    "compaction_options_universal, {size_ratio=2;stop_style=kCompactionStopStyleTotalSize}",
    "max_bytes_for_level_multiplier_additional, 1:2:1",
    "max_bytes_for_level_multiplier, 8.5",
    "block_protection_bytes_per_key, 8"
  })
  void option_unusualValueWithAMeaning_isTaken(String name, String value) {
    assertThat(new NamedOptions(Map.of(name, value))).isNotNull();
  }

  @Test
  void option_thatJavaCannotSet_isRefusedAsSuch() {
    assertThatThrownBy(() -> new NamedOptions(Map.of("max_auto_readahead_size", "1")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cannot set it");
  }
}
