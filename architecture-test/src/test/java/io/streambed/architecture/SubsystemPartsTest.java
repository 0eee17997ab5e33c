package io.streambed.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Holds the table of ARCHITECTURE.md that says where each part of a state subsystem is against the
 * sources: each class is there, and what shows a part is run.
 */
class SubsystemPartsTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern NAME = Pattern.compile("`([A-Z]\\w+)`");

  /** The cells of each row: part, embedded, in Flink, shown by. */
  private static List<String[]> rows() throws IOException {
    List<String> lines = Files.readAllLines(ROOT.resolve("ARCHITECTURE.md"));
    int header = lines.indexOf("| part | embedded | in Flink | shown by |");
    assertThat(header).as("the table's header").isNotNegative();
    return lines.subList(header + 2, lines.size()).stream()
        .takeWhile(line -> line.startsWith("| "))
        .map(line -> line.split("\\|", -1))
        .toList();
  }

  private static List<String> names(String cell) {
    return NAME.matcher(cell).results().map(match -> match.group(1)).toList();
  }

  /** The names of the classes in a folder of sources of all modules. */
  private static Set<String> types(String sources) throws IOException {
    Set<String> types = new HashSet<>();
    for (MavenModule module : MavenModule.all()) {
      for (Path file : module.javaFiles(sources)) {
        types.add(file.getFileName().toString().replace(".java", ""));
      }
    }
    return types;
  }

  @Test
  void table_eachPart_namesClassesThatAreThere() throws IOException {
    Set<String> main = types("src/main/java");
    for (String[] row : rows()) {
      assertThat(names(row[2])).as("embedded:%s", row[1]).isNotEmpty();
      List<String> named = new ArrayList<>(names(row[2]));
      named.addAll(names(row[3]));
      assertThat(main).as(row[1]).containsAll(named);
    }
  }

  @Test
  void table_eachPart_namesTestsThatAreRun() throws IOException {
    Set<String> tests = types("src/test/java");
    Set<String> contracts = types("src/main/java");
    for (String[] row : rows()) {
      assertThat(names(row[4]))
          .as("shown by:%s", row[1])
          .isNotEmpty()
          .allMatch(
              name -> name.endsWith("Contract") ? contracts.contains(name) : tests.contains(name));
    }
  }
}
