package io.streambed.job;

import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import java.lang.invoke.MethodType;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;

/** Finds the type that a {@link KeySelector} gives, and its serializer. */
final class KeyTypes {
  private KeyTypes() {}

  @SuppressWarnings("unchecked")
  static <K> Serializer<K> serializer(KeySelector<?, K> selector) {
    Type type = typeOf(selector);
    if (type == null || type == Object.class) {
      throw new IllegalArgumentException(
          "the type of the keys cannot be told of the key selector "
              + selector.getClass().getName()
              + ": give the serializer of the keys as the second argument of keyBy");
    }
    try {
      return (Serializer<K>) Serializers.of(type);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "the keys are of type "
              + type.getTypeName()
              + ", which no serializer can be derived for: "
              + e.getMessage()
              + ". Or give the serializer of the keys as the second argument of keyBy.",
          e);
    }
  }

  private static Type typeOf(KeySelector<?, ?> selector) {
    for (Type type : selector.getClass().getGenericInterfaces()) {
      if (type instanceof ParameterizedType generic && generic.getRawType() == KeySelector.class) {
        return generic.getActualTypeArguments()[1] instanceof Class<?> key ? key : null;
      }
    }
    return ofLambda(selector);
  }

  /** What the compiler wrote down of a lambda or method reference for its serialization. */
  private static Type ofLambda(KeySelector<?, ?> selector) {
    try {
      Method replace = selector.getClass().getDeclaredMethod("writeReplace");
      replace.setAccessible(true);
      if (replace.invoke(selector) instanceof SerializedLambda lambda) {
        return MethodType.fromMethodDescriptorString(
                lambda.getInstantiatedMethodType(), selector.getClass().getClassLoader())
            .wrap()
            .returnType();
      }
      return null;
    } catch (ReflectiveOperationException | RuntimeException e) {
      // Neither a lambda nor a class that says more; or a module that is not open.
      return null;
    }
  }
}
