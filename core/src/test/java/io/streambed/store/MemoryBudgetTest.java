package io.streambed.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.error.MemoryBudgetException;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest {
  private final MemoryBudget budget = new MemoryBudget(100, "Raise --memory.");
  private final MemoryBudget.Lease one = budget.open("store one");
  private final MemoryBudget.Lease other = budget.open("store other");

  @Test
  void take_enoughLeft_isCountedForBudgetAndHolder() {
    one.take(60, "a page");
    assertThat(other.tryTake(40)).isTrue();

    assertThat(one.bytes()).isEqualTo(60);
    assertThat(budget.leasedBytes()).isEqualTo(100);
    assertThat(budget.freeBytes()).isZero();
  }

  @Test
  void take_tooLittleLeft_namesWhatIsNeededAndWhoHoldsTheRest() {
    one.take(60, "a page");
    other.take(10, "an index");

    assertThatThrownBy(() -> other.take(31, "A page"))
        .isInstanceOfSatisfying(
            MemoryBudgetException.class, e -> assertThat(e.needed()).isEqualTo(31))
        .hasMessage(
            "A page of store other needs 31 bytes of memory: 30 of a budget of 100 are left,"
                + " store one holds 60, store other holds 10. Raise --memory.");
    assertThat(other.bytes()).isEqualTo(10);
    assertThat(budget.leasedBytes()).isEqualTo(70);
  }

  @Test
  void take_emptyBudget_saysThatNobodyHoldsAny() {
    assertThatThrownBy(() -> new MemoryBudget(0, "Raise it.").open("store").take(1, "A page"))
        .hasMessageContaining("0 of a budget of 0 are left, nobody holds any");
  }

  @Test
  void tryTake_tooLittleLeft_takesNothing() {
    one.take(60, "a page");
    assertThat(other.tryTake(41)).isFalse();
    assertThat(budget.leasedBytes()).isEqualTo(60);
  }

  @Test
  void tryTake_moreThanAnyBudget_doesNotOverflow() {
    MemoryBudget unbounded = MemoryBudget.unbounded();
    MemoryBudget.Lease lease = unbounded.open("store");
    lease.take(10, "a page");
    assertThat(lease.tryTake(Long.MAX_VALUE)).isFalse();
    assertThat(unbounded.freeBytes()).isEqualTo(Long.MAX_VALUE - 10);
  }

  @Test
  void giveBack_part_leavesTheRest() {
    one.take(60, "a page");
    one.giveBack(20);
    assertThat(one.bytes()).isEqualTo(40);
    assertThat(budget.freeBytes()).isEqualTo(60);
    assertThatThrownBy(() -> one.giveBack(41)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void close_twice_givesEverythingBackOnce() {
    one.take(60, "a page");
    other.take(10, "a page");
    one.close();
    one.close();
    one.giveBack(5);
    assertThat(one.bytes()).isZero();
    assertThat(budget.leasedBytes()).isEqualTo(10);
    assertThatThrownBy(() -> one.take(1, "a page")).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void negative_isRefused() {
    assertThatThrownBy(() -> new MemoryBudget(-1, "")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> one.take(-1, "a page")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> one.giveBack(-1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void twoThreads_takeAndGiveBackAtTheSameTime_nothingIsLost() throws Exception {
    MemoryBudget shared = new MemoryBudget(2, "Raise it.");
    CyclicBarrier begin = new CyclicBarrier(2);
    Callable<Void> holder =
        () -> {
          begin.await();
          try (MemoryBudget.Lease lease = shared.open("store")) {
            for (int i = 0; i < 2_000_000; i++) {
              lease.take(1, "a page");
              lease.giveBack(1);
            }
          }
          return null;
        };
    FutureTask<Void> other = new FutureTask<>(holder);
    new Thread(other).start();
    holder.call();
    other.get();
    assertThat(shared.leasedBytes()).isZero();
  }
}
