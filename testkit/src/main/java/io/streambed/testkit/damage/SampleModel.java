package io.streambed.testkit.damage;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a {@link SampleJob} must hold, in plain collections.
 *
 * <p>Threading: one thread.
 */
public final class SampleModel {
  private final TreeMap<String, Object> keyed = new TreeMap<>();
  private final TreeMap<Integer, Object> rules = new TreeMap<>();
  private List<List<Object>> offsets = new ArrayList<>();
  private List<List<Object>> seen = new ArrayList<>();
  private List<List<Object>> former = new ArrayList<>();

  /**
   * Of a job that starts empty.
   *
   * @param parallelism number of subtasks of each operator
   */
  public SampleModel(int parallelism) {
    for (int i = 0; i < parallelism; i++) {
      offsets.add(new ArrayList<>());
      seen.add(new ArrayList<>());
      former.add(new ArrayList<>());
    }
  }

  /**
   * Applies a change.
   *
   * @param change what the job does, too
   */
  public void apply(Change change) {
    String plain = "|" + change.key() + "|-|";
    String inNamespace = "|" + change.key() + "|" + change.namespace() + "|";
    switch (change.kind()) {
      case PUT_LAST -> keyed.put("last" + plain, change.amount());
      case PUT_LAST_BY_HOUR -> keyed.put("lastByHour" + inNamespace, change.instant());
      case CLEAR_LAST -> {
        keyed.remove("last" + plain);
        keyed.remove("lastByHour" + inNamespace);
      }
      case ADD_DELAY -> list("delays" + plain).add(change.delay());
      case ADD_DELAY_BY_HOUR -> list("delaysByHour" + inNamespace).add(change.amount() % 128);
      case REPLACE_DELAYS ->
          keyed.put("delays" + plain, new ArrayList<>(List.of(change.delay(), change.delay())));
      case PUT_DAY -> map("days" + plain).put(change.day(), change.note());
      case PUT_PLANE -> map("planes" + inNamespace).put((short) change.item(), change.amount());
      case REMOVE_DAY -> {
        TreeMap<Object, Object> days = map("days" + plain);
        days.remove(change.day());
        if (days.isEmpty()) {
          keyed.remove("days" + plain);
        }
      }
      case ADD_TOTAL ->
          keyed.merge(
              "totals" + inNamespace,
              change.total(),
              (a, b) -> ((BigDecimal) a).add((BigDecimal) b));
      case ADD_MEAN ->
          keyed.merge(
              "means" + plain,
              SampleJob.Mean.of(change.amount()),
              (a, b) -> ((SampleJob.Mean) a).plus((SampleJob.Mean) b));
      case PUT_RETIRED -> keyed.put("retired" + plain, change.note() + "");
      case REGISTER_EVENT_TIMER -> keyed.put("event" + timer(change), true);
      case REGISTER_PROCESSING_TIMER -> keyed.put("processing" + timer(change), true);
      case DELETE_EVENT_TIMER -> keyed.remove("event" + timer(change));
      case ADD_OFFSET -> offsets.get(change.subtask(offsets.size())).add(change.offset());
      case ADD_SEEN -> seen.get(change.subtask(seen.size())).add((short) change.amount());
      case PUT_RULE -> rules.put(change.item(), String.valueOf(change.limit()));
      case REMOVE_RULE -> rules.remove(change.item());
      case ADD_FORMER -> former.get(change.subtask(former.size())).add(change.key());
    }
  }

  static String timer(Change change) {
    return "|" + change.key() + "|" + change.namespace() + "|" + change.item();
  }

  @SuppressWarnings("unchecked")
  private List<Object> list(String at) {
    return (List<Object>) keyed.computeIfAbsent(at, k -> new ArrayList<>());
  }

  @SuppressWarnings("unchecked")
  private TreeMap<Object, Object> map(String at) {
    return (TreeMap<Object, Object>) keyed.computeIfAbsent(at, k -> new TreeMap<>());
  }

  /**
   * Makes of it what a restore does: lists are dealt out anew.
   *
   * @param parallelism number of subtasks of each operator from now on
   */
  public void restore(int parallelism) {
    offsets = dealt(offsets, parallelism);
    former = dealt(former, parallelism);
    List<Object> union = seen.stream().flatMap(List::stream).toList();
    seen = new ArrayList<>();
    for (int i = 0; i < parallelism; i++) {
      seen.add(new ArrayList<>(union));
    }
  }

  private static List<List<Object>> dealt(List<List<Object>> old, int parallelism) {
    if (old.size() == parallelism) {
      return old;
    }
    List<Object> all = old.stream().flatMap(List::stream).toList();
    List<List<Object>> dealt = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < parallelism; i++) {
      int to = from + all.size() / parallelism + (i < all.size() % parallelism ? 1 : 0);
      dealt.add(new ArrayList<>(all.subList(from, to)));
      from = to;
    }
    return dealt;
  }

  /**
   * A copy.
   *
   * @return independent of this
   */
  public SampleModel copy() {
    SampleModel copy = new SampleModel(0);
    keyed.forEach((at, value) -> copy.keyed.put(at, copyOf(value)));
    copy.rules.putAll(rules);
    offsets.forEach(list -> copy.offsets.add(new ArrayList<>(list)));
    seen.forEach(list -> copy.seen.add(new ArrayList<>(list)));
    former.forEach(list -> copy.former.add(new ArrayList<>(list)));
    return copy;
  }

  private static Object copyOf(Object value) {
    if (value instanceof List<?> list) {
      return new ArrayList<>(list);
    }
    return value instanceof TreeMap<?, ?> map ? new TreeMap<>(map) : value;
  }

  /**
   * All of it.
   *
   * @return text in the form of {@link SampleJob#drainToText}
   */
  public String text() {
    return text(
        keyed.entrySet().stream().map(entry -> entry.getKey() + " = " + entry.getValue()),
        offsets,
        seen,
        former,
        Collections.nCopies(offsets.size(), rules));
  }

  static String text(
      Stream<String> keyed,
      List<? extends Iterable<?>> offsets,
      List<? extends Iterable<?>> seen,
      List<? extends Iterable<?>> former,
      List<?> rules) {
    return keyed.sorted().collect(Collectors.joining("\n"))
        + "\noffsets = "
        + offsets
        + "\nseen = "
        + seen
        + "\nformer = "
        + former
        + "\nrules = "
        + rules;
  }
}
