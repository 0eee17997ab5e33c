package io.streambed.flink;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the plugin may refer to. */
class BytecodeRuleTest {
  /** A bound of the type variable in the interface that timers come through. */
  private static final Set<String> NAMED_QUEUE_CLASSES =
      Set.of("org.apache.flink.runtime.state.heap.HeapPriorityQueueElement");

  private static final JavaClasses PLUGIN =
      new ClassFileImporter().importPath(Path.of("target", "classes"));

  @Test
  void plugin_anyClass_refersToNothingOfFlinksHeapTables() {
    noClasses()
        .should()
        .dependOnClassesThat(
            new DescribedPredicate<JavaClass>("are of Flink's heap, but for named queue classes") {
              @Override
              public boolean test(JavaClass type) {
                return type.getPackageName().startsWith("org.apache.flink.runtime.state.heap")
                    && !NAMED_QUEUE_CLASSES.contains(type.getName());
              }
            })
        .check(PLUGIN);
  }

  /** Snappy is what Flink itself compresses snapshots with, and so on its class path. */
  @Test
  void plugin_anyClass_refersToNoOtherLibrary() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideOutsideOfPackages(
            "io.streambed..",
            "java..",
            "javax.annotation..",
            "org.apache.flink..",
            "org.slf4j..",
            "org.xerial.snappy..")
        .orShould()
        .dependOnClassesThat()
        .resideInAnyPackage("org.rocksdb..")
        .check(PLUGIN);
  }
}
