package io.streambed.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.snapshot.StreamHandle.Shared;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Every order of events of four checkpoints, three at a time, over two tables of a store. The store
 * knows nothing of what became of its checkpoints: it offers every handle that there ever was,
 * newest first, and uploads if none is allowed. A state is the phase of each checkpoint and what it
 * holds; checkpoints that are gone are all the same.
 */
class SharedFileExplorationTest {
  private static final int CHECKPOINTS = 4;
  private static final int CONCURRENT = 3;
  private static final int TABLES = 2;

  @Test
  void anyOrderOfEvents_neverDanglingAndNeverLeaking() {
    Set<String> seen = new HashSet<>();
    Deque<Node> open = new ArrayDeque<>();
    Node start = new Node();
    seen.add(start.key());
    open.add(start);
    long events = 0;
    long quiet = 0;
    while (!open.isEmpty()) {
      Node from = open.poll();
      quiet += from.pendingCount() == 0 ? 1 : 0;
      for (Event event : from.events()) {
        Node to = new Node(from);
        try {
          event.action.accept(to);
          to.check();
        } catch (RuntimeException | AssertionError e) {
          throw new AssertionError(from.key() + " and then " + event.name, e);
        }
        events++;
        if (seen.add(to.key())) {
          open.add(to);
        }
      }
    }
    System.out.printf(
        "shared files: %d states, %d of them with nothing pending, %d events%n",
        seen.size(), quiet, events);
    assertThat(seen.size()).isGreaterThan(10_000);
  }

  private record Event(String name, Consumer<Node> action) {}

  private enum Phase {
    UNBEGUN,
    PENDING,
    COMPLETE,
    GONE
  }

  /** A registry, and what must be true of it. */
  private static final class Node {
    private final SharedFileRegistry registry;
    private final Phase[] phases = new Phase[CHECKPOINTS + 1];

    /** By checkpoint: what it holds or refers to, by table. */
    private final Map<Long, Map<Integer, Shared>> held = new TreeMap<>();

    private final Set<UUID> disk = new HashSet<>();

    Node() {
      registry = new SharedFileRegistry();
      Arrays.fill(phases, Phase.UNBEGUN);
    }

    Node(Node other) {
      registry = new SharedFileRegistry(other.registry);
      System.arraycopy(other.phases, 0, phases, 0, phases.length);
      other.held.forEach((id, files) -> held.put(id, new TreeMap<>(files)));
      disk.addAll(other.disk);
    }

    /** Nodes of one key differ by the names of their tables at most. */
    String key() {
      StringBuilder key = new StringBuilder();
      for (Phase phase : phases) {
        key.append(phase.name().charAt(0));
      }
      return key + IntStream.range(0, TABLES).mapToObj(this::handles).sorted().toList().toString();
    }

    private String handles(int table) {
      StringBuilder handles = new StringBuilder();
      for (Map<Integer, Shared> files : held.values()) {
        handles.append(files.containsKey(table) ? files.get(table).length() : "-");
      }
      return handles.toString();
    }

    int pendingCount() {
      return (int) List.of(phases).stream().filter(Phase.PENDING::equals).count();
    }

    List<Event> events() {
      List<Event> events = new ArrayList<>();
      for (long id = 1; id <= CHECKPOINTS; id++) {
        long checkpoint = id;
        switch (phases[(int) id]) {
          case UNBEGUN -> {
            boolean next = id == 1 || phases[(int) id - 1] != Phase.UNBEGUN;
            if (next && pendingCount() < CONCURRENT) {
              events.add(new Event("begin " + id, node -> node.begin(checkpoint)));
            }
            continue;
          }
          case PENDING -> {
            events.add(new Event("confirm " + id, node -> node.confirm(checkpoint, TABLES)));
            if (held.get(id).containsKey(TABLES - 1)) {
              events.add(new Event("use less of " + id, node -> node.confirm(checkpoint, 1)));
            }
            events.addAll(writes(id));
          }
          case COMPLETE -> events.add(new Event("subsume " + id, node -> node.subsume(checkpoint)));
          default -> {
            events.add(new Event("subsume late " + id, node -> node.subsume(checkpoint)));
            events.add(new Event("write late for " + id, node -> node.writeLate(checkpoint)));
          }
        }
        events.add(new Event("abort " + id, node -> node.abort(checkpoint)));
      }
      return events;
    }

    private List<Event> writes(long checkpoint) {
      List<Event> events = new ArrayList<>();
      for (int table = 0; table < TABLES; table++) {
        int written = table;
        if (!held.get(checkpoint).containsKey(table)) {
          String name = "write " + table + " for " + checkpoint;
          events.add(new Event(name, node -> node.write(checkpoint, written)));
        }
      }
      return events;
    }

    private void begin(long checkpoint) {
      registry.begin(checkpoint);
      phases[(int) checkpoint] = Phase.PENDING;
      held.put(checkpoint, new TreeMap<>());
    }

    /** What a store does for one table. */
    private void write(long checkpoint, int table) {
      for (long uploader = CHECKPOINTS; uploader > 0; uploader--) {
        Shared file = file(uploader, table);
        boolean allowed = registry.reuse(checkpoint, file);
        assertThat(allowed).isEqualTo(isInComplete(file));
        if (allowed) {
          held.get(checkpoint).put(table, file);
          return;
        }
      }
      Shared file = file(checkpoint, table);
      assertThat(registry.register(checkpoint, file)).isEmpty();
      assertThat(disk.add(file.fileId())).isTrue();
      held.get(checkpoint).put(table, file);
    }

    /** A store that has not heard of the end of its checkpoint. */
    private void writeLate(long checkpoint) {
      for (long uploader = CHECKPOINTS; uploader > 0; uploader--) {
        assertThat(registry.reuse(checkpoint, file(uploader, 0))).isFalse();
      }
      Shared late = file(checkpoint, TABLES);
      assertThat(registry.register(checkpoint, late)).containsExactly(late);
    }

    private boolean isInComplete(Shared file) {
      return held.entrySet().stream()
          .filter(entry -> phases[entry.getKey().intValue()] == Phase.COMPLETE)
          .anyMatch(entry -> entry.getValue().containsValue(file));
    }

    /** Completes with the first tables only, so that some may have been uploaded for nothing. */
    private void confirm(long checkpoint, int tables) {
      Map<Integer, Shared> files = held.get(checkpoint);
      files.keySet().removeIf(table -> table >= tables);
      delete(registry.confirm(checkpoint, files.values()));
      phases[(int) checkpoint] = Phase.COMPLETE;
    }

    private void abort(long checkpoint) {
      delete(registry.abort(checkpoint));
      if (phases[(int) checkpoint] == Phase.PENDING) {
        phases[(int) checkpoint] = Phase.GONE;
        held.remove(checkpoint);
      }
    }

    private void subsume(long checkpoint) {
      delete(registry.subsume(checkpoint));
      if (phases[(int) checkpoint] == Phase.COMPLETE) {
        phases[(int) checkpoint] = Phase.GONE;
        held.remove(checkpoint);
      }
    }

    private void delete(Collection<Shared> files) {
      for (Shared file : files) {
        assertThat(disk.remove(file.fileId())).as("%s is deleted once", file).isTrue();
      }
    }

    /** Nothing dangles, nothing leaks: not even while checkpoints are pending. */
    private void check() {
      Set<UUID> referred = new HashSet<>();
      held.values().forEach(files -> files.values().forEach(file -> referred.add(file.fileId())));
      if (!disk.equals(referred)) {
        assertThat(disk).as("files on disk").isEqualTo(referred);
      }
    }

    private static Shared file(long checkpoint, int table) {
      return new Shared(new UUID(checkpoint, table), table, checkpoint);
    }
  }
}
