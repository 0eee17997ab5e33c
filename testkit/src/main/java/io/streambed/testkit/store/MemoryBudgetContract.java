package io.streambed.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.error.MemoryBudgetException;
import io.streambed.key.KeyGroupRange;
import io.streambed.serial.Serializers;
import io.streambed.state.StateKind;
import io.streambed.store.FrozenView;
import io.streambed.store.KeyedStore;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.store.MemoryBudget;
import io.streambed.store.StoreContext;
import io.streambed.store.StoreDescription.Trait;
import io.streambed.store.TableSpec;
import io.streambed.store.TaskInfo;
import io.streambed.store.ValueTable;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/**
 * What a store owes the memory budget that it is made with: it never takes more, gives back all it
 * leased, and names itself when there is too little. A store that does not want managed memory has
 * to do without any. Not for stores whose factory has an option of its own for memory.
 */
public abstract class MemoryBudgetContract {
  private static final String REMEDY = "Raise the option of this test.";
  private static final int MAX_PARALLELISM = 4;

  /** More than a budget of what an empty store takes has room for. */
  private static final int MANY = 20_000;

  /** A contract over the stores that a subclass names. */
  protected MemoryBudgetContract() {}

  /**
   * The stores under test.
   *
   * @return a factory
   */
  protected abstract KeyedStoreFactory factory();

  private boolean leases() {
    return factory().description().is(Trait.WANTS_MANAGED_MEMORY);
  }

  private KeyedStore<Long> store(MemoryBudget memory) {
    return factory()
        .create(
            new StoreContext<>(
                    new TaskInfo("job", "operator-7", 3),
                    Serializers.longs(),
                    MAX_PARALLELISM,
                    new KeyGroupRange(0, MAX_PARALLELISM - 1))
                .withMemory(memory));
  }

  private static void fill(KeyedStore<Long> store, int keys) {
    ValueTable<Long, Integer, String> table =
        store.openValues(
            new TableSpec<>(
                "value", StateKind.VALUE, Serializers.ints(), null, Serializers.strings()));
    table.namespace(1);
    for (long key = 0; key < keys; key++) {
      store.context().setKey(key);
      table.put("value " + key, 0);
    }
  }

  private static MemoryBudget ample() {
    return new MemoryBudget(1L << 30, REMEDY);
  }

  /** What an empty store takes. */
  private long leastBytes() {
    MemoryBudget memory = ample();
    KeyedStore<Long> store = store(memory);
    long bytes = memory.leasedBytes();
    store.close();
    return bytes;
  }

  @Test
  void close_filledStore_givesEverythingBack() {
    MemoryBudget memory = ample();
    KeyedStore<Long> store = store(memory);
    fill(store, MANY);
    assertThat(memory.leasedBytes() > 0).isEqualTo(leases());
    store.close();
    assertThat(memory.leasedBytes()).isZero();
    store.close();
    assertThat(memory.leasedBytes()).isZero();
  }

  @Test
  void create_budgetTooSmall_namesOperatorAndRemedyAndLeasesNothing() {
    if (!leases()) {
      store(new MemoryBudget(0, REMEDY)).close();
      return;
    }
    MemoryBudget memory = new MemoryBudget(leastBytes() - 1, REMEDY);
    assertThatThrownBy(() -> store(memory))
        .isInstanceOf(MemoryBudgetException.class)
        .hasMessageContaining("operator-7")
        .hasMessageContaining("subtask 3")
        .hasMessageEndingWith(REMEDY);
    assertThat(memory.leasedBytes()).isZero();
  }

  @Test
  void put_budgetExhausted_isRefusedAndCloseGivesEverythingBack() {
    MemoryBudget memory = new MemoryBudget(leastBytes(), REMEDY);
    KeyedStore<Long> store = store(memory);
    if (leases()) {
      assertThatThrownBy(() -> fill(store, MANY))
          .isInstanceOf(MemoryBudgetException.class)
          .hasMessageEndingWith(REMEDY);
      assertThat(memory.leasedBytes()).isBetween(1L, memory.totalBytes());
      store.checkInvariants();
    } else {
      fill(store, MANY);
    }
    store.close();
    assertThat(memory.leasedBytes()).isZero();
  }

  @Test
  void load_budgetExhausted_closeGivesEverythingBack() throws IOException {
    MemoryBudget memory = new MemoryBudget(leastBytes(), REMEDY);
    try (KeyedStore<Long> full = store(ample())) {
      fill(full, MANY);
      KeyedStore<Long> store = store(memory);
      try (FrozenView view = full.freeze(1)) {
        if (leases()) {
          assertThatThrownBy(() -> store.load(view)).isInstanceOf(MemoryBudgetException.class);
        } else {
          store.load(view);
        }
      }
      store.close();
    }
    assertThat(memory.leasedBytes()).isZero();
  }

  @Test
  void freeze_storeClosed_viewKeepsWhatItNeedsUntilItIsClosed() throws IOException {
    MemoryBudget memory = ample();
    KeyedStore<Long> store = store(memory);
    fill(store, MANY);
    FrozenView view = store.freeze(1);
    store.close();
    assertThat(memory.leasedBytes() > 0).isEqualTo(leases());
    int entries = 0;
    for (int group = 0; group < MAX_PARALLELISM; group++) {
      var cursor = view.entries(group);
      while (cursor.advance()) {
        entries++;
      }
    }
    assertThat(entries).isEqualTo(MANY);
    view.close();
    view.close();
    assertThat(memory.leasedBytes()).isZero();
  }

  @Test
  void twoStores_oneBudget_eachGivesBackItsOwn() {
    MemoryBudget memory = ample();
    KeyedStore<Long> one = store(memory);
    fill(one, 1);
    long ofOne = memory.leasedBytes();
    KeyedStore<Long> other = store(memory);
    fill(other, MANY);
    assertThat(memory.leasedBytes() > ofOne).isEqualTo(leases());
    other.close();
    assertThat(memory.leasedBytes()).isEqualTo(ofOne);
    one.close();
    assertThat(memory.leasedBytes()).isZero();
  }
}
