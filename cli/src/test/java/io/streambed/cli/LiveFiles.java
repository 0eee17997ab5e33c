package io.streambed.cli;

import io.streambed.file.FileSystem;
import io.streambed.file.LocalFileSystem;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** Local files that somebody else changes while they are read. */
public final class LiveFiles {
  private LiveFiles() {}

  /** Something happens each time before a file is opened whose path ends so. */
  public static FileSystem beforeOpening(String suffix, Runnable event) {
    FileSystem files = new LocalFileSystem();
    return (FileSystem)
        Proxy.newProxyInstance(
            FileSystem.class.getClassLoader(),
            new Class<?>[] {FileSystem.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("open") && arguments[0].toString().endsWith(suffix)) {
                event.run();
              }
              try {
                return method.invoke(files, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
