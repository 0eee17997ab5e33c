package io.streambed.harness;

import io.streambed.backend.StateBackend;
import io.streambed.job.Job;
import io.streambed.testkit.store.ByteStoreFactory;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Runs a script again and again, with crashes and in other places, and compares the results. */
final class Everywhere {
  /** After so many steps of a script at most a crash comes; they are spread evenly. */
  static final int MAX_CRASHES = 100;

  private static final int MAX_PARALLELISM = 3;

  private final Job job;
  private final List<Step> steps;
  private final List<StateBackend> stores;
  private List<Result> expected;

  Everywhere(Job job, List<Step> steps, List<StateBackend> stores) {
    this.job = job;
    this.steps = List.copyOf(steps);
    this.stores = stores;
  }

  /**
   * Compares all runs with one in one go.
   *
   * @param own the results of the test's own run
   */
  void check(List<Result> own) {
    Place first = new Place(stores.get(0), 1);
    expected = inOneGo(first, "the first run in one go, on " + first);
    String again = "a second run in one go, on " + first;
    compare(again, inOneGo(first, again));
    compare("the test's own run, with the snapshots, crashes and restores it made", own);
    // All without a crash first: where one of them differs, it is the simplest run to look into.
    for (Place place : places()) {
      String run = "a run in one go, on " + place;
      compare(run, inOneGo(place, run));
    }
    for (Place place : places()) {
      for (Place then : restoredOn(place)) {
        crashAfterEachStep(place, then);
      }
    }
  }

  private List<Place> places() {
    List<Place> places = new ArrayList<>();
    for (StateBackend store : stores) {
      for (int parallelism = 1; parallelism <= MAX_PARALLELISM; parallelism++) {
        places.add(new Place(store, parallelism));
      }
    }
    return places;
  }

  private List<Result> inOneGo(Place place, String run) {
    try (Run it = new Run(job, place)) {
      steps.forEach(it::step);
      return List.copyOf(it.results());
    } catch (RuntimeException | Error e) {
      throw failed(run, e);
    }
  }

  /** The same place, another parallelism, and the next store. */
  private Set<Place> restoredOn(Place place) {
    int otherParallelism = place.parallelism() % MAX_PARALLELISM + 1;
    int next = (stores.indexOf(place.store()) + 1) % stores.size();
    Set<Place> places = new LinkedHashSet<>();
    places.add(place);
    places.add(new Place(place.store(), otherParallelism));
    places.add(new Place(stores.get(next), place.parallelism()));
    return places;
  }

  private void crashAfterEachStep(Place place, Place then) {
    long crashes = Math.min(MAX_CRASHES, steps.size());
    for (int crash = 1; crash <= crashes; crash++) {
      int step = (int) (crash * steps.size() / crashes);
      String run =
          "a run on "
              + place
              + ", a crash after step "
              + Difference.named(step, steps)
              + ", and the restore of a snapshot taken before that step, on "
              + then;
      compare(run, withCrash(step, place, then, run));
    }
  }

  private List<Result> withCrash(int step, Place place, Place then, String run) {
    try (Run it = new Run(job, place)) {
      steps.subList(0, step - 1).forEach(it::step);
      HarnessSnapshot snapshot = it.snapshot();
      it.step(steps.get(step - 1));
      it.restore(snapshot, then);
      steps.subList(step - 1, steps.size()).forEach(it::step);
      return List.copyOf(it.results());
    } catch (RuntimeException | Error e) {
      throw failed(run, e);
    }
  }

  private static AssertionError failed(String run, Throwable cause) {
    return new AssertionError(
        "The same steps failed elsewhere: " + cause + "\n  The run:  " + run + "\n" + Causes.TEXT,
        cause);
  }

  private void compare(String run, List<Result> found) {
    Optional<Difference> difference = Difference.between(expected, found);
    if (difference.isPresent()) {
      throw new AssertionError(
          "The same steps gave other results elsewhere.\n  The run:  "
              + run
              + "\n"
              + difference.get().text(steps));
    }
  }

  /**
   * A store that keeps bytes in memory, as a store on disk does: what a function changes in an
   * object that it has from state is lost if the function does not hand it back. No checkpoints are
   * taken: a harness keeps its snapshots itself.
   */
  static StateBackend bytes(StateBackend heap) {
    return StateBackend.of(new ByteStoreFactory(), heap.checkpoints());
  }

  /** The stores to run on: given ones behind those that are always there, each once. */
  static List<StateBackend> stores(StateBackend heap, StateBackend own, StateBackend... more) {
    Set<StateBackend> stores = new LinkedHashSet<>();
    stores.add(heap);
    stores.add(bytes(heap));
    stores.add(own);
    stores.addAll(List.of(more));
    return new ArrayList<>(stores);
  }
}
