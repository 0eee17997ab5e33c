package io.streambed.benchmarks;

/** One Long for each key and window, four windows a key: set key, set window, as windows do. */
final class Windows<W> implements Workload {
  private static final int WINDOWS_A_KEY = 4;
  private static final long START_MILLIS = 978_307_200_000L;
  private static final long SIZE_MILLIS = 60_000;
  private static final String VALUE = "the window's value";

  private final Backend backend;
  private final Backend.WindowedValue<W> state;
  private final int keys;
  private final byte[] versions;
  private final Batch batch = new Batch(2);
  private final W[] window;

  @SuppressWarnings("unchecked")
  Windows(Backend backend, Backend.WindowedValue<W> state, int entries) {
    this.backend = backend;
    this.state = state;
    keys = entries / WINDOWS_A_KEY;
    versions = new byte[keys * WINDOWS_A_KEY];
    window = (W[]) new Object[Batch.SIZE];
  }

  private W window(int slot) {
    long start = START_MILLIS + slot * SIZE_MILLIS;
    return state.window(start, start + SIZE_MILLIS);
  }

  @Override
  public void fill() throws Exception {
    for (int slot = 0; slot < WINDOWS_A_KEY; slot++) {
      for (int number = 0; number < keys; number++) {
        long key = Scatter.key(number);
        backend.setCurrentKey(key);
        state.setWindow(window(slot));
        state.update(Scatter.value(key, slot, 0));
      }
    }
  }

  @Override
  public Operation operation(Case measured) {
    return switch (measured) {
      case WINDOW_GET -> new Get();
      case WINDOW_GET_UPDATE -> new GetUpdate();
      default -> throw new IllegalArgumentException(measured + " is not of windows");
    };
  }

  private void draw() {
    batch.draw(keys, WINDOWS_A_KEY);
    for (int i = 0; i < Batch.SIZE; i++) {
      window[i] = window(batch.slot[i]);
    }
  }

  private int entry(int i) {
    return batch.number[i] * WINDOWS_A_KEY + batch.slot[i];
  }

  private long expected(int i) {
    return Scatter.value(batch.key[i], batch.slot[i], versions[entry(i)]);
  }

  private final class Get implements Operation {
    @Override
    public void prepare() {
      draw();
      for (int i = 0; i < Batch.SIZE; i++) {
        batch.expected[i] = expected(i);
      }
    }

    @Override
    public void run() throws Exception {
      for (int i = 0; i < Batch.SIZE; i++) {
        backend.setCurrentKey(batch.key[i]);
        state.setWindow(window[i]);
        WrongAnswerException.check(VALUE, batch.key[i], batch.expected[i], state.value());
      }
    }
  }

  private final class GetUpdate implements Operation {
    @Override
    public void prepare() {
      draw();
      for (int i = 0; i < Batch.SIZE; i++) {
        batch.expected[i] = expected(i);
        versions[entry(i)]++;
        batch.next[i] = expected(i);
      }
    }

    @Override
    public void run() throws Exception {
      for (int i = 0; i < Batch.SIZE; i++) {
        backend.setCurrentKey(batch.key[i]);
        state.setWindow(window[i]);
        WrongAnswerException.check(VALUE, batch.key[i], batch.expected[i], state.value());
        state.update(batch.next[i]);
      }
    }

    @Override
    public void check() throws Exception {
      for (int i = 0; i < Batch.SIZE; i += Batch.CHECK_STRIDE) {
        backend.setCurrentKey(batch.key[i]);
        state.setWindow(window[i]);
        WrongAnswerException.check(VALUE, batch.key[i], expected(i), state.value());
      }
    }
  }
}
