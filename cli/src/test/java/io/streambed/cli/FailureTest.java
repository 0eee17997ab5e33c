package io.streambed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.cli.console.ExitCodes;
import io.streambed.error.InvariantViolationException;
import io.streambed.error.StorageException;
import io.streambed.runtime.JobFailedException;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Who is told to be to blame, by the exception that ended a command. */
class FailureTest {
  private static final String OBJECTS = "java.util.Objects";
  private static final String STORE = "io.streambed.heap.HeapMapTable";
  private static final String TASK = "io.streambed.runtime.KeyedSubtask";
  private static final String FUNCTION = "com.acme.Fraud";
  private static final String EXAMPLE = "io.streambed.examples.flights.job.HourlyDelays";

  /** An exception thrown in the first of these classes, which the next one called, and so on. */
  private static <T extends Throwable> T thrownIn(T exception, String... classes) {
    exception.setStackTrace(
        Arrays.stream(classes)
            .map(name -> new StackTraceElement(name, "m", "F.java", 1))
            .toArray(StackTraceElement[]::new));
    return exception;
  }

  private static Failure ofJob(Throwable cause) {
    return Failure.of(new JobFailedException("job \"fraud\" failed: " + cause, cause));
  }

  @Test
  void of_functionThrows_isTheJobsCodeWithItsTrace() {
    for (String function : new String[] {FUNCTION, EXAMPLE}) {
      Throwable cause = thrownIn(new ArithmeticException("/ by zero"), function, TASK);
      Failure failure = ofJob(cause);
      assertThat(failure.code()).isEqualTo(ExitCodes.JOB_CODE);
      assertThat(failure.trace()).isSameAs(cause);
      assertThat(failure.message()).contains("own code", "job \"fraud\"", "/ by zero");
    }
    assertThat(ofJob(thrownIn(new StackOverflowError(), FUNCTION, TASK)).code())
        .isEqualTo(ExitCodes.JOB_CODE);
  }

  @Test
  void of_functionCallsAgainstTheRules_isTheJobsCode() {
    Throwable nullGiven = thrownIn(new NullPointerException(), OBJECTS, STORE, FUNCTION, TASK);
    assertThat(ofJob(nullGiven).code()).isEqualTo(ExitCodes.JOB_CODE);
    Throwable refused = thrownIn(new IllegalStateException("no key"), STORE, FUNCTION, TASK);
    assertThat(ofJob(refused).code()).isEqualTo(ExitCodes.JOB_CODE);
  }

  @Test
  void of_streambedThrows_isABugWithItsTrace() {
    for (Throwable bug :
        new Throwable[] {
          thrownIn(new ArrayIndexOutOfBoundsException(7), STORE, FUNCTION, TASK),
          thrownIn(new NullPointerException(), STORE, TASK),
          thrownIn(new ClassCastException(), OBJECTS, TASK)
        }) {
      Failure failure = ofJob(bug);
      assertThat(failure.code()).as(bug.toString()).isEqualTo(ExitCodes.BUG);
      assertThat(failure.message()).contains("this is a bug");
      assertThat(failure.trace()).hasCause(bug);
    }
    Throwable alone = thrownIn(new IllegalArgumentException("x"), TASK);
    assertThat(Failure.of(alone)).isEqualTo(new Failure(ExitCodes.BUG, bug(alone), alone));
  }

  private static String bug(Throwable e) {
    return "this is a bug, please report it with what follows: " + e;
  }

  @Test
  void of_brokenInvariant_isABugWhereverItIs() {
    InvariantViolationException broken = new InvariantViolationException("two owners of a group");
    for (Throwable e :
        new Throwable[] {
          broken,
          new JobFailedException("job failed", broken),
          new StorageException("Reading", new IOException(broken))
        }) {
      Failure failure = Failure.of(e);
      assertThat(failure.code()).isEqualTo(ExitCodes.BUG);
      assertThat(failure.trace()).isSameAs(e);
      assertThat(failure.message()).contains("two owners of a group");
    }
  }

  @Test
  void of_whatTheUserCanMend_isOneLine() {
    StorageException full = new StorageException("Writing /d failed: no space");
    Failure failure = ofJob(full);
    assertThat(failure).isEqualTo(new Failure(ExitCodes.FAILED, full.getMessage(), null));
    assertThat(Failure.of(full)).isEqualTo(failure);
    assertThat(ofJob(thrownIn(new IOException("socket closed"), FUNCTION)).code())
        .isEqualTo(ExitCodes.FAILED);
    Failure memory = ofJob(thrownIn(new OutOfMemoryError("Java heap space"), STORE));
    assertThat(memory.code()).isEqualTo(ExitCodes.FAILED);
    assertThat(memory.trace()).isNull();
    assertThat(memory.message()).contains("Java heap space", "STREAMBED_OPTS=-Xmx4g");
  }
}
