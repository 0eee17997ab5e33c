package io.streambed.serial;

import io.streambed.error.SerializationException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Optional;

/** Access to a record type: its components in order, their values, its canonical constructor. */
final class RecordShape<T> {
  /** What one call takes besides the new record: the platform's limit for method handles. */
  private static final int MAX_SLOTS = 253;

  private final Class<T> type;
  private final List<RecordComponent> components;
  private final MethodHandle[] accessors;
  private final MethodHandle constructor;

  RecordShape(Class<T> type) {
    if (!type.isRecord()) {
      throw new IllegalArgumentException(type.getName() + " is not a record");
    }
    this.type = type;
    this.components = List.of(type.getRecordComponents());
    checkSlots();
    this.accessors = new MethodHandle[components.size()];
    try {
      for (int i = 0; i < accessors.length; i++) {
        accessors[i] = accessor(components.get(i).getAccessor());
      }
      this.constructor = constructor();
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException("the components of " + type + " are not accessible", e);
    }
  }

  private void checkSlots() {
    int slots = 0;
    for (RecordComponent component : components) {
      boolean wide = component.getType() == long.class || component.getType() == double.class;
      slots += wide ? 2 : 1;
    }
    if (slots > MAX_SLOTS) {
      throw new IllegalArgumentException(
          this
              + " has "
              + components.size()
              + " components that take "
              + slots
              + " slots of a call (a long or a double takes two), at most "
              + MAX_SLOTS
              + " are supported: move some of them into a record of their own");
    }
  }

  private MethodHandle accessor(Method method) throws IllegalAccessException {
    open(method);
    return MethodHandles.lookup()
        .unreflect(method)
        .asType(MethodType.methodType(Object.class, Object.class));
  }

  private MethodHandle constructor() throws ReflectiveOperationException {
    Class<?>[] parameters =
        components.stream().map(RecordComponent::getType).toArray(Class<?>[]::new);
    Constructor<T> canonical = type.getDeclaredConstructor(parameters);
    open(canonical);
    // The handle of a varargs constructor would gather its last arguments into one more array.
    MethodHandle handle = MethodHandles.lookup().unreflectConstructor(canonical).asFixedArity();
    return handle
        .asType(handle.type().generic())
        .asSpreader(Object[].class, parameters.length)
        .asType(MethodType.methodType(Object.class, Object[].class));
  }

  private void open(AccessibleObject member) {
    if (!member.trySetAccessible()) {
      throw new IllegalArgumentException(
          "record "
              + type.getName()
              + " is not accessible: let module "
              + type.getModule().getName()
              + " open package "
              + type.getPackageName());
    }
  }

  Class<T> type() {
    return type;
  }

  int size() {
    return accessors.length;
  }

  List<RecordComponent> components() {
    return components;
  }

  String name(int index) {
    return components.get(index).getName();
  }

  List<String> names() {
    return components.stream().map(RecordComponent::getName).toList();
  }

  /**
   * The value a component has when nothing was written for it: zero for a primitive, an empty
   * Optional, null for the others.
   */
  Object zero(int index) {
    Class<?> component = components.get(index).getType();
    if (component == Optional.class) {
      return Optional.empty();
    }
    return component.isPrimitive() ? Array.get(Array.newInstance(component, 1), 0) : null;
  }

  Object get(Object value, int index) {
    try {
      return (Object) accessors[index].invokeExact(value);
    } catch (Error e) {
      throw e;
    } catch (Throwable e) {
      throw new SerializationException(
          toString(), "the accessor of component " + name(index) + " threw " + e, e);
    }
  }

  /** Calls the canonical constructor; it may keep the values but never the array. */
  @SuppressWarnings("unchecked")
  T construct(Object[] values) {
    try {
      return (T) (Object) constructor.invokeExact(values);
    } catch (Error e) {
      throw e;
    } catch (Throwable e) {
      throw new SerializationException(
          toString(), "the constructor refused the values it was given: " + e, e);
    }
  }

  @Override
  public String toString() {
    return "record " + type.getName();
  }
}
