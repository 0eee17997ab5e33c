package io.streambed.serial;

import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The cases of a sealed type, in the order in which it permits them. */
final class SealedCases {
  private SealedCases() {}

  /** Whether every value of a type is one of its permitted subclasses'. */
  static boolean has(Class<?> type) {
    return type.isSealed() && !type.isEnum() && Modifier.isAbstract(type.getModifiers());
  }

  /**
   * The cases of a sealed type. A sealed type among them stands for its own cases.
   *
   * @param type the sealed type
   * @param bound what the sealed type's variables stand for
   * @param whole sealed types that are cases themselves, since they have a serializer
   * @return the cases, each with what its own type variables stand for
   */
  static Map<Class<?>, Map<TypeVariable<?>, Serializer<?>>> of(
      Class<?> type, Map<TypeVariable<?>, Serializer<?>> bound, Set<Class<?>> whole) {
    Map<Class<?>, Map<TypeVariable<?>, Serializer<?>>> cases = new LinkedHashMap<>();
    for (Class<?> each : type.getPermittedSubclasses()) {
      Map<TypeVariable<?>, Serializer<?>> its = boundIn(each, type, bound);
      if (has(each) && !whole.contains(each)) {
        of(each, its, whole).forEach(cases::putIfAbsent);
      } else {
        cases.putIfAbsent(each, its);
      }
    }
    return cases;
  }

  /** What a case's type variables stand for, as far as they are arguments of the sealed type. */
  private static Map<TypeVariable<?>, Serializer<?>> boundIn(
      Class<?> each, Class<?> type, Map<TypeVariable<?>, Serializer<?>> bound) {
    List<Type> parents = new ArrayList<>(Arrays.asList(each.getGenericInterfaces()));
    parents.add(each.getGenericSuperclass());
    Map<TypeVariable<?>, Serializer<?>> its = new HashMap<>();
    for (Type parent : parents) {
      if (parent instanceof ParameterizedType generic && generic.getRawType() == type) {
        Type[] arguments = generic.getActualTypeArguments();
        for (int i = 0; i < arguments.length; i++) {
          Serializer<?> argument = bound.get(type.getTypeParameters()[i]);
          if (argument != null && arguments[i] instanceof TypeVariable<?> variable) {
            its.put(variable, argument);
          }
        }
      }
    }
    return its;
  }
}
