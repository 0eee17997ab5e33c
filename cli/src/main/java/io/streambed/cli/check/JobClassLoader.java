package io.streambed.cli.check;

import io.streambed.error.StorageException;
import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.zip.ZipFile;

/**
 * Loads the classes of a job in the order in which the job's own process does: the JDK's come
 * first, whatever the job's jars hold. Streambed's own and those of the logging interface are the
 * command's, so that both mean the same by them. All others, and all resources, come from the job's
 * class path: the libraries that the command uses itself are not to be seen.
 */
final class JobClassLoader extends URLClassLoader {
  private JobClassLoader(URL[] classPath) {
    super("job", classPath, new SharedClassLoader());
  }

  /** Lets through the JDK, and what the job and the command have in common. */
  private static final class SharedClassLoader extends ClassLoader {
    private static final List<String> SHARED = List.of("io.streambed.", "org.slf4j.");
    private static final String SERVICES = "META-INF/services/";

    private final ClassLoader command = JobClassLoader.class.getClassLoader();

    SharedClassLoader() {
      super("shared", ClassLoader.getPlatformClassLoader());
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      if (!isShared(name)) {
        throw new ClassNotFoundException(name);
      }
      return command.loadClass(name);
    }

    @Override
    protected URL findResource(String name) {
      return isSharedResource(name) ? command.getResource(name) : null;
    }

    @Override
    protected Enumeration<URL> findResources(String name) throws IOException {
      return isSharedResource(name) ? command.getResources(name) : Collections.emptyEnumeration();
    }

    private static boolean isShared(String className) {
      return SHARED.stream().anyMatch(className::startsWith);
    }

    /** Whether it lies beside shared classes, or names the providers of a shared interface. */
    private static boolean isSharedResource(String name) {
      return isShared(
          name.startsWith(SERVICES) ? name.substring(SERVICES.length()) : name.replace('/', '.'));
    }
  }

  /**
   * A loader; it stays open, since classes are loaded as long as the job is used.
   *
   * @param classPath jars and directories, separated as the system does it; {@code DIR/*} stands
   *     for all jars in a directory
   * @throws StorageException if something on it is not there, or is no jar
   */
  static JobClassLoader of(String classPath) {
    List<URL> urls = new ArrayList<>();
    for (String entry : classPath.split(File.pathSeparator)) {
      if (entry.endsWith("/*") || entry.equals("*")) {
        Path directory = Path.of(entry.equals("*") ? "." : entry.substring(0, entry.length() - 2));
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(directory, "*.{jar,JAR}")) {
          jars.forEach(jar -> urls.add(url(jar)));
        } catch (IOException e) {
          throw new StorageException("Reading the class path's " + entry, e);
        }
      } else if (!entry.isEmpty()) {
        urls.add(url(Path.of(entry)));
      }
    }
    return new JobClassLoader(urls.toArray(new URL[0]));
  }

  private static URL url(Path entry) {
    if (!Files.isReadable(entry)) {
      throw new StorageException(
          entry + ", which --classpath names, is not there or cannot be read.");
    }
    if (!Files.isDirectory(entry)) {
      // The JDK's loader passes over what is no jar, and its classes are missing then.
      try (ZipFile jar = new ZipFile(entry.toFile())) {
        jar.size();
      } catch (IOException e) {
        throw new StorageException(
            entry + ", which --classpath names, is no jar or is damaged: " + e.getMessage() + ".");
      }
    }
    try {
      return entry.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new StorageException("Reading the class path's " + entry, e);
    }
  }
}
