package io.streambed.harness;

import io.streambed.backend.StateBackend;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Closes harnesses after each test, and runs each test's script everywhere if it is told to:
 *
 * <pre>{@code
 * @RegisterExtension final HarnessExtension harnesses = HarnessExtension.everywhere();
 * final FunctionHarness<String, Visit, String> t =
 *     harnesses.add(FunctionHarness.of(Visit::user, new Visits()));
 * }</pre>
 *
 * <p>Threading: the thread of the test.
 */
public final class HarnessExtension implements AfterEachCallback {
  private final boolean everywhere;
  private final StateBackend[] stores;
  private final List<FunctionHarness<?, ?, ?>> harnesses = new ArrayList<>();

  private HarnessExtension(boolean everywhere, StateBackend... stores) {
    this.everywhere = everywhere;
    this.stores = stores;
  }

  /**
   * An extension that closes harnesses.
   *
   * @return the extension
   */
  public static HarnessExtension closing() {
    return new HarnessExtension(false);
  }

  /**
   * An extension that calls {@link FunctionHarness#everywhere} of each harness after each test that
   * has passed, which fails if that does, and closes the harnesses.
   *
   * @param stores further stores to run on
   * @return the extension
   */
  public static HarnessExtension everywhere(StateBackend... stores) {
    return new HarnessExtension(true, stores);
  }

  /**
   * Adds a harness.
   *
   * @param harness closed after the test
   * @param <H> its type
   * @return the harness
   */
  public <H extends FunctionHarness<?, ?, ?>> H add(H harness) {
    harnesses.add(harness);
    return harness;
  }

  @Override
  public void afterEach(ExtensionContext context) {
    end(context.getExecutionException().isEmpty());
  }

  void end(boolean passed) {
    try {
      if (passed && everywhere) {
        harnesses.forEach(harness -> harness.everywhere(stores));
      }
    } finally {
      harnesses.forEach(FunctionHarness::close);
      harnesses.clear();
    }
  }
}
