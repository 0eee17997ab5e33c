package io.streambed.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Holds docs/historic-bugs.md against the tags of the tests and against the mutants. */
class HistoricBugsTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern TAG = Pattern.compile("@Tag\\(\"([A-Z]+-\\d+)\"\\)");
  private static final Pattern ID = Pattern.compile("[A-Z]+-\\d+");
  private static final Pattern NAME = Pattern.compile("`([^`]+)`");

  /** The cells of each row of the page's table. */
  private static List<String[]> rows() throws IOException {
    return Files.readAllLines(ROOT.resolve("docs/historic-bugs.md")).stream()
        .filter(line -> line.matches("\\| [A-Z]+-\\d+.*"))
        .map(line -> line.split("\\|", -1))
        .toList();
  }

  private static List<String> found(Pattern pattern, int group, String text) {
    return pattern.matcher(text).results().map((MatchResult match) -> match.group(group)).toList();
  }

  /** Each id with each class that has a test tagged with it, as {@code id class}. */
  private static Set<String> tagged() throws IOException {
    Set<String> tagged = new TreeSet<>();
    for (MavenModule module : MavenModule.all()) {
      for (String sources : List.of("src/main/java", "src/test/java")) {
        for (Path file : module.javaFiles(sources)) {
          String type = file.getFileName().toString().replace(".java", "");
          found(TAG, 1, Files.readString(file)).forEach(id -> tagged.add(id + " " + type));
        }
      }
    }
    return tagged;
  }

  @Test
  void page_eachId_namesExactlyTheClassesWithTestsThatBearIt() throws IOException {
    Set<String> stated = new TreeSet<>();
    for (String[] row : rows()) {
      for (String id : found(ID, 0, row[1])) {
        List<String> types = found(NAME, 1, row[3]);
        assertThat(types).as("tests of %s", id).isNotEmpty();
        types.forEach(type -> stated.add(id + " " + type));
      }
    }
    assertThat(stated).isNotEmpty().isEqualTo(tagged());
  }

  @Test
  void page_eachMutant_isThere() throws IOException {
    List<String> mutants = new ArrayList<>();
    rows().forEach(row -> mutants.addAll(found(NAME, 1, row[4])));
    assertThat(mutants)
        .isNotEmpty()
        .allSatisfy(name -> assertThat(ROOT.resolve("mutants/" + name + ".patch")).exists());
  }
}
