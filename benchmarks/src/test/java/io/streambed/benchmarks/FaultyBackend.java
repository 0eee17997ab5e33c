package io.streambed.benchmarks;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Set;
import org.apache.flink.runtime.state.KeyGroupedInternalPriorityQueue;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.internal.InternalListState;
import org.apache.flink.runtime.state.internal.InternalMapState;
import org.apache.flink.runtime.state.internal.InternalValueState;

/** A backend, and states of it, that do one thing wrong now and then once they are told to. */
final class FaultyBackend {
  private static final int EVERY = 7;
  private static final Set<String> WRITES = Set.of("update", "put", "add");

  /** What is wrong. */
  enum Fault {
    DROPS_WRITES,
    STAYS_AT_PREVIOUS_KEY,
    FINDS_WHAT_IS_ABSENT,
    FIRES_TWICE
  }

  private final KeyedStateBackend<Long> real;
  private final Fault fault;
  private boolean broken;
  private long calls;

  FaultyBackend(KeyedStateBackend<Long> real, Fault fault) {
    this.real = real;
    this.fault = fault;
  }

  /** From now on. */
  void breakIt() {
    broken = true;
  }

  @SuppressWarnings("unchecked")
  KeyedStateBackend<Long> backend() {
    return (KeyedStateBackend<Long>)
        proxy(
            KeyedStateBackend.class,
            (self, method, arguments) -> {
              if (method.getName().equals("setCurrentKey")
                  && strikes(Fault.STAYS_AT_PREVIOUS_KEY)) {
                return null;
              }
              Object result = call(real, method, arguments);
              return switch (method.getName()) {
                case "create" -> queue(result);
                case "getPartitionedState", "getOrCreateKeyedState" -> state(result);
                default -> result;
              };
            });
  }

  private Object state(Object state) {
    Class<?> type =
        state instanceof InternalValueState
            ? InternalValueState.class
            : state instanceof InternalMapState ? InternalMapState.class : InternalListState.class;
    return proxy(
        type,
        (self, method, arguments) -> {
          if (WRITES.contains(method.getName()) && strikes(Fault.DROPS_WRITES)) {
            return null;
          }
          Object result = call(state, method, arguments);
          if (method.getName().equals("value") && strikes(Fault.FINDS_WHAT_IS_ABSENT)) {
            return 1L;
          }
          return method.getName().equals("contains") && strikes(Fault.FINDS_WHAT_IS_ABSENT)
              ? Boolean.TRUE
              : result;
        });
  }

  /** A queue of timers; of those that fire, some stay. */
  private Object queue(Object queue) {
    return proxy(
        KeyGroupedInternalPriorityQueue.class,
        (self, method, arguments) -> {
          String name = method.getName();
          if (name.equals("add") && strikes(Fault.DROPS_WRITES)) {
            return false;
          }
          return name.equals("poll") && strikes(Fault.FIRES_TWICE)
              ? ((KeyGroupedInternalPriorityQueue<?>) queue).peek()
              : call(queue, method, arguments);
        });
  }

  private boolean strikes(Fault wanted) {
    return broken && fault == wanted && ++calls % EVERY == 0;
  }

  private static Object call(Object target, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static Object proxy(Class<?> type, InvocationHandler handler) {
    return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler);
  }
}
