package io.streambed.runtime;

import io.streambed.meter.Meters;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Keeps what is measured, by name and tags; the clock goes on by one with each question. */
final class RecordingMeters implements Meters {
  private final Kept kept;
  private final TreeMap<String, String> tags = new TreeMap<>();

  /** What all that are tagged share. */
  private static final class Kept {
    final Map<String, List<Long>> histograms = new ConcurrentHashMap<>();
    final Map<String, AtomicLong> counters = new ConcurrentHashMap<>();
    final Map<String, LongSupplier> gauges = new ConcurrentHashMap<>();
    final Set<String> names = new ConcurrentSkipListSet<>();
    final List<String> ended = new CopyOnWriteArrayList<>();
    final AtomicLong clock = new AtomicLong();
    volatile Runnable atNextLook;
  }

  RecordingMeters() {
    this(new Kept());
  }

  private RecordingMeters(Kept kept) {
    this.kept = kept;
  }

  private String named(String name) {
    kept.names.add(name + " " + String.join(" ", tags.keySet()));
    return name + tags;
  }

  @Override
  public Counter counter(String name) {
    return kept.counters.computeIfAbsent(named(name), each -> new AtomicLong())::addAndGet;
  }

  @Override
  public Histogram histogram(String name) {
    return kept.histograms.computeIfAbsent(named(name), each -> new CopyOnWriteArrayList<>())::add;
  }

  @Override
  public Gauge gauge(String name, LongSupplier value) {
    String key = named(name);
    kept.gauges.put(key, value);
    return () -> kept.gauges.remove(key, value);
  }

  @Override
  public Meters tagged(String key, String value) {
    RecordingMeters tagged = new RecordingMeters(kept);
    tagged.tags.putAll(tags);
    tagged.tags.put(key, value);
    return tagged;
  }

  @Override
  public void end() {
    kept.ended.add(tags.toString());
  }

  @Override
  public long nanos() {
    long now = kept.clock.incrementAndGet();
    Runnable act = kept.atNextLook;
    if (act != null) {
      kept.atNextLook = null;
      act.run();
    }
    return now;
  }

  /** Something happens, once, between a look at the clock and what is made of it. */
  void atNextLook(Runnable act) {
    kept.atNextLook = act;
  }

  /** The clock goes on by more. */
  void pass(long nanos) {
    kept.clock.addAndGet(nanos);
  }

  /** All names that were asked for, each with the keys of its tags. */
  Set<String> names() {
    return kept.names;
  }

  /** What the histogram of a name and tags has recorded; null if nobody asked for it. */
  List<Long> recorded(String name, String... tagged) {
    return kept.histograms.get(key(name, tagged));
  }

  long count(String name, String... tagged) {
    return kept.counters.get(key(name, tagged)).get();
  }

  /** What a gauge that is open shows. */
  long shown(String name, String... tagged) {
    return kept.gauges.get(key(name, tagged)).getAsLong();
  }

  Set<String> openGauges() {
    return kept.gauges.keySet();
  }

  List<String> ended() {
    return kept.ended;
  }

  /** Of keys and values in turn. */
  private static String key(String name, String... tagged) {
    TreeMap<String, String> tags = new TreeMap<>();
    for (int i = 0; i < tagged.length; i += 2) {
      tags.put(tagged[i], tagged[i + 1]);
    }
    return name + tags;
  }
}
