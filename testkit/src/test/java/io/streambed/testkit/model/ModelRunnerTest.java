package io.streambed.testkit.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.streambed.heap.HeapKeyedStoreFactory;
import io.streambed.store.KeyedStore;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.store.StoreContext;
import io.streambed.store.StoreDescription;
import io.streambed.store.StoreDescription.Trait;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A broken store must be found, and shown by few steps. */
class ModelRunnerTest {
  /** Makes stores that lose something when they are frozen. */
  private static final class ForgetfulFactory implements KeyedStoreFactory {
    @Override
    public StoreDescription description() {
      return new StoreDescription("forgetful", Trait.KEEPS_OBJECTS);
    }

    @Override
    public <K> KeyedStore<K> create(StoreContext<K> context) {
      return new ForgetfulStore<>(new HeapKeyedStoreFactory().create(context));
    }
  }

  @Test
  void run_storeThatForgets_failsWithSeedAndFewSteps() {
    ModelOptions options = new ModelOptions(List.of(new ForgetfulFactory()), 42, 1, 5_000);
    Throwable failure = catchThrowable(() -> new ModelRunner(options, Runnable::run).run());
    assertThat(failure).isInstanceOf(AssertionError.class).hasMessageContaining("seed 42");
    List<String> steps =
        failure.getMessage().lines().filter(line -> line.startsWith("  Step[")).toList();
    // A null put, a snapshot, its end and a restore: perhaps something to make the keys meet.
    assertThat(steps).hasSizeBetween(4, 12);
    assertThat(failure.getMessage()).contains("action=SNAPSHOT,", "action=RESTORE,");
  }

  @Test
  void run_sameSeed_doesTheSame() {
    ModelOptions options = new ModelOptions(List.of(new HeapKeyedStoreFactory()), 7, 2, 1_000);
    ModelReport first = new ModelRunner(options, Runnable::run).run();
    assertThat(new ModelRunner(options, Runnable::run).run()).isEqualTo(first);
    assertThat(first.runs()).isEqualTo(2);
    assertThat(first.operations()).isGreaterThan(1_900);
  }

  @Test
  void options_nothingToDo_areRefused() {
    assertThatThrownBy(() -> new ModelOptions(List.of(), 1, 1, 1))
        .isInstanceOf(IllegalArgumentException.class);
    List<KeyedStoreFactory> heap = List.of(new HeapKeyedStoreFactory());
    assertThatThrownBy(() -> new ModelOptions(heap, 1, 0, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ModelOptions(heap, 1, 1, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
