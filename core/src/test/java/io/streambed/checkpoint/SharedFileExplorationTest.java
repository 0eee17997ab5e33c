package io.streambed.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.snapshot.StreamHandle.Shared;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * Every order of events of a few checkpoints over the tables of a store; with a file that the store
 * stages and a checkpoint may adopt, and with a lease on the files of a complete checkpoint. The
 * store knows nothing of what became of its checkpoints: it offers every handle that there ever
 * was, newest first, and uploads if none is allowed; or it uploads without asking. A state is the
 * phase of each checkpoint and of the staging, and what each of them and the lease hold; those that
 * hold nothing any more are all the same.
 */
class SharedFileExplorationTest {
  /** How many aborted checkpoints leave files behind: few, so that some do no longer. */
  private static final int ABORTED_KEPT = 1;

  /** In place of a checkpoint: the holder that is a lease, and the uploader of what is staged. */
  private static final long LEASE = 8;

  private static final long STAGED = 9;

  /**
   * How many checkpoints there are, how many of them at a time, over how many tables; and whether
   * the store always asks before it uploads.
   */
  private record Scope(int checkpoints, int concurrent, int tables, boolean asks) {}

  @Test
  void manyCheckpoints_anyOrderOfEvents_neverDanglingAndNeverLeaking() {
    explore(new Scope(4, 3, 1, true));
    explore(new Scope(3, 2, 1, false));
  }

  @Test
  void severalTables_anyOrderOfEvents_neverDanglingAndNeverLeaking() {
    explore(new Scope(3, 2, 2, true));
  }

  private static void explore(Scope scope) {
    Set<String> seen = new HashSet<>();
    Deque<Node> open = new ArrayDeque<>();
    Node start = new Node(scope);
    seen.add(start.key());
    open.add(start);
    long events = 0;
    long quiet = 0;
    while (!open.isEmpty()) {
      Node from = open.pollLast();
      quiet += from.count(Phase.PENDING) == 0 ? 1 : 0;
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
          to.checkEnd();
          to.checkLate();
        }
      }
    }
    System.out.printf(
        "shared files, %s: %d states, %d of them with nothing pending, %d events%n",
        scope, seen.size(), quiet, events);
    assertThat(seen.size()).isGreaterThan(1_000);
  }

  private record Event(String name, Consumer<Node> action) {}

  private enum Phase {
    UNBEGUN,
    PENDING,
    COMPLETE,
    /** Aborted; what it held is kept. */
    LEFT,
    GONE
  }

  /** What becomes of the one file that is staged. */
  private enum Staging {
    OPEN,
    HOLDS,
    LET_GO,
    RELEASED
  }

  private static void expectNone(Collection<Shared> files) {
    if (!files.isEmpty()) {
      assertThat(files).isEmpty();
    }
  }

  /** A registry, and what must be true of it. */
  private static final class Node {
    private final Scope scope;
    private final SharedFileRegistry registry;
    private final Phase[] phases;

    /** By checkpoint, or lease: what it holds or refers to, by table. */
    private final Map<Long, Map<Integer, Shared>> held = new TreeMap<>();

    private final Set<UUID> disk = new HashSet<>();
    private final long stagingNumber;
    private Staging staging = Staging.OPEN;
    private long lease;
    private long lastComplete;

    Node(Scope scope) {
      this.scope = scope;
      phases = new Phase[scope.checkpoints + 1];
      registry = new SharedFileRegistry(ABORTED_KEPT);
      stagingNumber = registry.openStaging();
      Arrays.fill(phases, Phase.UNBEGUN);
    }

    Node(Node other) {
      scope = other.scope;
      registry = new SharedFileRegistry(other.registry);
      phases = other.phases.clone();
      other.held.forEach((id, files) -> held.put(id, new TreeMap<>(files)));
      disk.addAll(other.disk);
      stagingNumber = other.stagingNumber;
      staging = other.staging;
      lease = other.lease;
      lastComplete = other.lastComplete;
    }

    /** Nodes of one key differ by the names of their tables at most. */
    String key() {
      StringBuilder key = new StringBuilder();
      for (int id = 1; id < phases.length; id++) {
        boolean late = phases[id] == Phase.PENDING && id < lastComplete;
        key.append(late ? "l" : phases[id].name().charAt(0));
      }
      // Whoever let go of the one file there is does nothing more with the staging.
      Staging known = staging == Staging.LET_GO ? Staging.RELEASED : staging;
      key.append(known.name().charAt(0)).append(held.keySet());
      List<String> tables = new ArrayList<>();
      for (int table = 0; table < scope.tables; table++) {
        tables.add(handles(table));
      }
      Collections.sort(tables);
      return key.append(tables).toString();
    }

    private String handles(int table) {
      StringBuilder handles = new StringBuilder();
      for (Map<Integer, Shared> files : held.values()) {
        handles.append(files.containsKey(table) ? files.get(table).length() : "-");
      }
      return handles.toString();
    }

    int count(Phase phase) {
      int count = 0;
      for (Phase each : phases) {
        count += each == phase ? 1 : 0;
      }
      return count;
    }

    List<Event> events() {
      List<Event> events = new ArrayList<>();
      if (staging == Staging.OPEN) {
        events.add(new Event("stage", Node::stage));
      }
      if (staging == Staging.HOLDS) {
        events.add(new Event("let go of what is staged", Node::letGo));
      }
      if (staging != Staging.RELEASED) {
        events.add(new Event("release the staging", Node::releaseStaging));
      }
      if (held.containsKey(LEASE)) {
        events.add(new Event("release the lease", Node::releaseLease));
      }
      for (long id = 1; id <= scope.checkpoints; id++) {
        events.addAll(events(id));
      }
      return events;
    }

    private List<Event> events(long checkpoint) {
      List<Event> events = new ArrayList<>();
      switch (phases[(int) checkpoint]) {
        case UNBEGUN -> {
          boolean next = checkpoint == 1 || phases[(int) checkpoint - 1] != Phase.UNBEGUN;
          if (next && count(Phase.PENDING) < scope.concurrent) {
            events.add(new Event("begin " + checkpoint, node -> node.begin(checkpoint)));
          }
        }
        case PENDING -> {
          events.add(new Event("confirm " + checkpoint, node -> node.confirm(checkpoint)));
          events.add(new Event("abort " + checkpoint, node -> node.abort(checkpoint)));
          events.addAll(writes(checkpoint));
        }
        case COMPLETE -> {
          events.add(new Event("subsume " + checkpoint, node -> node.subsume(checkpoint)));
          if (!held.containsKey(LEASE)) {
            events.add(new Event("lease " + checkpoint, node -> node.lease(checkpoint)));
          }
        }
        default -> {}
      }
      return events;
    }

    /** What comes late for something that has ended changes nothing. */
    void checkLate() {
      String before = key();
      for (long id = 1; id <= scope.checkpoints; id++) {
        switch (phases[(int) id]) {
          case PENDING -> assertThat(registry.lease(id).isPresent()).isFalse();
          case COMPLETE -> expectNone(registry.abort(id));
          case LEFT, GONE -> {
            expectNone(registry.abort(id));
            expectNone(registry.subsume(id));
            assertThat(registry.lease(id).isPresent()).isFalse();
            writeLate(id);
          }
          default -> {}
        }
      }
      if (staging == Staging.RELEASED) {
        Shared late = file(STAGED, scope.tables);
        assertThat(registry.stage(stagingNumber, late)).containsExactly(late);
        expectNone(registry.release(stagingNumber));
      }
      if (staging != Staging.HOLDS) {
        expectNone(registry.release(stagingNumber, file(STAGED, 0)));
      }
      if (lease != 0 && !held.containsKey(LEASE)) {
        expectNone(registry.release(lease));
      }
      check();
      if (!key().equals(before)) {
        assertThat(key()).isEqualTo(before);
      }
    }

    private List<Event> writes(long checkpoint) {
      List<Event> events = new ArrayList<>();
      for (int each = 0; each < scope.tables; each++) {
        int table = each;
        String name = " " + table + " for " + checkpoint;
        if (held.get(checkpoint).containsKey(table)) {
          events.add(new Event("forget" + name, node -> node.useOthersOnly(checkpoint, table)));
        } else {
          events.add(new Event("write" + name, node -> node.write(checkpoint, table)));
          events.add(new Event("adopt" + name, node -> node.adopt(checkpoint, table)));
          if (!scope.asks) {
            events.add(new Event("upload" + name, node -> node.upload(checkpoint, table)));
          }
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
      for (long uploader = scope.checkpoints; uploader > 0; uploader--) {
        if (reuse(checkpoint, table, file(uploader, table))) {
          return;
        }
      }
      upload(checkpoint, table);
    }

    private void adopt(long checkpoint, int table) {
      // Or it is too late, and the store writes the file anew some other time.
      reuse(checkpoint, table, file(STAGED, 0));
    }

    private boolean reuse(long checkpoint, int table, Shared file) {
      boolean allowed = registry.reuse(checkpoint, file);
      assertThat(allowed).isEqualTo(disk.contains(file.fileId()));
      if (allowed) {
        held.get(checkpoint).put(table, file);
      }
      return allowed;
    }

    private void upload(long checkpoint, int table) {
      Shared file = file(checkpoint, table);
      if (!disk.contains(file.fileId())) {
        assertThat(registry.register(checkpoint, file)).isEmpty();
        disk.add(file.fileId());
        held.get(checkpoint).put(table, file);
      }
    }

    /** A store that has not heard of the end of its checkpoint. */
    private void writeLate(long checkpoint) {
      for (long uploader = scope.checkpoints; uploader > 0; uploader--) {
        assertThat(registry.reuse(checkpoint, file(uploader, 0))).isFalse();
      }
      assertThat(registry.reuse(checkpoint, file(STAGED, 0))).isFalse();
      Shared late = file(checkpoint, scope.tables);
      assertThat(registry.register(checkpoint, late)).containsExactly(late);
    }

    /** Completes without a table, whose file was uploaded or reused for nothing. */
    private void useOthersOnly(long checkpoint, int table) {
      held.get(checkpoint).remove(table);
      confirm(checkpoint);
    }

    private void confirm(long checkpoint) {
      Collection<Shared> files = Set.copyOf(held.get(checkpoint).values());
      phases[(int) checkpoint] = Phase.COMPLETE;
      lastComplete = Math.max(lastComplete, checkpoint);
      for (long id = 1; id < checkpoint; id++) {
        if (phases[(int) id] == Phase.LEFT) {
          gone(id);
        }
      }
      delete(registry.confirm(checkpoint, files));
    }

    private void abort(long checkpoint) {
      phases[(int) checkpoint] = Phase.LEFT;
      if (held.get(checkpoint).isEmpty() || lastComplete > checkpoint) {
        gone(checkpoint);
      } else if (count(Phase.LEFT) > ABORTED_KEPT) {
        gone(List.of(phases).indexOf(Phase.LEFT));
      }
      delete(registry.abort(checkpoint));
    }

    private void subsume(long checkpoint) {
      gone(checkpoint);
      delete(registry.subsume(checkpoint));
    }

    private void gone(long checkpoint) {
      phases[(int) checkpoint] = Phase.GONE;
      held.remove(checkpoint);
    }

    private void stage() {
      Shared file = file(STAGED, 0);
      assertThat(registry.stage(stagingNumber, file)).isEmpty();
      disk.add(file.fileId());
      staging = Staging.HOLDS;
    }

    private void letGo() {
      staging = Staging.LET_GO;
      delete(registry.release(stagingNumber, file(STAGED, 0)));
    }

    private void releaseStaging() {
      staging = Staging.RELEASED;
      delete(registry.release(stagingNumber));
    }

    private void lease(long checkpoint) {
      lease = registry.lease(checkpoint).orElseThrow();
      held.put(LEASE, new TreeMap<>(held.get(checkpoint)));
    }

    private void releaseLease() {
      held.remove(LEASE);
      delete(registry.release(lease));
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
      if (staging == Staging.HOLDS) {
        referred.add(file(STAGED, 0).fileId());
      }
      if (!disk.equals(referred)) {
        assertThat(disk).as("files on disk").isEqualTo(referred);
      }
    }

    /** If the process dies here, what complete checkpoints do not need is an orphan, no more. */
    private void checkOrphans() {
      SharedFileRegistry next = new SharedFileRegistry(ABORTED_KEPT);
      Set<UUID> needed = new HashSet<>();
      for (long id = 1; id <= scope.checkpoints; id++) {
        if (phases[(int) id] == Phase.COMPLETE) {
          Set<Shared> files = Set.copyOf(held.get(id).values());
          next.restored(id, files);
          files.forEach(file -> needed.add(file.fileId()));
        }
      }
      for (UUID file : disk) {
        if (OrphanRule.isOrphanInShared(file + ".data", next::isReferred)
            == needed.contains(file)) {
          throw new AssertionError(file + " on disk, needed: " + needed);
        }
      }
    }

    /** When the claim ends from here, complete checkpoints alone keep files. */
    private void checkEnd() {
      checkOrphans();
      Node ended = new Node(this);
      for (long id = 1; id <= scope.checkpoints; id++) {
        if (phases[(int) id] == Phase.PENDING) {
          ended.abort(id);
        }
      }
      ended.staging = Staging.RELEASED;
      ended.held.keySet().removeIf(id -> id == LEASE || ended.phases[id.intValue()] == Phase.LEFT);
      ended.delete(ended.registry.end());
      ended.check();
    }

    private static Shared file(long uploader, int table) {
      return new Shared(new UUID(uploader, table), table, uploader);
    }
  }
}
