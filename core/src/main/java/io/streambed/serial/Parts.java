package io.streambed.serial;

import io.streambed.bytes.ByteWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** What serializers made of other serializers have in common. */
final class Parts {
  /** The types of containers that write how many parts they have. */
  private static final Set<String> COUNTING = Set.of("array", "list", "map", "set");

  private Parts() {}

  /** The answer to a configuration that has nothing to do with the present one. */
  static <T> Compatibility<T> changed(SerializerSnapshot written, SerializerSnapshot now) {
    return Compatibility.incompatible("the serializer changed from " + written + " to " + now);
  }

  /** Whether a written configuration is of the same type and version, whatever its parts. */
  static boolean sameType(SerializerSnapshot written, SerializerSnapshot now) {
    return written.type().equals(now.type()) && written.version() == now.version();
  }

  /**
   * Resolves a container through its parts.
   *
   * @param parts today's parts in the snapshot's order
   * @param rebuild makes the container over readers of the written parts, in the same order
   */
  static <T> Compatibility<T> resolve(
      Serializer<T> container,
      SerializerSnapshot written,
      List<Serializer<?>> parts,
      Function<List<Serializer<?>>, Serializer<T>> rebuild) {
    SerializerSnapshot now = container.snapshot();
    List<String> roles = List.copyOf(now.parts().keySet());
    if (!sameType(written, now) || !roles.equals(List.copyOf(written.parts().keySet()))) {
      return changed(written, now);
    }
    if (countsNothing(written)) {
      return Compatibility.incompatible(
          written
              + " cannot be read: values without bytes could be any number. Streambed has written none;"
              + " restore another checkpoint, or start without this state");
    }
    List<Serializer<?>> readers = new ArrayList<>();
    boolean asIs = true;
    for (int i = 0; i < roles.size(); i++) {
      Compatibility<?> answer = parts.get(i).resolve(written.parts().get(roles.get(i)));
      if (answer instanceof Compatibility.Incompatible<?> no) {
        return Compatibility.incompatible(roles.get(i) + " of " + now.type() + ": " + no.reason());
      }
      asIs &= answer instanceof Compatibility.AsIs<?>;
      readers.add(
          answer instanceof Compatibility.Migrate<?> migrate ? migrate.reader() : parts.get(i));
    }
    return asIs ? Compatibility.asIs() : Compatibility.migrate(rebuild.apply(readers));
  }

  /**
   * A part of a container, which counts its parts: a count of parts without bytes could not be
   * checked against the bytes left, so such parts are refused.
   *
   * @param container what holds the parts, for messages
   */
  static <E> Serializer<E> sized(Serializer<E> part, String container) {
    if (part.fixedLength() == 0) {
      throw new IllegalArgumentException(
          container
              + " cannot hold values without bytes, as those of "
              + part.snapshot()
              + ": give their type a component, or keep their number instead of them");
    }
    return part;
  }

  /**
   * Whether every value of a written configuration takes bytes. {@link #sized} refuses containers
   * of others; a file may claim to hold one all the same.
   */
  private static boolean takesBytes(SerializerSnapshot written) {
    return switch (written.type()) {
      case "void" -> false;
      case "record" -> written.parts().values().stream().anyMatch(Parts::takesBytes);
      default -> true;
    };
  }

  /** Whether a written container holds values that {@link #sized} refuses. */
  static boolean countsNothing(SerializerSnapshot written) {
    return COUNTING.contains(written.type())
        && !written.parts().values().stream().allMatch(Parts::takesBytes);
  }

  /**
   * Checks that what was written of a container can be read again, where a reader checks the count
   * against the bytes left.
   *
   * @param from where the parts begin
   * @throws IllegalStateException if a part's serializer wrote fewer bytes than it may
   */
  static void checkWritten(ByteWriter out, int from, int count, int minBytes, String container) {
    long bytes = (long) out.position() - from;
    if (bytes < (long) count * minBytes) {
      throw new IllegalStateException(
          "the serializers of the parts of a "
              + container
              + " wrote "
              + bytes
              + " bytes for "
              + count
              + " parts, which could not be read again: each part takes at least "
              + minBytes
              + " bytes, and as many as fixedLength() says where it says so");
    }
  }

  /** The bound of a part's size; null if there is none. */
  static <E> SizeBound<E> boundOf(Serializer<E> part) {
    int fixed = part.fixedLength();
    return fixed >= 0 ? SizeBound.of(value -> fixed) : part.sizeBound();
  }

  /** The bound of a container's size by the number of its elements; null if their size varies. */
  static <C> SizeBound<C> boundByCount(Serializer<?> element, ToLongFunction<C> count) {
    int fixed = element.fixedLength();
    return fixed < 0
        ? null
        : SizeBound.of(value -> SizeBound.LENGTH_BYTES + fixed * count.applyAsLong(value));
  }

  /** The fewest bytes an element takes. */
  static int minBytes(Serializer<?> element) {
    return Math.max(1, element.fixedLength());
  }

  /** Writes an element, and says where a null was met. */
  static <E> void writeElement(Serializer<E> serializer, E element, ByteWriter out, String where) {
    if (element != null) {
      serializer.write(element, out);
      return;
    }
    try {
      serializer.write(null, out);
    } catch (NullPointerException e) {
      throw explained(e, where);
    }
  }

  private static NullPointerException explained(NullPointerException cause, String where) {
    NullPointerException explained = new NullPointerException(where + ": " + cause.getMessage());
    explained.initCause(cause);
    return explained;
  }
}
