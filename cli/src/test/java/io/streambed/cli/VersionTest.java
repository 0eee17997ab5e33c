package io.streambed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class VersionTest {
  private static final Pattern PARENT =
      Pattern.compile(
          "<artifactId>streambed-parent</artifactId>\\s*<version>([^<]*?)(-SNAPSHOT)?<");

  @Test
  void version_isThatOfTheBuild() throws IOException {
    Matcher pom = PARENT.matcher(Files.readString(Home.directory().resolve("pom.xml")));
    assertThat(pom.find()).isTrue();
    assertThat(Cli.call("--version").succeeds().out().strip())
        .isEqualTo("Streambed " + pom.group(1));
  }
}
