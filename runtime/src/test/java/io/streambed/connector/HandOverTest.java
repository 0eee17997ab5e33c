package io.streambed.connector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HandOverTest {
  private final Semaphore wakeUps = new Semaphore(0);
  private final HandOver<Integer> handOver = new HandOver<>(wakeUps::release);

  @Test
  void put_takerHasNotAskedInVain_wakesNobody() throws InterruptedException {
    for (int i = 0; i < HandOver.CAPACITY; i++) {
      assertThat(handOver.put(i)).isTrue();
    }
    for (int i = 0; i < HandOver.CAPACITY; i++) {
      assertThat(handOver.take()).isEqualTo(i);
    }
    assertThat(wakeUps.availablePermits()).isZero();
  }

  @Test
  void put_takerHasAskedInVain_wakesItOnce() throws InterruptedException {
    assertThat(handOver.take()).isNull();
    assertThat(handOver.take()).isNull();
    handOver.put(1);
    handOver.put(2);
    assertThat(wakeUps.availablePermits()).isEqualTo(1);
    assertThat(handOver.take()).isEqualTo(1);
    assertThat(handOver.take()).isEqualTo(2);
    assertThat(handOver.take()).isNull();
    handOver.put(3);
    assertThat(wakeUps.availablePermits()).isEqualTo(2);
  }

  @Test
  void put_full_waitsUntilSomeAreTaken() throws Exception {
    Thread putter = fillBeyond();
    for (int i = 0; i < HandOver.CAPACITY; i++) {
      assertThat(handOver.take()).isEqualTo(i);
    }
    putter.join();
    assertThat(handOver.take()).isEqualTo(HandOver.CAPACITY);
  }

  @Test
  void close_whileAPutWaits_endsItAndRefusesMore() throws Exception {
    Thread putter = fillBeyond();
    handOver.close();
    putter.join();
    assertThat(handOver.put(1)).isFalse();
  }

  /** A thread that waits to put one element more than there is room for. */
  private Thread fillBeyond() {
    Thread putter =
        new Thread(
            () -> {
              try {
                for (int i = 0; i <= HandOver.CAPACITY; i++) {
                  handOver.put(i);
                }
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    putter.start();
    while (putter.getState() != Thread.State.WAITING) {
      Thread.yield();
    }
    return putter;
  }

  /** A wake-up or a signal that is lost ends in the time-out of this class. */
  @Test
  void take_onAnotherThreadThatSleepsUntilItIsWoken_getsAllInOrder() throws Exception {
    int count = 300_000;
    CompletableFuture<Void> putting =
        CompletableFuture.runAsync(
            () -> {
              try {
                for (int i = 0; i < count; i++) {
                  handOver.put(i);
                  if (i % 1_009 == 0) {
                    Thread.yield();
                  }
                }
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    for (int i = 0; i < count; i++) {
      Integer taken = handOver.take();
      while (taken == null) {
        wakeUps.acquire();
        taken = handOver.take();
      }
      if (taken != i) {
        assertThat(taken).isEqualTo(i);
      }
    }
    putting.join();
  }

  /**
   * Each element comes when the one before was taken, a little later each time, so that it meets a
   * taker that is just about to sleep. Nothing comes after it to make up for a lost wake-up.
   */
  @Test
  void put_whileTheTakerIsAboutToSleep_wakesIt() throws Exception {
    int count = 200_000;
    AtomicInteger taken = new AtomicInteger();
    CompletableFuture<Void> putting =
        CompletableFuture.runAsync(
            () -> {
              try {
                for (int i = 0; i < count; i++) {
                  while (taken.get() < i) {
                    Thread.onSpinWait();
                  }
                  for (int delay = i % 64; delay > 0; delay--) {
                    taken.get();
                  }
                  handOver.put(i);
                }
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    for (int i = 0; i < count; i++) {
      while (handOver.take() == null) {
        wakeUps.acquire();
      }
      taken.set(i + 1);
    }
    putting.join();
  }
}
