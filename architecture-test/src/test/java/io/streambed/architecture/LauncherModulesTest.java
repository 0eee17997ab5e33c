package io.streambed.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The launcher builds again if a module has changed: it has to name all that it builds from. */
class LauncherModulesTest {
  private static final Pattern MODULES = Pattern.compile("stale \"[^\"]*\" \"([^\"]*)\"");

  @Test
  void launcher_modulesItWatches_areAllThatTheyUse() throws IOException {
    Map<String, MavenModule> byName =
        MavenModule.all().stream()
            .collect(
                Collectors.toMap(
                    module -> module.directory().getFileName().toString(), Function.identity()));
    List<String> lists =
        MODULES
            .matcher(Files.readString(Path.of("../streambed")))
            .results()
            .map(found -> found.group(1))
            .toList();
    assertThat(lists).hasSize(3);
    for (String list : lists) {
      List<String> watched = List.of(list.split(" "));
      assertThat(byName).containsKeys(watched.toArray(String[]::new));
      for (String name : watched) {
        assertThat(watched)
            .as("modules watched beside %s", name)
            .containsAll(
                byName.get(name).usedModules().stream()
                    .map(artifact -> artifact.replace("streambed-", ""))
                    .toList());
      }
    }
  }
}
