package io.streambed.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds ARCHITECTURE.md and the rules it states against the compiled classes of all modules. */
class ArchitectureTest {
  private static final Path ROOT = Path.of("..");
  private static final JavaClasses CLASSES = importModules();

  /** Packages at the edge: they may read clocks, draw random numbers and make threads. */
  private static final String[] EDGE = {
    "io.streambed.runtime..",
    "io.streambed.cli..",
    "io.streambed.testkit..",
    "io.streambed.benchmarks..",
    "io.streambed.flink"
  };

  private static JavaClasses importModules() {
    List<Path> folders = new ArrayList<>();
    for (String module : moduleNames()) {
      Path folder = ROOT.resolve(module).resolve("target/classes");
      if (Files.isDirectory(folder)) {
        folders.add(folder);
      }
    }
    return new ClassFileImporter().importPaths(folders);
  }

  /** The modules that the root pom lists. */
  private static List<String> moduleNames() {
    return lines("pom.xml")
        .map(String::strip)
        .filter(line -> line.startsWith("<module>"))
        .map(line -> line.substring("<module>".length(), line.indexOf("</module>")))
        .toList();
  }

  private static Stream<String> lines(String file) {
    try {
      return Files.readAllLines(ROOT.resolve(file)).stream();
    } catch (IOException e) {
      throw new IllegalStateException(file + " cannot be read", e);
    }
  }

  /** The arrows that ARCHITECTURE.md states, as lines {@code package -> package, package}. */
  private static Map<String, Set<String>> statedArrows() {
    Map<String, Set<String>> arrows = new TreeMap<>();
    lines("ARCHITECTURE.md")
        .filter(line -> line.matches("[a-z.]+ +-> .*"))
        .forEach(
            line -> {
              String[] sides = line.split("->");
              Set<String> targets = new TreeSet<>();
              for (String target : sides[1].split(",")) {
                if (!target.isBlank() && !target.strip().equals("nothing")) {
                  targets.add(target.strip());
                }
              }
              arrows.put(sides[0].strip(), targets);
            });
    return arrows;
  }

  /** The name by which ARCHITECTURE.md knows a class's package. */
  private static String room(JavaClass type) {
    return type.getPackageName().substring("io.streambed.".length());
  }

  private static boolean isOurs(JavaClass type) {
    return type.getPackageName().startsWith("io.streambed.");
  }

  @Test
  void allModules_areImported() {
    Set<String> rooms = new TreeSet<>();
    CLASSES.forEach(type -> rooms.add(room(type)));
    assertThat(rooms)
        .contains(
            "error",
            "heap",
            "rocksdb",
            "zstd",
            "micrometer",
            "checkpoint",
            "runtime",
            "testkit.store",
            "cli",
            "flink",
            "benchmarks");
  }

  @Test
  void packages_haveNoCycles() {
    slices().matching("io.streambed.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void packages_useOnlyWhatArchitectureStates() {
    Map<String, Set<String>> stated = statedArrows();
    Map<String, Set<String>> found = new TreeMap<>();
    for (JavaClass type : CLASSES) {
      Set<String> targets = found.computeIfAbsent(room(type), room -> new TreeSet<>());
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        JavaClass target = dependency.getTargetClass().getBaseComponentType();
        if (isOurs(target) && !room(target).equals(room(type))) {
          targets.add(room(target));
        }
      }
    }
    assertThat(stated.keySet()).as("packages in ARCHITECTURE.md").isEqualTo(found.keySet());
    found.forEach(
        (room, targets) ->
            assertThat(stated.get(room))
                .as("what ARCHITECTURE.md lets %s use", room)
                .containsAll(targets));
  }

  @Test
  void everyPackage_hasAPackageInfo() {
    Set<String> without = new TreeSet<>();
    CLASSES.forEach(type -> without.add(type.getPackageName()));
    CLASSES.stream()
        .filter(type -> type.getSimpleName().equals("package-info"))
        .forEach(type -> without.remove(type.getPackageName()));
    // Comments alone leave no class: those packages are looked up in the sources.
    without.removeIf(ArchitectureTest::hasPackageInfoSource);
    assertThat(without).isEmpty();
  }

  private static boolean hasPackageInfoSource(String packageName) {
    String file = "src/main/java/" + packageName.replace('.', '/') + "/package-info.java";
    return moduleNames().stream()
        .anyMatch(module -> Files.exists(ROOT.resolve(module).resolve(file)));
  }

  @Test
  void core_usesNothingButTheJdkAndSlf4j() {
    String[] core =
        statedArrows().keySet().stream()
            .filter(
                room -> Files.isDirectory(ROOT.resolve("core/src/main/java/io/streambed/" + room)))
            .map(room -> "io.streambed." + room)
            .toArray(String[]::new);
    assertThat(core).hasSizeGreaterThan(10);
    classes()
        .that()
        .resideInAnyPackage(core)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            Stream.concat(Stream.of(core), Stream.of("java..", "org.slf4j..", ""))
                .toArray(String[]::new))
        .check(CLASSES);
  }

  @Test
  void flink_isSeenByThePluginItsExampleAndTheBenchmarksOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "io.streambed.flink..",
            "io.streambed.examples.flights.flink",
            "io.streambed.benchmarks.flink")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.flink..")
        .check(CLASSES);
  }

  @Test
  void rocksdb_isSeenByItsStoreOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.streambed.rocksdb", "io.streambed.flink..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.rocksdb..")
        .check(CLASSES);
  }

  @Test
  void zstdJni_isSeenByItsCompressionOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.streambed.zstd")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("com.github.luben..")
        .check(CLASSES);
  }

  @Test
  void micrometer_isSeenByItsModuleAndTheBenchmarksOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.streambed.micrometer", "io.streambed.benchmarks.embedded")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.micrometer..")
        .check(CLASSES);
  }

  @Test
  void clocksAndRandomness_areOfTheEdgeOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackages(EDGE)
        .should()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(Math.class, "random")
        .orShould()
        .callMethod(UUID.class, "randomUUID")
        .orShould()
        .callMethod(Clock.class, "systemUTC")
        .orShould()
        .callMethod(Clock.class, "systemDefaultZone")
        .orShould()
        .callMethod(Thread.class, "sleep", long.class)
        .check(CLASSES);
  }

  @Test
  void threads_areMadeAtTheEdgeAndByConnectorsOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackages(EDGE)
        .and()
        .resideOutsideOfPackage("io.streambed.connector")
        .should()
        .callCodeUnitWhere(
            DescribedPredicate.describe(
                "makes a thread",
                call ->
                    isThreadMaker(
                        call.getTarget().getOwner().getName(), call.getTarget().getName())))
        .check(CLASSES);
  }

  private static boolean isThreadMaker(String owner, String name) {
    return owner.equals("java.lang.Thread") && name.equals("<init>")
        || owner.equals("java.util.concurrent.Executors") && name.startsWith("new");
  }

  @Test
  void files_areOpenedByPackageFileOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "io.streambed.file",
            "io.streambed.cli..",
            "io.streambed.testkit..",
            "io.streambed.benchmarks..")
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.nio.file.Files")
        .orShould()
        .dependOnClassesThat()
        .haveNameMatching(
            "java\\.io\\.(File|RandomAccessFile|FileInputStream|FileOutputStream|FileReader|FileWriter)")
        .orShould()
        .dependOnClassesThat()
        .resideInAnyPackage("java.nio.channels")
        .check(CLASSES);
  }

  @Test
  void javaDeserialization_isUsedNowhere() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .areAssignableTo(ObjectInputStream.class)
        .check(CLASSES);
  }

  @Test
  void classes_areLoadedByNameForTheCheckOfAJobOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.streambed.cli.check")
        .should()
        .callMethod(Class.class, "forName", String.class)
        .orShould()
        .callMethod(Class.class, "forName", String.class, boolean.class, ClassLoader.class)
        .orShould()
        .callMethod(ClassLoader.class, "loadClass", String.class)
        .check(CLASSES);
  }
}
