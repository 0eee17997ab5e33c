package io.streambed.benchmarks;

/** One Long for each key. */
final class Values implements Workload {
  private static final String VALUE = "the value";

  private final Backend backend;
  private final Backend.OneValue state;
  private final byte[] versions;
  private final Batch batch = new Batch(1);

  Values(Backend backend, Backend.OneValue state, int entries) {
    this.backend = backend;
    this.state = state;
    versions = new byte[entries];
  }

  @Override
  public void fill() throws Exception {
    for (int number = 0; number < versions.length; number++) {
      long key = Scatter.key(number);
      backend.setCurrentKey(key);
      state.update(Scatter.value(key, 0, 0));
    }
  }

  @Override
  public Operation operation(Case measured) {
    return switch (measured) {
      case VALUE_GET, TTL_GET -> new Get();
      case VALUE_UPDATE, TTL_UPDATE -> new Update();
      case VALUE_GET_UPDATE, TTL_GET_UPDATE -> new GetUpdate();
      case VALUE_MISS -> new Miss();
      default -> throw new IllegalArgumentException(measured + " is not of values");
    };
  }

  private long expected(int i) {
    return Scatter.value(batch.key[i], 0, versions[batch.number[i]]);
  }

  private final class Get implements Operation {
    @Override
    public void prepare() {
      batch.draw(versions.length, 1);
      for (int i = 0; i < Batch.SIZE; i++) {
        batch.expected[i] = expected(i);
      }
    }

    @Override
    public void run() throws Exception {
      for (int i = 0; i < Batch.SIZE; i++) {
        backend.setCurrentKey(batch.key[i]);
        WrongAnswerException.check(VALUE, batch.key[i], batch.expected[i], state.value());
      }
    }
  }

  /** What both ways to write have in common. */
  private abstract class Write implements Operation {
    @Override
    public void prepare() {
      batch.draw(versions.length, 1);
      for (int i = 0; i < Batch.SIZE; i++) {
        batch.expected[i] = expected(i);
        versions[batch.number[i]]++;
        batch.next[i] = expected(i);
      }
    }

    @Override
    public void check() throws Exception {
      for (int i = 0; i < Batch.SIZE; i += Batch.CHECK_STRIDE) {
        backend.setCurrentKey(batch.key[i]);
        WrongAnswerException.check(VALUE, batch.key[i], expected(i), state.value());
      }
    }
  }

  private final class Update extends Write {
    @Override
    public void run() throws Exception {
      for (int i = 0; i < Batch.SIZE; i++) {
        backend.setCurrentKey(batch.key[i]);
        state.update(batch.next[i]);
      }
    }
  }

  private final class GetUpdate extends Write {
    @Override
    public void run() throws Exception {
      for (int i = 0; i < Batch.SIZE; i++) {
        backend.setCurrentKey(batch.key[i]);
        WrongAnswerException.check(VALUE, batch.key[i], batch.expected[i], state.value());
        state.update(batch.next[i]);
      }
    }
  }

  private final class Miss implements Operation {
    @Override
    public void prepare() {
      batch.draw(versions.length, 1);
      for (int i = 0; i < Batch.SIZE; i++) {
        batch.key[i] = Scatter.absentKey(batch.number[i]);
      }
    }

    @Override
    public void run() throws Exception {
      for (int i = 0; i < Batch.SIZE; i++) {
        backend.setCurrentKey(batch.key[i]);
        Long found = state.value();
        if (found != null) {
          throw WrongAnswerException.of(VALUE, batch.key[i], null, found);
        }
      }
    }
  }
}
