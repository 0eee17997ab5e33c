package io.streambed.benchmarks;

import java.math.BigInteger;

/**
 * One timer for each key. All of them fire in a round, a millisecond apart; the one that fires is
 * registered again at a scattered place of the next round, so that what fires next is always known.
 */
final class Timers implements Workload {
  private static final long START_MILLIS = 978_307_200_000L;

  /** A prime, so that its multiples modulo the number of keys are all different. */
  private static final long STEP = Integer.MAX_VALUE;

  private static final int CHECKS = 8;

  /** So many timers are deleted at a time before the first of them is registered again. */
  private static final int MISSING = 64;

  private final Backend backend;
  private final Backend.Timers timers;
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

  Timers(Backend backend, int entries) throws Exception {
    this.backend = backend;
    keys = entries;
    turn = BigInteger.valueOf(STEP).modInverse(BigInteger.valueOf(keys)).longValue();
    placeOfNumber = turn;
    timers = backend.timers("timers");
  }

  private int times(long factor, int number) {
    return (int) (factor % keys * number % keys);
  }

  @Override
  public void fill() throws Exception {
    for (int number = 0; number < keys; number++) {
      backend.setCurrentKey(Scatter.key(number));
      timers.register(millis(number));
    }
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
    long first = timers.firstMillis();
    if (first != millis) {
      throw WrongAnswerException.of("the first timer", key, millis, first);
    }
  }

  /** Takes the first timer, and makes its key current. */
  private void fire(Long key, long millis) throws Exception {
    checkFirst(key, millis);
    Long fired = timers.fire(millis);
    if (!key.equals(fired)) {
      throw WrongAnswerException.of("what fires at " + millis, key, key, fired);
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
    public void check() throws Exception {
      int number = times(numberOfPlace, place);
      Long key = Scatter.key(number);
      long millis = millis(number);
      backend.setCurrentKey(key);
      for (int i = 0; i < CHECKS; i++) {
        checkFirst(key, millis);
        timers.delete(millis);
        checkSecond(key, millis);
        timers.register(millis);
        timers.register(millis);
        fire(key, millis);
        checkSecond(key, millis);
        timers.register(millis);
      }
      checkFirst(key, millis);
    }

    private void checkSecond(Long key, long firstMillis) {
      long second = timers.firstMillis();
      if (second == firstMillis || second == Backend.Timers.NONE) {
        throw WrongAnswerException.of("the second timer", key, "a later one", second);
      }
    }
  }

  private final class Again extends AnyKey {
    @Override
    public void run() throws Exception {
      for (int i = 0; i < Batch.SIZE; i++) {
        backend.setCurrentKey(batch.key[i]);
        timers.register(batch.next[i]);
      }
    }
  }

  private final class DeleteRegister extends AnyKey {
    @Override
    public void run() throws Exception {
      for (int i = 0; i < Batch.SIZE + MISSING; i++) {
        if (i < Batch.SIZE) {
          backend.setCurrentKey(batch.key[i]);
          timers.delete(batch.next[i]);
        }
        if (i >= MISSING) {
          backend.setCurrentKey(batch.key[i - MISSING]);
          timers.register(batch.next[i - MISSING]);
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
    public void run() throws Exception {
      for (int i = 0; i < Batch.SIZE; i++) {
        fire(batch.key[i], batch.expected[i]);
        timers.register(batch.next[i]);
      }
    }
  }
}
