package io.streambed.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.lang.module.Configuration;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What users get from a repository: the libraries, their bill of materials, their module names. */
class PublishedArtifactsTest {
  /** Its jar holds core's classes, so that Flink needs one jar only. */
  private static final String PLUGIN = "streambed-flink";

  private static MavenModule bom() {
    return MavenModule.all().stream()
        .filter(module -> module.artifactId().equals("streambed-bom"))
        .findFirst()
        .orElseThrow();
  }

  private static Path jar(MavenModule module) {
    assertThat(module.jar()).as("made by mvn package").isRegularFile();
    return module.jar();
  }

  private static ModuleDescriptor descriptor(Path jar) {
    return ModuleFinder.of(jar).findAll().iterator().next().descriptor();
  }

  @Test
  void bom_namesEachLibraryOnce() {
    assertThat(bom().managedArtifacts())
        .containsExactlyInAnyOrderElementsOf(
            MavenModule.libraries().stream().map(MavenModule::artifactId).toList());
  }

  @Test
  void bom_hasNoParent_hasItsVersionAndLicence() {
    MavenModule root = MavenModule.root();
    assertThat(bom().pom().getElementsByTagName("parent").getLength())
        .as("a parent's dependencies would be managed for whoever imports this")
        .isZero();
    for (String shared : List.of("groupId", "version", "inceptionYear", "licenses", "developers")) {
      assertThat(bom().text(shared)).as(shared).isNotEmpty().isEqualTo(root.text(shared));
    }
  }

  @Test
  void modules_nameAndDescribeThemselves() {
    for (MavenModule module : MavenModule.all()) {
      assertThat(module.text("name")).as(module.artifactId()).isNotEmpty();
      assertThat(module.text("description")).as(module.artifactId()).isNotEmpty();
    }
  }

  @Test
  void packages_areEachOfOneModule() throws IOException {
    Map<String, String> owners = new TreeMap<>();
    for (MavenModule module : MavenModule.all()) {
      Path classes = module.directory().resolve("target/classes");
      if (Files.isDirectory(classes)) {
        for (String name : packages(classes)) {
          String other = owners.putIfAbsent(name, module.artifactId());
          assertThat(other)
              .as("the other module with %s than %s", name, module.artifactId())
              .isNull();
        }
      }
    }
    assertThat(owners).containsKeys("io.streambed.heap", "io.streambed.runtime");
  }

  private static List<String> packages(Path classes) throws IOException {
    try (Stream<Path> files = Files.walk(classes)) {
      return files
          .filter(file -> file.toString().endsWith(".class"))
          .map(file -> classes.relativize(file.getParent()).toString().replace(File.separator, "."))
          .distinct()
          .toList();
    }
  }

  @Test
  void libraries_eachHaveAModuleNameOfTheirOwn() {
    List<String> names = new ArrayList<>();
    for (MavenModule module : MavenModule.libraries()) {
      ModuleDescriptor descriptor = descriptor(jar(module));
      assertThat(descriptor.name())
          .isEqualTo(module.artifactId().replaceFirst("streambed-", "io.streambed."))
          .isEqualTo(module.text("module.name"));
      names.add(descriptor.name());
    }
    assertThat(names).hasSizeGreaterThan(5).doesNotHaveDuplicates();
  }

  /** Fails if two of them have the same package, or one of them has a name that is none. */
  @Test
  void libraries_onOneModulePathWithWhatTheyUse_resolve() {
    List<Path> path = new ArrayList<>();
    List<String> roots = new ArrayList<>();
    for (MavenModule module : MavenModule.libraries()) {
      if (!module.artifactId().equals(PLUGIN)) {
        path.add(jar(module));
        roots.add(module.text("module.name"));
      }
    }
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      Path jar = Path.of(entry);
      if (entry.endsWith(".jar") && !jar.getFileName().toString().startsWith("streambed-")) {
        path.add(jar);
      }
    }
    Configuration resolved =
        ModuleLayer.boot()
            .configuration()
            .resolve(ModuleFinder.of(path.toArray(Path[]::new)), ModuleFinder.of(), roots);
    assertThat(resolved.modules()).extracting(module -> module.name()).containsAll(roots);
  }
}
