package io.streambed.examples.guide;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Holds the pages against the code: what they show of Java is compiled, and mostly run, in this
 * module's tests, and their links lead somewhere.
 */
class DocumentationTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");

  @Test
  void pages_showCodeThatIsCompiled() {
    String sources =
        files(Path.of("src"), ".java").map(DocumentationTest::dense).collect(Collectors.joining());
    List<String> strangers = new ArrayList<>();
    for (Path page : pages()) {
      for (String code : found(JAVA, read(page))) {
        if (!sources.contains(dense(code))) {
          strangers.add(page + ":\n" + code);
        }
      }
    }
    assertThat(strangers).as("code that is in no source file of the examples").isEmpty();
  }

  @Test
  void pages_haveNoLink_thatLeadsNowhere() {
    List<String> broken = new ArrayList<>();
    for (Path page : pages()) {
      for (String link : found(LINK, read(page))) {
        if (!link.startsWith("http") && !leads(page, link)) {
          broken.add(page + " -> " + link);
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  private static boolean leads(Path page, String link) {
    String[] parts = link.split("#", 2);
    Path target = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]);
    return Files.exists(target)
        && (parts.length == 1
            || read(target).lines().map(DocumentationTest::anchor).anyMatch(parts[1]::equals));
  }

  /** What a heading is linked by; of other lines something that no link has. */
  private static String anchor(String line) {
    if (!line.startsWith("#")) {
      return " ";
    }
    return line.replaceFirst("#+ ", "")
        .toLowerCase(Locale.ROOT)
        .replaceAll("[^\\w\\- ]", "")
        .replace(' ', '-');
  }

  private static List<Path> pages() {
    return Stream.concat(
            Stream.of(ROOT.resolve("README.md"), ROOT.resolve("ARCHITECTURE.md")),
            files(ROOT.resolve("docs"), ".md"))
        .toList();
  }

  /** Code without its spaces and line breaks: a page may break lines as it likes. */
  private static String dense(Path source) {
    return dense(read(source));
  }

  private static String dense(String code) {
    return code.replaceAll("\\s+", "");
  }

  private static List<String> found(Pattern pattern, String text) {
    return pattern.matcher(text).results().map((MatchResult each) -> each.group(1)).toList();
  }

  private static Stream<Path> files(Path directory, String suffix) {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(each -> each.toString().endsWith(suffix)).sorted().toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
