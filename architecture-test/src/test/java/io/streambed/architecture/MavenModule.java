package io.streambed.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * A module of the build as its own pom states it, without what it inherits.
 *
 * @param directory where it is
 * @param pom the root element of its pom
 */
record MavenModule(Path directory, Element pom) {
  private static final Path ROOT = Path.of("..");

  /** The modules that the root pom lists, in its order. */
  static List<MavenModule> all() {
    return texts(root().pom(), "module").stream().map(name -> at(ROOT.resolve(name))).toList();
  }

  /** The parent of all modules but the bill of materials. */
  static MavenModule root() {
    return at(ROOT);
  }

  /** Those that users depend on: the jars that are deployed. */
  static List<MavenModule> libraries() {
    return all().stream()
        .filter(module -> !module.text("packaging").equals("pom"))
        .filter(module -> !module.text("maven.deploy.skip").equals("true"))
        .toList();
  }

  private static MavenModule at(Path directory) {
    Path file = directory.resolve("pom.xml");
    try {
      return new MavenModule(
          directory,
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .parse(file.toFile())
              .getDocumentElement());
    } catch (Exception e) {
      throw new IllegalStateException(file + " cannot be read", e);
    }
  }

  private static List<String> texts(Element element, String name) {
    NodeList found = element.getElementsByTagName(name);
    return IntStream.range(0, found.getLength())
        .mapToObj(i -> found.item(i).getTextContent().strip())
        .toList();
  }

  /**
   * The Java files of the module.
   *
   * @param sources the folder, such as {@code src/main/java}; none are in one that is not there
   */
  List<Path> javaFiles(String sources) {
    Path folder = directory.resolve(sources);
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String artifactId() {
    return text("artifactId");
  }

  /** The text of a child of the project or of its properties; empty if there is none. */
  String text(String name) {
    List<String> found = new ArrayList<>();
    NodeList elements = pom.getElementsByTagName(name);
    for (int i = 0; i < elements.getLength(); i++) {
      String parent = elements.item(i).getParentNode().getNodeName();
      if (parent.equals("project") || parent.equals("properties")) {
        found.add(elements.item(i).getTextContent().strip());
      }
    }
    return found.stream().collect(Collectors.joining(", "));
  }

  /** The artifacts that its dependency management names. */
  List<String> managedArtifacts() {
    Element managed = (Element) pom.getElementsByTagName("dependencyManagement").item(0);
    return texts(managed, "artifactId");
  }

  /** The other modules that its main classes use directly, by their artifacts. */
  List<String> usedModules() {
    List<String> used = new ArrayList<>();
    NodeList elements = pom.getElementsByTagName("dependency");
    for (int i = 0; i < elements.getLength(); i++) {
      Element dependency = (Element) elements.item(i);
      boolean isOurs = texts(dependency, "groupId").get(0).equals("io.streambed");
      if (isOurs && !texts(dependency, "scope").contains("test")) {
        used.add(texts(dependency, "artifactId").get(0));
      }
    }
    return used;
  }

  /** The jar that the build makes, which may not be there yet. */
  Path jar() {
    String version = root().text("version");
    return directory.resolve("target").resolve(artifactId() + "-" + version + ".jar");
  }
}
