package io.streambed.benchmarks;

import java.math.BigInteger;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.runtime.state.InternalPriorityQueue;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.TimerHeapInternalTimer;
import org.apache.flink.streaming.api.operators.TimerSerializer;

/**
 * One timer for each key. All of them fire in a round, a millisecond apart; the one that fires is
 * registered again at a scattered place of the next round, so that what fires next is always known.
 * The queue is used as Flink's own timer service uses it.
 */
final class Timers implements Workload {
  private static final long START_MILLIS = 978_307_200_000L;

  /** A prime, so that its multiples modulo the number of keys are all different. */
  private static final long STEP = Integer.MAX_VALUE;

  private static final int CHECKS = 8;

  /** So many timers are deleted at a time before the first of them is registered again. */
  private static final int MISSING = 64;

  private final KeyedStateBackend<Long> backend;
  private final InternalPriorityQueue<TimerHeapInternalTimer<Long, VoidNamespace>> queue;
  private final int keys;

  /** A key at one place of a round is at this multiple of the place in the next round. */
  private final long turn;

  /** The number of a place's key in this round is this multiple of the place. */
  private long numberOfPlace = STEP;

  /** And the place is this multiple of the number. */
  private long placeOfNumber;

  /** Where in its round the next timer to fire is, and when the round begins. */
  private int place;

  private long roundMillis = START_MILLIS;
  private final Batch batch = new Batch(5);

  Timers(KeyedStateBackend<Long> backend, int entries) {
    this.backend = backend;
    keys = entries;
    turn = BigInteger.valueOf(STEP).modInverse(BigInteger.valueOf(keys)).longValue();
    placeOfNumber = turn;
    queue =
        backend.create(
            "timers",
            new TimerSerializer<>(LongSerializer.INSTANCE, VoidNamespaceSerializer.INSTANCE));
  }

  private int times(long factor, int number) {
    return (int) (factor % keys * number % keys);
  }

  @Override
  public void fill() {
    for (int number = 0; number < keys; number++) {
      backend.setCurrentKey(Scatter.key(number));
      queue.add(timer(millis(number)));
    }
  }

  private TimerHeapInternalTimer<Long, VoidNamespace> timer(long millis) {
    return new TimerHeapInternalTimer<>(millis, backend.getCurrentKey(), VoidNamespace.INSTANCE);
  }

  /** When a key's timer is due: in this round, or in the next one if it has fired already. */
  private long millis(int number) {
    int at = times(placeOfNumber, number);
    return at >= place ? roundMillis + at : roundMillis + keys + times(turn, at);
  }

  private void advance() {
    place++;
    if (place == keys) {
      place = 0;
      roundMillis += keys;
      numberOfPlace = numberOfPlace % keys * STEP % keys;
      placeOfNumber = placeOfNumber % keys * turn % keys;
    }
  }

  @Override
  public Operation operation(Case measured) {
    return switch (measured) {
      case TIMER_AGAIN -> new Again();
      case TIMER_DELETE_REGISTER -> new DeleteRegister();
      case TIMER_FIRE -> new Fire();
      default -> throw new IllegalArgumentException(measured + " is not of timers");
    };
  }

  private void checkFirst(Long key, long millis) {
    var first = queue.peek();
    if (first == null || first.getTimestamp() != millis || !first.getKey().equals(key)) {
      throw WrongAnswerException.of("the first timer", key, millis, first);
    }
  }

  /** What the two cases that use timers of any key have in common. */
  private abstract class AnyKey implements Operation {
    @Override
    public void prepare() {
      batch.draw(keys, 1);
      for (int i = 0; i < Batch.SIZE; i++) {
        batch.next[i] = millis(batch.number[i]);
      }
    }

    /** Takes the first timer away in two ways, and puts it back. */
    @Override
    public void check() {
      int number = times(numberOfPlace, place);
      Long key = Scatter.key(number);
      long millis = millis(number);
      backend.setCurrentKey(key);
      for (int i = 0; i < CHECKS; i++) {
        checkFirst(key, millis);
        queue.remove(timer(millis));
        checkSecond(millis);
        queue.add(timer(millis));
        queue.add(timer(millis));
        checkFirst(key, millis);
        queue.poll();
        checkSecond(millis);
        queue.add(timer(millis));
      }
      checkFirst(key, millis);
    }

    private void checkSecond(long firstMillis) {
      var second = queue.peek();
      if (second == null || second.getTimestamp() == firstMillis) {
        throw WrongAnswerException.of("the second timer", firstMillis, "a later one", second);
      }
    }
  }

  private final class Again extends AnyKey {
    @Override
    public void run() {
      for (int i = 0; i < Batch.SIZE; i++) {
        backend.setCurrentKey(batch.key[i]);
        queue.add(timer(batch.next[i]));
      }
    }
  }

  private final class DeleteRegister extends AnyKey {
    @Override
    public void run() {
      for (int i = 0; i < Batch.SIZE + MISSING; i++) {
        if (i < Batch.SIZE) {
          backend.setCurrentKey(batch.key[i]);
          queue.remove(timer(batch.next[i]));
        }
        if (i >= MISSING) {
          backend.setCurrentKey(batch.key[i - MISSING]);
          queue.add(timer(batch.next[i - MISSING]));
        }
      }
    }
  }

  private final class Fire implements Operation {
    @Override
    public void prepare() {
      for (int i = 0; i < Batch.SIZE; i++) {
        batch.key[i] = Scatter.key(times(numberOfPlace, place));
        batch.expected[i] = roundMillis + place;
        batch.next[i] = roundMillis + keys + times(turn, place);
        advance();
      }
    }

    @Override
    public void run() {
      for (int i = 0; i < Batch.SIZE; i++) {
        checkFirst(batch.key[i], batch.expected[i]);
        backend.setCurrentKey(queue.peek().getKey());
        queue.poll();
        queue.add(timer(batch.next[i]));
      }
    }
  }
}
