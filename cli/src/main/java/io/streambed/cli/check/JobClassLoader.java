package io.streambed.cli.check;

import java.net.URL;
import java.net.URLClassLoader;
import java.util.List;

/**
 * Loads the classes of a job. Streambed's own and those of the logging interface are the command's,
 * so that both mean the same by them; all others come from the job's class path first, whatever
 * libraries the command uses.
 */
final class JobClassLoader extends URLClassLoader {
  private static final List<String> SHARED = List.of("java.", "io.streambed.", "org.slf4j.");

  JobClassLoader(URL[] classPath) {
    super("job", classPath, JobClassLoader.class.getClassLoader());
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    synchronized (getClassLoadingLock(name)) {
      if (findLoadedClass(name) == null && SHARED.stream().noneMatch(name::startsWith)) {
        try {
          return findClass(name);
        } catch (ClassNotFoundException e) {
          // It is not on the job's class path: one of the JDK's, or of the command's.
        }
      }
      return super.loadClass(name, resolve);
    }
  }
}
