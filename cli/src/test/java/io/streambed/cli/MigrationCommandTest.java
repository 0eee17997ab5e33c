package io.streambed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.cli.Cli.Result;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class MigrationCommandTest {
  @Test
  void migration_fewValues_printsEachPhase() {
    Result result = Cli.call("migration", "--entries", 6_000);
    assertThat(result.code()).as(result.err()).isEqualTo(Main.OK);
    List<String> lines = result.out().lines().toList();
    assertThat(lines).hasSize(5);
    assertThat(lines.get(0)).startsWith("PHASE").endsWith("CHECKPOINT MS");
    assertThat(lines.get(1)).startsWith("same type").contains("3,000");
    assertThat(lines.get(2)).startsWith("migrating");
    assertThat(lines.get(3)).startsWith("migrated").contains("3,000");
    assertThat(lines.get(4)).startsWith("6,000 values");
    assertThat(result.err().lines())
        .containsExactly("filling", "restoring with the same type", "restoring with a later type");
  }

  @Test
  void migration_json_hasAccessesWhileTheStateIsMigrated() {
    Result result = Cli.call("migration", "--entries", 6_000, "--json");
    assertThat(result.code()).as(result.err()).isEqualTo(Main.OK);
    JsonNode phases = JsonMapper.builder().build().readTree(result.out()).get("phases");
    assertThat(phases.get(1).get("phase").asString()).isEqualTo("migrating");
    // Half of what is left when the state is open, and up to a thousand until that is noticed.
    assertThat(phases.get(1).get("accesses").asInt()).isBetween(1_000, 4_000);
    assertThat(phases.get(1).get("longestMillis").asDouble()).isPositive();
    assertThat(phases.get(1).get("checkpointMillis").asDouble()).isPositive();
  }

  @ParameterizedTest
  @CsvSource({"--entries, 4999", "--entries, many", "--rocksdb-memory, 1"})
  void migration_impossibleOption_isNamed(String option, String value) {
    Result result = Cli.call("migration", option, value);
    assertThat(result.code()).isEqualTo(Main.USAGE);
    assertThat(result.err()).contains(option);
  }
}
