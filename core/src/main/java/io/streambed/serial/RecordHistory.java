package io.streambed.serial;

import io.streambed.bytes.ByteWriter;
import java.lang.invoke.MethodType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a record says of its past: former names of its components, those that were removed, and
 * defaults of those that are new. Decides by the names alone whether written components can be told
 * from each other.
 */
final class RecordHistory {
  private final RecordShape<?> shape;
  private final PartNames names;
  private final Set<String> removed;
  private final Map<String, Object> defaults;

  private RecordHistory(
      RecordShape<?> shape, PartNames names, Set<String> removed, Map<String, Object> defaults) {
    this.shape = shape;
    this.names = names;
    this.removed = removed;
    this.defaults = defaults;
  }

  /**
   * The history of a record.
   *
   * @param parts a serializer per component, in order
   * @param given defaults by component name; they count before those of annotations
   * @throws IllegalArgumentException if the annotations contradict each other, or a default does
   *     not fit its component
   */
  static RecordHistory of(RecordShape<?> shape, Serializer<Object>[] parts, Map<String, ?> given) {
    PartNames names = PartNames.ofComponents(shape);
    Removed annotation = shape.type().getAnnotation(Removed.class);
    Set<String> removed = annotation == null ? Set.of() : Set.copyOf(List.of(annotation.value()));
    for (String name : removed) {
      if (names.indexOf(name) != PartNames.GONE) {
        throw new IllegalArgumentException(
            String.format(
                "@Removed of %s names \"%s\", which is there as %s: take it out of @Removed, or"
                    + " give the component another name",
                shape, name, names.describe(name)));
      }
    }
    Map<String, Object> defaults = new HashMap<>();
    for (int i = 0; i < parts.length; i++) {
      String name = shape.name(i);
      DefaultValue text = shape.components().get(i).getAnnotation(DefaultValue.class);
      if (given.containsKey(name)) {
        defaults.put(name, checked(shape, i, parts[i], given.get(name)));
      } else if (text != null) {
        defaults.put(name, checked(shape, i, parts[i], parsed(shape, i, text.value())));
      }
    }
    return new RecordHistory(shape, names, removed, defaults);
  }

  private static Object parsed(RecordShape<?> shape, int index, String text) {
    Class<?> type = boxed(shape, index);
    String what = "@DefaultValue(\"" + text + "\") of component " + shape.name(index);
    if (!DefaultTexts.parses(type)) {
      throw new IllegalArgumentException(
          String.format(
              "%s of %s: a value of type %s has no text; give it with"
                  + " Serializers.records(%s.class, Map.of(), Map.of(\"%s\", ...))",
              what, shape, type.getName(), shape.type().getSimpleName(), shape.name(index)));
    }
    try {
      return DefaultTexts.parse(type, text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          what + " of " + shape + " is no " + type.getName() + ": " + e.getMessage(), e);
    }
  }

  private static Class<?> boxed(RecordShape<?> shape, int index) {
    return MethodType.methodType(shape.components().get(index).getType()).wrap().returnType();
  }

  /** A copy of a default that its component can hold and its serializer can write. */
  private static Object checked(
      RecordShape<?> shape, int index, Serializer<Object> part, Object value) {
    try {
      boxed(shape, index).cast(value);
      if (value == null && shape.zero(index) != null) {
        throw new NullPointerException("it is never null");
      }
      part.write(value, new ByteWriter());
      return part.copy(value);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          String.format(
              "component %s of %s cannot have the default %s: %s",
              shape.name(index), shape, value, e.getMessage()),
          e);
    }
  }

  PartNames names() {
    return names;
  }

  /** The value that a new component has in old state; null if there is none, or it is null. */
  Object defaultOf(int index) {
    String name = shape.name(index);
    return defaults.containsKey(name) ? defaults.get(name) : shape.zero(index);
  }

  /**
   * Why state cannot be read, as far as the names of its components tell it.
   *
   * @param written the written components' names
   * @param parts today's serializers
   * @return a sentence's part; null if the names are no obstacle
   */
  String refusal(List<String> written, Serializer<Object>[] parts) {
    String ambiguous = names.ambiguous(written);
    if (ambiguous != null) {
      return ambiguous;
    }
    List<String> lost = written.stream().filter(this::isLost).toList();
    List<String> added = names.present().stream().filter(name -> isNew(name, written)).toList();
    // Else another type would be read as zeros: here only defaults that are written down count.
    if (written.isEmpty() ? !defaults.keySet().containsAll(added) : lost.size() == written.size()) {
      return noCounterpart(written);
    }
    List<String> unexplained = lost.stream().filter(name -> !removed.contains(name)).toList();
    // A default does not prove that its component is new: it stays when the component is renamed.
    if (!unexplained.isEmpty() && !added.isEmpty()) {
      return removedAndAdded(unexplained, added);
    }
    List<String> untold = added.stream().filter(name -> !defaults.containsKey(name)).toList();
    for (String name : untold) {
      int index = names.indexOf(name);
      if (shape.zero(index) == null && !(parts[index] instanceof NullableSerializer)) {
        return "component " + name + " of " + shape + noDefault(name);
      }
    }
    return null;
  }

  private boolean isLost(String written) {
    return names.indexOf(written) == PartNames.GONE;
  }

  private boolean isNew(String present, List<String> written) {
    int index = names.indexOf(present);
    return written.stream().noneMatch(name -> names.indexOf(name) == index);
  }

  private String noCounterpart(List<String> written) {
    return String.format(
        "the state has components (%s), and %s has (%s): none has the name, or a former name, of a"
            + " written one, so this is another type. If it is the same one, give its renamed"
            + " components their former names with @Alias, keep one of the components, or, if the"
            + " state has none, give each new one a @DefaultValue",
        String.join(", ", written), shape, String.join(", ", names.present()));
  }

  private String removedAndAdded(List<String> lost, List<String> added) {
    return String.format(
        "%s lost components (%s) and got others (%s) at once. Were one of them renamed, its values"
            + " would be lost in silence. Say what became of those that are lost: a renamed one is"
            + " the former name in @Alias of its component, and one that is gone is named in"
            + " @Removed of the record. A default says nothing of that: a renamed component keeps"
            + " it",
        shape, String.join(", ", lost), String.join(", ", added));
  }

  private static String noDefault(String name) {
    return " is new and has no value in old state; give it one with @DefaultValue, or with"
        + " Serializers.records(type, components, Map.of(\""
        + name
        + "\", ...)), or make it an Optional, or nullable with Serializers.records(type,"
        + " components)";
  }
}
