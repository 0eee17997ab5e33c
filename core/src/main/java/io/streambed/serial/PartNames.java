package io.streambed.serial;

import java.lang.reflect.AnnotatedElement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The names of a type's parts, present and former: tells which part of today a written name stands
 * for. The parts are the components of a record, the constants of an enum or the cases of a sealed
 * type.
 */
final class PartNames {
  /** What {@link #indexOf} gives for a name that no part has or had. */
  static final int GONE = -1;

  private final String owner;
  private final String kind;
  private final List<String> present;
  private final Map<String, Integer> indexes = new HashMap<>();

  private PartNames(String owner, String kind, Map<String, ? extends AnnotatedElement> parts) {
    this.owner = owner;
    this.kind = kind;
    this.present = List.copyOf(parts.keySet());
    present.forEach(name -> indexes.put(name, indexes.size()));
    parts.forEach(this::addFormer);
  }

  static PartNames ofComponents(RecordShape<?> shape) {
    Map<String, AnnotatedElement> components = new LinkedHashMap<>();
    shape.components().forEach(each -> components.put(each.getName(), each));
    return new PartNames(shape.toString(), "component", components);
  }

  static PartNames ofConstants(Class<? extends Enum<?>> type) {
    Map<String, AnnotatedElement> constants = new LinkedHashMap<>();
    try {
      for (Enum<?> each : type.getEnumConstants()) {
        constants.put(each.name(), type.getDeclaredField(each.name()));
      }
    } catch (NoSuchFieldException e) {
      throw new IllegalArgumentException("no field of enum " + type + " for a constant", e);
    }
    return checked(type, new PartNames("enum " + type.getName(), "constant", constants));
  }

  static PartNames ofCases(Class<?> type, Map<String, Class<?>> cases) {
    return checked(type, new PartNames("sealed type " + type.getName(), "case", cases));
  }

  private static PartNames checked(Class<?> type, PartNames names) {
    if (type.isAnnotationPresent(Removed.class)) {
      throw new IllegalArgumentException(
          "@Removed is for records, not for "
              + names.owner
              + ": whole values would be lost with a "
              + names.kind
              + "; keep it until no state holds it, and take the annotation away");
    }
    return names;
  }

  private void addFormer(String name, AnnotatedElement part) {
    Alias alias = part.getAnnotation(Alias.class);
    for (String former : alias == null ? new String[0] : alias.value()) {
      int other = indexes.getOrDefault(former, indexes.get(name));
      if (present.contains(former)) {
        throw new IllegalArgumentException(
            String.format(
                "%s has a %s \"%s\", which @Alias also gives as a former name of \"%s\": what was"
                    + " written under it could be of either. Give one of them another name; or take"
                    + " it out of @Alias, if nothing is restored any more that was written before"
                    + " the renaming",
                owner, kind, former, name));
      }
      if (!present.get(other).equals(name)) {
        throw new IllegalArgumentException(
            String.format(
                "@Alias gives \"%s\" as a former name of two %ss of %s, \"%s\" and \"%s\": what was"
                    + " written under it could be of either. Leave it with the one that had it",
                former, kind, owner, present.get(other), name));
      }
      indexes.put(former, other);
    }
  }

  /** The present names, in order. */
  List<String> present() {
    return present;
  }

  /** The part that has or had a name, or {@link #GONE}. */
  int indexOf(String written) {
    return indexes.getOrDefault(written, GONE);
  }

  /**
   * Why state cannot be read that knows two names of one part.
   *
   * @param written the names in the state, no two of them equal
   * @return a sentence's part; null if each name stands for a part of its own, or for none
   */
  String ambiguous(List<String> written) {
    Map<Integer, List<String>> byPart = new LinkedHashMap<>();
    for (String name : written) {
      int index = indexOf(name);
      if (index != GONE) {
        byPart.computeIfAbsent(index, part -> new ArrayList<>()).add(name);
      }
    }
    for (Map.Entry<Integer, List<String>> each : byPart.entrySet()) {
      if (each.getValue().size() > 1) {
        return String.format(
            "the state has %ss (%s) of %s, which @Alias says are all \"%s\": only one of them could"
                + " be kept. Take out of @Alias those that were not renamed",
            kind, String.join(", ", each.getValue()), owner, present.get(each.getKey()));
      }
    }
    return null;
  }

  /** As a message names a part of today: with the name it was written under, if that differs. */
  String describe(String written) {
    String now = present.get(indexOf(written));
    String former = now.equals(written) ? "" : ", written as " + written + ",";
    return kind + " " + now + former + " of " + owner;
  }
}
