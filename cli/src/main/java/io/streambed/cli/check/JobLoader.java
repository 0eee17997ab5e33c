package io.streambed.cli.check;

import io.streambed.job.Job;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;

/**
 * Gets a job from a class of its user's: from its public static method {@code job()} or {@code
 * job(String[])}, which declares the job and starts nothing.
 */
final class JobLoader {
  private static final String METHOD = "job";

  private final ClassLoader loader;
  private final String classPath;
  private final String className;
  private final String[] arguments;

  /**
   * A loader.
   *
   * @param loader loads the class
   * @param classPath what the loader loads from, for messages
   * @param className the class's name, with its package
   * @param arguments what its method is given
   */
  JobLoader(ClassLoader loader, String classPath, String className, String[] arguments) {
    this.loader = loader;
    this.classPath = classPath;
    this.className = className;
    this.arguments = arguments.clone();
  }

  /**
   * Loads the class and calls its method, on the calling thread.
   *
   * @throws NoJobException if there is no such class, or it has no such method
   * @throws JobCodeException if its code throws, or gives null
   * @throws LinkageError if the class cannot be loaded
   */
  Job load() throws ReflectiveOperationException {
    Class<?> type;
    try {
      type = Class.forName(className, true, loader);
    } catch (ClassNotFoundException e) {
      throw new NoJobException(
          "No class "
              + className
              + " on the class path "
              + classPath
              + ": --job takes its name with"
              + " its package.");
    }
    Method method = method(type);
    method.setAccessible(true);
    Object job;
    try {
      job =
          method.getParameterCount() == 0
              ? method.invoke(null)
              : method.invoke(null, (Object) arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof LinkageError misfit) {
        throw misfit;
      }
      throw JobCodeException.of("", e.getCause());
    }
    if (job == null) {
      throw new JobCodeException(className + "." + METHOD + " gave null instead of a job.", null);
    }
    return (Job) job;
  }

  /** The one that takes arguments, if there are both. */
  private Method method(Class<?> type) {
    Method found = null;
    for (Method method : type.getMethods()) {
      boolean fits =
          method.getName().equals(METHOD)
              && Modifier.isStatic(method.getModifiers())
              && method.getReturnType() == Job.class;
      Class<?>[] parameters = method.getParameterTypes();
      if (fits && Arrays.equals(parameters, new Class<?>[] {String[].class})) {
        return method;
      }
      if (fits && parameters.length == 0) {
        found = method;
      }
    }
    if (found == null) {
      throw new NoJobException(
          "Class "
              + className
              + " gives no job: it needs a method \"public static Job job()\", or one that takes"
              + " String[], which declares the job, builds it and starts nothing.");
    }
    if (arguments.length > 0) {
      throw new NoJobException(
          "The method job() of "
              + className
              + " takes no arguments: leave them out, or let it take String[].");
    }
    return found;
  }
}
