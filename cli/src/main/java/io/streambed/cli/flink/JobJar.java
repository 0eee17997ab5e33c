package io.streambed.cli.flink;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;

/** Puts a job's jar and what it depends on into one, as users' builds do. */
public final class JobJar {
  private JobJar() {}

  /**
   * Writes the entries of some jars into one.
   *
   * @param target a file that does not exist
   * @param jars of entries with the same name the first counts; so does the first manifest
   * @return the target
   * @throws ClusterException if a jar cannot be read, or the target not be written
   */
  public static Path merge(Path target, List<Path> jars) {
    Set<String> names = new HashSet<>();
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(target))) {
      for (Path path : jars) {
        try (JarFile jar = new JarFile(path.toFile())) {
          for (Enumeration<JarEntry> all = jar.entries(); all.hasMoreElements(); ) {
            JarEntry entry = all.nextElement();
            if (names.add(entry.getName())) {
              out.putNextEntry(new JarEntry(entry.getName()));
              jar.getInputStream(entry).transferTo(out);
              out.closeEntry();
            }
          }
        }
      }
      return target;
    } catch (IOException e) {
      throw new ClusterException("Making " + target + ": " + e, e);
    }
  }
}
